import JSONCodec
import Kindred

/// One change to points as the REST API has them, by itself or in a batch.
enum UpdateOperation: Sendable {
  case upsert(UpsertBody)
  case delete(PointSelection)
  /// Merges into the payload, at `key` when given.
  case setPayload(JSONObject, key: JSONPath?, PointSelection)
  case overwritePayload(JSONObject, PointSelection)
  case deletePayload([JSONPath], PointSelection)
  case clearPayload(PointSelection)
  case updateVectors([(id: PointID, vectors: [ByteString: VectorValue])], filter: Filter?)
  case deleteVectors([String], PointSelection)

  /// The points an operation is for, where it changes points that exist.
  var selection: PointSelection? {
    switch self {
    case .upsert, .updateVectors: nil
    case .delete(let selection), .setPayload(_, _, let selection),
      .overwritePayload(_, let selection), .deletePayload(_, let selection),
      .clearPayload(let selection), .deleteVectors(_, let selection):
      selection
    }
  }

  /// The same change to other points.
  func selecting(_ selection: PointSelection) -> UpdateOperation {
    switch self {
    case .upsert, .updateVectors: self
    case .delete: .delete(selection)
    case .setPayload(let payload, let key, _): .setPayload(payload, key: key, selection)
    case .overwritePayload(let payload, _): .overwritePayload(payload, selection)
    case .deletePayload(let keys, _): .deletePayload(keys, selection)
    case .clearPayload: .clearPayload(selection)
    case .deleteVectors(let names, _): .deleteVectors(names, selection)
    }
  }

  static func setPayload(_ input: JSONInput) throws -> UpdateOperation {
    .setPayload(
      try input.member("payload").object(), key: try input.optional("key")?.keyPath(),
      try PointSelection(input))
  }

  static func overwritePayload(_ input: JSONInput) throws -> UpdateOperation {
    // Only merging has a place for it, but it must be one.
    _ = try input.optional("key")?.keyPath()
    return .overwritePayload(try input.member("payload").object(), try PointSelection(input))
  }

  static func deletePayload(_ input: JSONInput) throws -> UpdateOperation {
    let keys = try input.member("keys").elements().map { try $0.keyPath() }
    return .deletePayload(keys, try PointSelection(input))
  }

  static func deleteVectors(_ input: JSONInput) throws -> UpdateOperation {
    let names = try input.member("vector").elements().map { try $0.string() }
    guard !names.isEmpty else {
      throw APIError.validation("vector", "must specify vector names to delete")
    }
    return .deleteVectors(names, try PointSelection(input))
  }

  static func updateVectors(_ reader: inout JSONReader) throws -> UpdateOperation {
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
          vectors = try UpsertBody.readVectors(&reader, "points[\(index)].vector")
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
