import Kindred
import Synchronization

/// Counts and times of requests, by endpoint.
final class ServerMetrics: Sendable {
  struct Key: Hashable {
    var method: String
    var endpoint: String
    var status: Int
  }

  private let endpoints: [EndpointTimings]

  init(_ routes: RouteTable) { endpoints = routes.routes.map(EndpointTimings.init) }

  func record(_ route: Route, status: Int, seconds: Double) {
    endpoints[route.index].record(status: status, seconds: seconds)
  }

  /// Sorted by endpoint, method and status.
  var all: [(key: Key, timing: DurationHistogram)] {
    endpoints.flatMap(\.all)
      .sorted {
        ($0.key.endpoint, $0.key.method, $0.key.status)
          < ($1.key.endpoint, $1.key.method, $1.key.status)
      }
  }
}

/// Those of one endpoint, each status by itself.
private final class EndpointTimings: Sendable {
  /// Upper bounds in seconds, those of Qdrant.
  private static let bounds = [
    0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 10, 50,
  ]

  private let route: Route
  private let timings = Mutex<[(status: Int, timing: DurationHistogram)]>([])

  init(_ route: Route) { self.route = route }

  func record(status: Int, seconds: Double) {
    timings.withLock { timings in
      let index =
        timings.firstIndex { $0.status == status }
        ?? {
          timings.append((status, DurationHistogram(bounds: Self.bounds)))
          return timings.count - 1
        }()
      timings[index].timing.record(seconds)
    }
  }

  var all: [(key: ServerMetrics.Key, timing: DurationHistogram)] {
    timings.withLock { $0 }.map {
      (
        key: .init(method: route.method.rawValue, endpoint: route.path, status: $0.status),
        timing: $0.timing
      )
    }
  }
}
