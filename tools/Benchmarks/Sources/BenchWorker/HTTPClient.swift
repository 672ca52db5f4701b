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

  /// Sends a request and reads its whole answer; whether that is a 200.
  func roundTrip(_ request: [UInt8]) throws -> Bool {
    var sent = 0
    while sent < request.count {
      let count = request.withUnsafeBytes {
        write(descriptor, $0.baseAddress! + sent, $0.count - sent)
      }
      guard count > 0 else { throw POSIXError(.EPIPE) }
      sent += count
    }
    var head: [UInt8] = []
    var isOK = false
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
      guard text.hasPrefix("http/1.1 "), let field = text.range(of: "content-length: "),
        let length = Int(text[field.upperBound...].prefix { $0.isNumber })
      else { throw POSIXError(.EPROTO) }
      isOK = text.hasPrefix("http/1.1 200")
      remaining = length - (head.count - end)
    }
    return isOK
  }

  struct Outcome {
    /// The durations of round trips that ended with 200, in microseconds.
    var times: [Double] = []
    /// Other answers.
    var refused = 0
    /// Until the last answer.
    var seconds = 0.0
  }

  /// So many clients, each a connection with a thread, send the requests in a circle for so many seconds.
  /// - Throws: what the first client that failed met.
  static func measure(
    socket: String, requests: [[UInt8]], clients count: Int, seconds: Double
  ) throws -> Outcome {
    let all = Mutex<Result<Outcome, any Error>>(.success(Outcome()))
    let clients = try (0..<count).map { _ in try HTTPClient(socket: socket) }
    let start = ContinuousClock.now
    let end = start + .seconds(seconds)
    let threads = clients.enumerated().map { number, client in
      nonisolated(unsafe) let client = client  // of this thread alone
      return WorkerThread {
        let mine = Result { () throws -> Outcome in
          var mine = Outcome()
          var next = number % requests.count
          var now = ContinuousClock.now
          while now < end {
            let isOK = try client.roundTrip(requests[next])
            let answered = ContinuousClock.now
            if isOK { mine.times.append((answered - now).seconds * 1e6) } else { mine.refused += 1 }
            now = answered
            next = (next + count) % requests.count
          }
          return mine
        }
        all.withLock { all in
          all = all.flatMap { all in
            mine.map { mine in
              Outcome(times: all.times + mine.times, refused: all.refused + mine.refused)
            }
          }
        }
      }
    }
    for thread in threads { thread.join() }
    var outcome = try all.withLock { try $0.get() }
    outcome.seconds = (ContinuousClock.now - start).seconds
    return outcome
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
