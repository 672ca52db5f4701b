import JSONCodec
import Kindred

/// Reading the REST API's changes of points.
extension PointUpdate {
  static func setPayload(_ input: JSONInput) throws -> PointUpdate {
    .setPayload(
      try input.member("payload").object(), key: try input.optional("key")?.keyPath(),
      try PointSelection(input))
  }

  static func overwritePayload(_ input: JSONInput) throws -> PointUpdate {
    // Only merging has a place for it, but it must be one.
    _ = try input.optional("key")?.keyPath()
    return .overwritePayload(try input.member("payload").object(), try PointSelection(input))
  }

  static func deletePayload(_ input: JSONInput) throws -> PointUpdate {
    let keys = try input.member("keys").elements().map { try $0.keyPath() }
    return .deletePayload(keys, try PointSelection(input))
  }

  static func deleteVectors(_ input: JSONInput) throws -> PointUpdate {
    let names = try input.member("vector").elements().map { try $0.string() }
    guard !names.isEmpty else {
      throw APIError.validation("vector", "must specify vector names to delete")
    }
    return .deleteVectors(names, try PointSelection(input))
  }

  static func updateVectors(_ reader: inout JSONReader) throws -> PointUpdate {
    var updates: [(id: PointID, vectors: [ByteString: VectorValue])]?
    var filter: Filter?
    try reader.beginObject()
    while let name = try reader.nextName() {
      switch name {
      case "points": updates = try readUpdates(&reader)
      case "update_filter":
        let value = try reader.readValue()
        filter = value == .null ? nil : try Filter(json: JSONInput(value, path: name))
      case "shard_key": try reader.readShardKey()
      default: try reader.skipValue()
      }
    }
    guard let updates else { throw APIError.format("missing field `points`") }
    guard !updates.isEmpty else {
      throw APIError.validation("points", "must specify points to update")
    }
    return .updateVectors(updates, filter: filter)
  }

  private static func readUpdates(
    _ reader: inout JSONReader
  ) throws -> [(id: PointID, vectors: [ByteString: VectorValue])] {
    var updates: [(id: PointID, vectors: [ByteString: VectorValue])] = []
    try reader.beginArray()
    while try reader.hasNextElement() {
      let index = updates.count
      var id: PointID?
      var vectors: [ByteString: VectorValue]?
      try reader.beginObject()
      while let name = try reader.nextName() {
        switch name {
        case "id": id = try reader.readPointID()
        case "vector", "vectors":
          vectors = try PointUpsert.readVectors(&reader, "points[\(index)].vector")
        default: try reader.skipValue()
        }
      }
      guard let id else { throw APIError.format("points[\(index)]: missing field `id`") }
      guard let vectors else { throw APIError.format("points[\(index)]: missing field `vector`") }
      guard !vectors.isEmpty else {
        throw APIError.validation(
          "points[\(index)].vector", "must specify vectors to update for point")
      }
      try reader.append((id, vectors), to: &updates)
    }
    return updates
  }
}
