import Synchronization

/// Something that one request does at a time.
final class Turn: Sendable {
  private let isTaken = Atomic(false)

  /// - Throws: 429 while another does it.
  func take<R>(_ name: String, _ work: () async throws -> R) async throws -> R {
    guard !isTaken.exchange(true, ordering: .acquiring) else {
      throw APIError(
        .tooManyRequests, "There is a \(name) under way already, wait for its end",
        retryAfterSeconds: 10)
    }
    defer { isTaken.store(false, ordering: .releasing) }
    return try await work()
  }
}
