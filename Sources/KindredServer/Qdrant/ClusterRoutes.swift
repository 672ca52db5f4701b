import JSONCodec
import Kindred

/// The answers of a cluster that has one machine and one shard.
extension RouteTable {
  mutating func addClusterRoutes() {
    immediate(.get, "/cluster") { _ in .result(["status": "disabled"]) }
    report(.get, "/collections/{collection}/cluster") { call in
      let points = try call.collection.pointCount
      return .result([
        "peer_id": 0, "shard_count": 1,
        "local_shards": [
          ["shard_id": 0, "points_count": .integer(Int64(points)), "state": "Active"]
        ],
        "remote_shards": [], "shard_transfers": [],
      ])
    }
    let clustered: [(Method, String)] = [
      (.post, "/collections/{collection}/cluster"), (.post, "/cluster/recover"),
      (.delete, "/cluster/peer/{peer}"),
      (.put, "/collections/{collection}/shards"),
      (.post, "/collections/{collection}/shards/delete"),
    ]
    for (method, path) in clustered {
      write(method, path) { _ in
        throw APIError(.methodNotAllowed, "Distributed mode disabled")
      }
    }
    report(.get, "/collections/{collection}/shards") { call in
      _ = try call.collection
      return .result([:])
    }
    immediate(.get, "/cluster/telemetry") { _ in .result(["collections": [:]]) }
  }
}
