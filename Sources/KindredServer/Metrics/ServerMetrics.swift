import Synchronization

/// Counts and times of requests, by endpoint.
final class ServerMetrics: Sendable {
  struct Key: Hashable {
    var method: String
    var endpoint: String
    var status: Int
  }

  struct Timing {
    var count = 0
    var seconds = 0.0
    /// Requests that took at most `bounds[i]` seconds and more than the bound before it; the last
    /// one is for all that took longer.
    var buckets = Array(repeating: 0, count: ServerMetrics.bounds.count + 1)
  }

  /// Upper bounds in seconds, those of Qdrant.
  static let bounds = [
    0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 10, 50,
  ]

  private let timings = Mutex<[Key: Timing]>([:])

  func record(method: String, endpoint: String, status: Int, seconds: Double) {
    let key = Key(method: method, endpoint: endpoint, status: status)
    let bucket = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
    timings.withLock {
      $0[key, default: Timing()].count += 1
      $0[key, default: Timing()].seconds += seconds
      $0[key, default: Timing()].buckets[bucket] += 1
    }
  }

  /// Sorted by endpoint, method and status.
  var all: [(key: Key, timing: Timing)] {
    timings.withLock { $0 }
      .sorted {
        ($0.key.endpoint, $0.key.method, $0.key.status)
          < ($1.key.endpoint, $1.key.method, $1.key.status)
      }
      .map { (key: $0.key, timing: $0.value) }
  }
}
