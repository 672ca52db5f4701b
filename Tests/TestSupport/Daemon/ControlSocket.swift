package import JSONCodec

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// One connection to a daemon's control socket: HTTP/1.1, one request after the other, blocking.
///
/// Plain system calls, so that a daemon killed at any moment is seen as it is: an answer came whole, or
/// it did not.
package final class ControlSocket {
  package struct Answer {
    package let status: Int
    package let body: JSONValue?
  }

  /// The daemon is not there, or went away before the whole answer had come.
  package struct Disconnected: Error {}

  private let descriptor: Int32
  private var received: [UInt8] = []

  package init(_ path: String) throws(Disconnected) {
    descriptor = socket(AF_UNIX, streamSocket, 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let capacity = MemoryLayout.size(ofValue: address.sun_path)
    precondition(path.utf8.count < capacity, "socket path too long")
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let outcome = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
    }
    guard outcome == 0 else { throw Disconnected() }
  }

  deinit { close(descriptor) }

  package func send(
    _ method: String, _ path: String, _ body: JSONObject? = nil
  ) throws(Disconnected) -> Answer {
    try send(method, path, body: body?.encoded ?? [])
  }

  package func send(
    _ method: String, _ path: String, body bytes: [UInt8]
  ) throws(Disconnected) -> Answer {
    let head =
      "\(method) \(path) HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
      + "content-length: \(bytes.count)\r\n\r\n"
    try write(Array(head.utf8) + bytes)
    return try read()
  }

  private func write(_ bytes: [UInt8]) throws(Disconnected) {
    var rest = bytes[...]
    while !rest.isEmpty {
      // No SIGPIPE when the daemon is gone.
      let count = rest.withUnsafeBytes {
        Int(systemSend(descriptor, $0.baseAddress!, $0.count))
      }
      guard count > 0 else { throw Disconnected() }
      rest = rest.dropFirst(count)
    }
  }

  private func read() throws(Disconnected) -> Answer {
    let separator = Array("\r\n\r\n".utf8)
    var end: Int?
    while end == nil {
      end = received.firstRange(of: separator)?.upperBound
      if end == nil { try receive() }
    }
    let lines = String(decoding: received[..<end!], as: UTF8.self).split(separator: "\r\n")
    let status = lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    let length = lines.lazy.compactMap { line -> Int? in
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0].lowercased() == "content-length" else { return nil }
      return Int(parts[1].drop { $0 == " " })
    }.first
    guard let length else { throw Disconnected() }
    while received.count < end! + length { try receive() }
    let body = try? JSONValue.parse(Array(received[end!..<end! + length]))
    received.removeFirst(end! + length)
    return Answer(status: status, body: body)
  }

  private func receive() throws(Disconnected) {
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    let count = recv(descriptor, &chunk, chunk.count, 0)
    guard count > 0 else { throw Disconnected() }
    received += chunk[..<count]
  }
}

#if canImport(Darwin)
  private let streamSocket = SOCK_STREAM
  private func systemSend(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    Darwin.send(descriptor, bytes, count, 0)
  }
#else
  private let streamSocket = Int32(SOCK_STREAM.rawValue)
  private func systemSend(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    Glibc.send(descriptor, bytes, count, Int32(MSG_NOSIGNAL))
  }
#endif
