import JSONCodec
import Kindred

extension RouteTable {
  mutating func addTelemetryRoutes() {
    report(.get, "/telemetry", telemetry)
  }
}

@Sendable private func telemetry(_ call: Call) throws -> Answer {
  let statistics = try call.store.statistics
  var responses: JSONObject = [:]
  for (key, timing) in call.daemon.metrics.all {
    let endpoint = "\(key.method) \(key.endpoint)"
    var byStatus: JSONObject = [:]
    if case .object(let known)? = responses[endpoint] { byStatus = known }
    byStatus[String(key.status)] = [
      "count": .integer(Int64(timing.count)),
      "avg_duration_micros": .double(timing.seconds / Double(max(1, timing.count)) * 1e6),
    ]
    responses[endpoint] = .object(byStatus)
  }
  return .result([
    "id": "kindred",
    "app": [
      "name": "kindred", "version": .string(Version.kindred),
      "startup": .string(call.daemon.startedAtText),
    ],
    "collections": ["number_of_collections": .integer(Int64(statistics.collections.count))],
    "cluster": ["enabled": false],
    "requests": ["rest": ["responses": .object(responses)], "grpc": ["responses": [:]]],
  ])
}
