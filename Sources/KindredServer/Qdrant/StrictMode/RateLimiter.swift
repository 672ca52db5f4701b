import JSONCodec
import Synchronization

/// Limits requests a minute, for each collection and kind of request: a bucket of `limit` tokens that
/// fills up evenly.
final class RateLimiter: Sendable {
  enum Kind: String {
    case read = "Read"
    case write = "Write"
  }

  private struct Bucket {
    var tokens: Double
    var filledAt: ContinuousClock.Instant
  }

  private let buckets = Mutex<[ByteString: Bucket]>([:])

  /// Takes `cost` tokens, or refuses with 429 and the seconds until there are enough.
  func take(_ kind: Kind, of collection: String, limit: Int, cost: Int = 1) throws(APIError) {
    let rate = Double(limit) / 60
    let now = ContinuousClock.now
    let missing = buckets.withLock { buckets in
      let key = ByteString("\(kind.rawValue)/\(collection)")
      var bucket = buckets[key] ?? Bucket(tokens: Double(limit), filledAt: now)
      bucket.tokens = min(
        Double(limit), bucket.tokens + bucket.filledAt.secondsUntilNow * rate)
      bucket.filledAt = now
      let missing = Double(cost) - bucket.tokens
      if missing <= 0 { bucket.tokens -= Double(cost) }
      buckets[key] = bucket
      return missing
    }
    guard missing > 0 else { return }
    if cost > limit {
      throw APIError(
        .tooManyRequests,
        "Rate limiting exceeded: \(kind.rawValue) rate limit exceeded: "
          + "Operation requires \(cost) tokens but limit is \(limit). Help: Retry with smaller batches"
      )
    }
    let seconds = Int((missing / rate).rounded(.up))
    throw APIError(
      .tooManyRequests,
      "Rate limiting exceeded: \(kind.rawValue) rate limit exceeded: "
        + "Operation requires \(cost) tokens but only \(max(0, cost - Int(missing.rounded(.up)))) "
        + "were available. Retry after \(seconds)s",
      retryAfterSeconds: max(1, seconds))
  }
}
