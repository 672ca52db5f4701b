#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Tells systemd how the service is doing (`Type=notify`, see sd_notify(3)); does nothing elsewhere.
enum SystemdNotification {
  static func ready() { send("READY=1") }
  static func stopping() { send("STOPPING=1") }

  private static func send(_ message: String) {
    guard let variable = getenv("NOTIFY_SOCKET") else { return }
    var path = Array(String(cString: variable).utf8)
    // An `@` stands for the zero byte of Linux' abstract sockets.
    if path.first == UInt8(ascii: "@") { path[0] = 0 }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    guard !path.isEmpty, path.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
    #if canImport(Glibc)
      let kind = Int32(SOCK_DGRAM.rawValue)
    #else
      let kind = SOCK_DGRAM
    #endif
    let descriptor = socket(AF_UNIX, kind, 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let byteCount = MemoryLayout.offset(of: \sockaddr_un.sun_path)! + path.count
    let text = Array(message.utf8)
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = sendto(descriptor, text, text.count, 0, $0, socklen_t(byteCount))
      }
    }
  }
}
