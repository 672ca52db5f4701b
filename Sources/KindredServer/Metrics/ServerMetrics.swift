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
  private let procedures: [EndpointTimings]

  /// - Parameter procedures: the paths of gRPC's methods.
  init(_ routes: RouteTable, procedures: [String] = []) {
    endpoints = routes.routes.map { EndpointTimings(method: $0.method.rawValue, path: $0.path) }
    self.procedures = procedures.map { EndpointTimings(method: "POST", path: $0) }
  }

  func record(_ route: Route, status: Int, seconds: Double) {
    endpoints[route.index].record(status: status, seconds: seconds)
  }

  func record(procedure index: Int, status: Int, _ seconds: Double) {
    procedures[index].record(status: status, seconds: seconds)
  }

  /// Timings of REST's endpoints, sorted by endpoint, method and status.
  var all: [(key: Key, timing: DurationHistogram)] { Self.sorted(endpoints) }

  /// Timings of gRPC's methods, sorted likewise.
  var allProcedures: [(key: Key, timing: DurationHistogram)] { Self.sorted(procedures) }

  private static func sorted(
    _ timings: [EndpointTimings]
  ) -> [(key: Key, timing: DurationHistogram)] {
    timings.flatMap(\.all)
      .sorted {
        ($0.key.endpoint, $0.key.method, $0.key.status)
          < ($1.key.endpoint, $1.key.method, $1.key.status)
      }
  }
}

/// Timings of one endpoint, by status.
private final class EndpointTimings: Sendable {
  /// Upper bounds in seconds, those of Qdrant.
  private static let bounds = [
    0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 10, 50,
  ]

  private let method: String
  private let path: String
  private let timings = Mutex<[(status: Int, timing: DurationHistogram)]>([])

  init(method: String, path: String) {
    self.method = method
    self.path = path
  }

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
        key: .init(method: method, endpoint: path, status: $0.status),
        timing: $0.timing
      )
    }
  }
}
