import Kindred
import Synchronization

/// Counts and times of requests, by endpoint.
final class ServerMetrics: Sendable {
  struct Key: Hashable {
    var method: String
    var endpoint: String
    var status: Int
  }

  /// Upper bounds in seconds, those of Qdrant.
  private static let bounds = [
    0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 10, 50,
  ]

  private let timings = Mutex<[Key: DurationHistogram]>([:])

  func record(method: String, endpoint: String, status: Int, seconds: Double) {
    let key = Key(method: method, endpoint: endpoint, status: status)
    timings.withLock {
      $0[key, default: DurationHistogram(bounds: Self.bounds)].record(seconds)
    }
  }

  /// Sorted by endpoint, method and status.
  var all: [(key: Key, timing: DurationHistogram)] {
    timings.withLock { $0 }
      .sorted {
        ($0.key.endpoint, $0.key.method, $0.key.status)
          < ($1.key.endpoint, $1.key.method, $1.key.status)
      }
      .map { (key: $0.key, timing: $0.value) }
  }
}
