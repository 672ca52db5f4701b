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
    report(.get, "/collections/{collection}/optimizations", optimizations)
    immediate(.get, "/issues") { _ in .result(["issues": []]) }
    write(.delete, "/issues") { _ in .result(true) }
    immediate(.get, "/quotas") { _ in .result(["config": ["enabled": false], "usage": [:]]) }
    write(.put, "/quotas", setQuotas)
    report(.get, "/telemetry", telemetry)
  }
}

/// Nothing waits to be optimized: compaction changes no answer. Lists come where `with` names them.
@Sendable private func optimizations(_ call: Call) throws -> Answer {
  let collection = try call.collection
  var answer: JSONObject = [
    "summary": [
      "queued_optimizations": 0, "queued_segments": 0, "queued_points": 0,
      "idle_segments": .integer(Int64(collection.segmentCount)),
    ],
    "running": [],
  ]
  for list in (call.query("with") ?? "").split(separator: ",") {
    switch list {
    case "queued", "completed": answer[String(list)] = []
    case "idle_segments": answer["idle_segments"] = .array(collection.idleSegments)
    default:
      throw APIError.query(
        "unknown variant `\(list)`, expected one of `queued`, `completed`, `idle_segments`")
    }
  }
  return .result(.object(answer))
}

extension CollectionView {
  /// Segments have no names of their own: theirs are made of the collection's identity and a number.
  fileprivate var idleSegments: [JSONValue] {
    segments.enumerated().map { number, live in
      let id = PointID.uuid(UInt128(identity) << 64 | UInt128(number))
      return [
        "uuid": .string(id.description), "points_count": .integer(Int64(live.livePointCount)),
      ]
    }
  }
}

/// Quotas for the whole daemon can only be off: it refuses writes by itself when the disk is full.
@Sendable private func setQuotas(_ call: Call) throws -> Answer {
  let input = try call.json()
  for (name, range) in [
    ("max_resident_memory_percent", 1...100), ("max_disk_usage_percent", 1...100),
    ("release_margin_percent", 0...100),
  ] as [(String, ClosedRange<UInt64>)] {
    guard let percent = try input.optional(name), !range.contains(try percent.unsigned()) else {
      continue
    }
    throw APIError.validation(
      name,
      "value \(try percent.unsigned()) invalid, must be from \(range.lowerBound) to 100")
  }
  guard try !input.bool("enabled", default: false) else {
    throw APIError.badRequest("Quotas for the whole daemon are not supported")
  }
  return .result(true)
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
