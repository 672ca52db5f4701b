import JSONCodec
import Kindred

extension RouteTable {
  mutating func addOptimizationRoutes() {
    report(.get, "/collections/{collection}/optimizations", optimizations)
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
