import JSONCodec
import Synchronization

/// Limits the work a minute, for each collection and kind of request: a bucket of `limit` tokens that
/// fills up evenly.
final class RateLimiter: Sendable {
  enum Kind: String {
    case read = "Read"
    case write = "Write"
  }

  struct BucketKey: Hashable {
    /// Its identity: another collection of the same name begins anew.
    var collection: UInt64
    var kind: Kind
  }

  private struct Bucket {
    var tokens: Double
    var filledAt: ContinuousClock.Instant
    /// The collection's strict mode when the bucket was filled; under another one it is full again.
    var configuration: JSONObject
  }

  private let buckets = Mutex<[BucketKey: Bucket]>([:])

  /// Takes `cost` tokens, or refuses with 429 and the seconds until there are enough.
  func take(
    _ cost: Int, from key: BucketKey, limit: Int, under configuration: JSONObject
  ) throws(APIError) {
    guard cost > 0 else { return }
    let kind = key.kind.rawValue
    guard cost <= limit else {
      throw APIError(
        .tooManyRequests,
        "Rate limiting exceeded: \(kind) rate limit exceeded: "
          + "Operation requires \(cost) tokens but limit is \(limit). Help: Retry with smaller batches"
      )
    }
    let rate = Double(limit) / 60
    let now = ContinuousClock.now
    let missing = buckets.withLock { buckets in
      var bucket =
        buckets[key] ?? Bucket(tokens: Double(limit), filledAt: now, configuration: configuration)
      if bucket.configuration != configuration {
        bucket = Bucket(tokens: Double(limit), filledAt: now, configuration: configuration)
      }
      bucket.tokens = min(Double(limit), bucket.tokens + bucket.filledAt.secondsUntilNow * rate)
      bucket.filledAt = now
      let missing = Double(cost) - bucket.tokens
      if missing <= 0 { bucket.tokens -= Double(cost) }
      buckets[key] = bucket
      return missing
    }
    guard missing > 0 else { return }
    let seconds = Int((missing / rate).rounded(.up))
    throw APIError(
      .tooManyRequests,
      "Rate limiting exceeded: \(kind) rate limit exceeded: "
        + "Operation requires \(cost) tokens but only \(max(0, cost - Int(missing.rounded(.up)))) "
        + "were available. Retry after \(seconds)s",
      retryAfterSeconds: max(1, seconds))
  }
}
