#if Remote
  import JSONCodec
  import Kindred
  import QdrantProtobuf

  /// Changes of points as messages have them.
  extension PointUpdate {
    init(_ message: Qdrant_UpsertPoints) throws {
      self = .upsert(
        PointUpsert(
          points: try Self.points(message.points),
          updateFilter: message.hasUpdateFilter ? try message.updateFilter.filter() : nil,
          mode: try .init(message.hasUpdateMode ? message.updateMode : nil)))
    }

    private static func points(_ messages: [Qdrant_PointStruct]) throws -> [Point] {
      var points: [Point] = []
      points.reserveCapacity(messages.count)
      for message in messages { points.append(try Point(message, index: points.count)) }
      return points
    }

    init(_ message: Qdrant_DeletePoints) throws {
      self = .delete(try PointSelection(message.points))
    }

    init(setting message: Qdrant_SetPayloadPoints) throws {
      self = .setPayload(
        try JSONObject(message.payload), key: message.hasKey ? try keyPath(message.key) : nil,
        try PointSelection(message.pointsSelector))
    }

    init(overwriting message: Qdrant_SetPayloadPoints) throws {
      self = .overwritePayload(
        try JSONObject(message.payload), try PointSelection(message.pointsSelector))
    }

    init(_ message: Qdrant_DeletePayloadPoints) throws {
      self = .deletePayload(
        try message.keys.map(keyPath), try PointSelection(message.pointsSelector))
    }

    init(_ message: Qdrant_ClearPayloadPoints) throws {
      self = .clearPayload(try PointSelection(message.points))
    }

    init(_ message: Qdrant_UpdatePointVectors) throws {
      self = try .updateVectors(
        message.points, filter: message.hasUpdateFilter ? message.updateFilter.filter() : nil)
    }

    init(_ message: Qdrant_DeletePointVectors) throws {
      self = try .deleteVectors(
        names: message.vectors.names, PointSelection(message.pointsSelector))
    }

    /// One of several.
    init(_ message: Qdrant_PointsUpdateOperation) throws {
      switch message.operation {
      case .upsert(let list):
        self = .upsert(
          PointUpsert(
            points: try Self.points(list.points),
            updateFilter: list.hasUpdateFilter ? try list.updateFilter.filter() : nil,
            mode: try .init(list.hasUpdateMode ? list.updateMode : nil)))
      case .deletePoints(let delete): self = .delete(try PointSelection(delete.points))
      case .deleteDeprecated(let selector): self = .delete(try PointSelection(selector))
      case .setPayload(let set):
        self = .setPayload(
          try JSONObject(set.payload), key: set.hasKey ? try keyPath(set.key) : nil,
          try PointSelection(set.pointsSelector))
      case .overwritePayload(let overwrite):
        self = .overwritePayload(
          try JSONObject(overwrite.payload), try PointSelection(overwrite.pointsSelector))
      case .deletePayload(let delete):
        self = .deletePayload(
          try delete.keys.map(keyPath), try PointSelection(delete.pointsSelector))
      case .clearPayload_p(let clear): self = .clearPayload(try PointSelection(clear.points))
      case .clearPayloadDeprecated_p(let selector):
        self = .clearPayload(try PointSelection(selector))
      case .updateVectors(let update):
        self = try .updateVectors(
          update.points, filter: update.hasUpdateFilter ? update.updateFilter.filter() : nil)
      case .deleteVectors(let delete):
        self = try .deleteVectors(
          names: delete.vectors.names, PointSelection(delete.pointsSelector))
      case nil: throw APIError.badRequest("Operation is missing")
      }
    }

    private static func updateVectors(
      _ messages: [Qdrant_PointVectors], filter: Filter?
    ) throws -> PointUpdate {
      guard !messages.isEmpty else {
        throw APIError.validation("points", "must specify points to update")
      }
      var updates: [(id: PointID, vectors: [ByteString: VectorValue])] = []
      updates.reserveCapacity(messages.count)
      for message in messages {
        let path = "points[\(updates.count)].vector"
        let vectors = try message.vectors.byName(path)
        guard !vectors.isEmpty else {
          throw APIError.validation(path, "must specify vectors to update for point")
        }
        updates.append((try PointID(message.id), vectors))
      }
      return .updateVectors(updates, filter: filter)
    }

    private static func deleteVectors(
      names: [String], _ selection: PointSelection
    ) throws(APIError) -> PointUpdate {
      guard !names.isEmpty else {
        throw .validation("vector", "must specify vector names to delete")
      }
      return .deleteVectors(names, selection)
    }
  }

  extension PointUpsert.Mode {
    fileprivate init(_ message: Qdrant_UpdateMode?) throws(APIError) {
      switch message {
      case .upsert, nil: self = .upsert
      case .insertOnly: self = .insertOnly
      case .updateOnly: self = .updateOnly
      case .UNRECOGNIZED(let number): throw .wrongInput("unknown update mode \(number)")
      }
    }
  }

  extension PointSelection {
    fileprivate init(_ message: Qdrant_PointsSelector) throws {
      switch message.pointsSelectorOneOf {
      case .points(let list): self = .ids(try PointID.list(list.ids))
      case .filter(let filter): self = .filter(try filter.filter())
      case nil: throw APIError.badRequest("PointsSelector is missing")
      }
    }
  }

  extension Qdrant_UpdateResult {
    init(_ sequenceNumber: UInt64, waited: Bool) {
      self.init()
      operationID = sequenceNumber
      status = waited ? .completed : .acknowledged
    }
  }
#endif
