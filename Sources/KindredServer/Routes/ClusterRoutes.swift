import JSONCodec
import Kindred

/// What a cluster would answer more of: one machine, one shard.
extension RouteTable {
  mutating func addClusterRoutes() {
    read(.get, "/cluster") { _ in .result(["status": "disabled"]) }
    read(.get, "/collections/{collection}/cluster") { call in
      let points = try call.collection.pointCount
      return .result([
        "peer_id": 0, "shard_count": 1,
        "local_shards": [
          ["shard_id": 0, "points_count": .integer(Int64(points)), "state": "Active"]
        ],
        "remote_shards": [], "shard_transfers": [],
      ])
    }
    write(.post, "/collections/{collection}/cluster") { _ in
      throw APIError.badRequest("Distributed mode disabled")
    }
    for path in ["/cluster/recover", "/collections/{collection}/shards/delete"] {
      write(.post, path) { _ in throw APIError.badRequest("Distributed mode disabled") }
    }
    write(.put, "/collections/{collection}/shards") { _ in
      throw APIError.badRequest("Distributed mode disabled")
    }
    read(.get, "/issues") { _ in .result(["issues": []]) }
    write(.delete, "/issues") { _ in .result(true) }
    read(.get, "/telemetry", telemetry)
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
