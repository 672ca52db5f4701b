import Synchronization

/// The bytes of large bodies and answers that are under way on all connections together: of bodies
/// from their arrival until they are answered, of answers until their clients have taken them.
///
/// The first 64 KiB of each are not counted, so that small ones are never refused, and one alone always
/// fits.
final class PendingBytes: Sendable {
  private static let uncountedByteCount = 64 << 10

  private let limit: Int
  private let count = Mutex(0)

  init(limit: Int) { self.limit = limit }

  /// Counts what has come of a body.
  ///
  /// - Parameters:
  ///   - claim: how much of it is counted, 0 before the first time; to be given back by `remove`.
  ///   - byteCount: its length so far.
  /// - Throws: 429 when it does not fit beside the others.
  func grow(_ claim: inout Int, to byteCount: Int) throws(APIError) {
    let growth = byteCount - Self.uncountedByteCount - claim
    guard growth > 0 else { return }
    let fits = count.withLock { count in
      guard count == claim || count + growth <= limit else { return false }
      count += growth
      return true
    }
    guard fits else { throw tooMuch }
    claim += growth
  }

  /// - Throws: 429 when an answer of that length does not fit beside the others.
  func check(_ byteCount: Int) throws(APIError) {
    guard byteCount > Self.uncountedByteCount else { return }
    let counted = count.withLock { $0 }
    guard counted == 0 || counted + byteCount - Self.uncountedByteCount <= limit else {
      throw tooMuch
    }
  }

  /// Counts an answer.
  /// - Returns: how much of it is counted, to be given back by `remove`.
  func add(_ byteCount: Int) -> Int {
    let claim = max(0, byteCount - Self.uncountedByteCount)
    if claim > 0 { count.withLock { $0 += claim } }
    return claim
  }

  func remove(_ claim: Int) {
    if claim > 0 { count.withLock { $0 -= claim } }
  }

  private var tooMuch: APIError {
    APIError(
      .tooManyRequests,
      "Too much under way: bodies and answers would take more than \(limit) bytes together; try again, "
        + "or send and ask for less at a time",
      retryAfterSeconds: 1)
  }
}
