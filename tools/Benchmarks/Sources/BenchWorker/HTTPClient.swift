import Foundation
import Synchronization

/// The least that speaks HTTP/1.1 over a Unix socket: what is measured is the server.
final class HTTPClient {
  private let descriptor: Int32
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)

  init(socket path: String) throws {
    descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8) + [0]) }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard descriptor >= 0, result == 0 else { throw POSIXError(.ECONNREFUSED) }
  }

  deinit { close(descriptor) }

  /// Sends a request and reads its whole answer.
  func roundTrip(_ request: [UInt8]) throws {
    var sent = 0
    while sent < request.count {
      let count = request.withUnsafeBytes {
        write(descriptor, $0.baseAddress! + sent, $0.count - sent)
      }
      guard count > 0 else { throw POSIXError(.EPIPE) }
      sent += count
    }
    var head: [UInt8] = []
    var remaining: Int?
    while remaining != 0 {
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { throw POSIXError(.ECONNRESET) }
      if let known = remaining {
        remaining = known - count
        continue
      }
      head += buffer[..<count]
      guard let end = head.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound else { continue }
      let text = String(decoding: head[..<end], as: UTF8.self).lowercased()
      guard text.hasPrefix("http/1.1 200"), let field = text.range(of: "content-length: ") else {
        throw POSIXError(.EPROTO)
      }
      remaining = Int(text[field.upperBound...].prefix { $0.isNumber })! - (head.count - end)
    }
  }

  /// - Returns: each round trip in microseconds, and the seconds for all.
  static func measure(
    socket: String, request: [UInt8], clients: Int, runs: Int
  ) throws -> (times: [Double], seconds: Double) {
    let all = Mutex<[Double]>([])
    let clients = try (0..<clients).map { _ in try HTTPClient(socket: socket) }
    let start = ContinuousClock.now
    let threads = clients.map { client in
      nonisolated(unsafe) let client = client
      return WorkerThread {
        var times: [Double] = []
        for _ in 0..<runs {
          let start = ContinuousClock.now
          try! client.roundTrip(request)
          times.append((ContinuousClock.now - start).seconds * 1e6)
        }
        all.withLock { $0 += times }
      }
    }
    for thread in threads { thread.join() }
    return (all.withLock { $0 }, (ContinuousClock.now - start).seconds)
  }
}

/// A thread that can be waited for.
private final class WorkerThread: Sendable {
  private let done = DispatchSemaphore(value: 0)

  init(_ body: @escaping @Sendable () -> Void) {
    let done = done
    Thread {
      body(); done.signal()
    }.start()
  }

  func join() { done.wait() }
}
