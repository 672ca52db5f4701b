#if Remote
  import JSONCodec
  import Kindred
  import QdrantProtobuf

  extension ProcedureTable {
    mutating func addPoints() {
      addWrites()
      addReads()
      addIndexes()
    }

    private mutating func addWrites() {
      write("/qdrant.Points/Upsert", isBrief: true) { (request: Qdrant_UpsertPoints, call) in
        let operation = try PointUpdate(request)
        if !request.hasUpdateFilter { return try await call.updated(operation) }
        // A filter may take long.
        return try await call.daemon.threads.onWriteThreads { try await call.updated(operation) }
      }
      write("/qdrant.Points/Delete") { (request: Qdrant_DeletePoints, call) in
        try await call.updated(PointUpdate(request))
      }
      write("/qdrant.Points/SetPayload") { (request: Qdrant_SetPayloadPoints, call) in
        try await call.updated(PointUpdate(setting: request))
      }
      write("/qdrant.Points/OverwritePayload") { (request: Qdrant_SetPayloadPoints, call) in
        try await call.updated(PointUpdate(overwriting: request))
      }
      write("/qdrant.Points/DeletePayload") { (request: Qdrant_DeletePayloadPoints, call) in
        try await call.updated(PointUpdate(request))
      }
      write("/qdrant.Points/ClearPayload") { (request: Qdrant_ClearPayloadPoints, call) in
        try await call.updated(PointUpdate(request))
      }
      write("/qdrant.Points/UpdateVectors") { (request: Qdrant_UpdatePointVectors, call) in
        try await call.updated(PointUpdate(request))
      }
      write("/qdrant.Points/DeleteVectors") { (request: Qdrant_DeletePointVectors, call) in
        try await call.updated(PointUpdate(request))
      }
      write("/qdrant.Points/UpdateBatch") { (request: Qdrant_UpdateBatchPoints, call) in
        let operations = try request.operations.map { try PointUpdate($0) }
        let (sequenceNumbers, waits) = try await call.updateAll(operations)
        return Qdrant_UpdateBatchResponse.with {
          $0.result = sequenceNumbers.map { Qdrant_UpdateResult($0, waited: waits) }
        }
      }
    }

    private mutating func addReads() {
      read("/qdrant.Points/Get", isBrief: true) { (request: Qdrant_GetPoints, call) in
        let ids = try PointID.list(request.ids)
        let records = try call.readable(cost: ids.count).retrieve(
          ids,
          payload: PayloadSelector(request.hasWithPayload ? request.withPayload : nil),
          vectors: VectorSelector(request.hasWithVectors ? request.withVectors : nil))
        var answer = Qdrant_GetResponse()
        answer.result = try call.context.messages(records, Qdrant_RetrievedPoint.init)
        return answer
      }
      read("/qdrant.Points/Scroll", isBrief: true) { (request: Qdrant_ScrollPoints, call) in
        let page = try call.scroll(
          ScrollRequest(
            limit: request.hasLimit ? checkedLimit(UInt64(request.limit)) : 10,
            filter: request.hasFilter ? request.filter.filter(call.watch) : nil,
            payload: PayloadSelector(request.hasWithPayload ? request.withPayload : nil),
            vectors: VectorSelector(request.hasWithVectors ? request.withVectors : nil),
            offset: request.hasOffset ? PointID(request.offset) : nil,
            orderBy: request.hasOrderBy ? OrderBy(request.orderBy) : nil))
        var answer = Qdrant_ScrollResponse()
        answer.result = try call.context.messages(page.records, Qdrant_RetrievedPoint.init)
        if let next = page.next { answer.nextPageOffset = next.message }
        return answer
      }
      read("/qdrant.Points/Count", isBrief: true) { (request: Qdrant_CountPoints, call) in
        let filter = request.hasFilter ? try request.filter.filter(call.watch) : nil
        let count = try call.countPoints(filter)
        return Qdrant_CountResponse.with { $0.result.count = UInt64(count) }
      }
      read("/qdrant.Points/Facet") { (request: Qdrant_FacetCounts, call) in
        let hits = try call.facetHits(
          FacetRequest(
            key: keyPath(request.key),
            limit: request.hasLimit ? checkedLimit(request.limit) : 10,
            filter: request.hasFilter ? request.filter.filter(call.watch) : nil))
        var answer = Qdrant_FacetResponse()
        answer.hits = hits.map { hit in
          .with {
            switch hit.value {
            case .bool(let bool): $0.value.variant = .boolValue(bool)
            case .integer(let number): $0.value.variant = .integerValue(number)
            case .string(let text): $0.value.variant = .stringValue(text.text)
            }
            $0.count = UInt64(hit.count)
          }
        }
        return answer
      }
      read("/qdrant.Points/SearchMatrixPairs") { (request: Qdrant_SearchMatrixPoints, call) in
        let matrix = try call.distanceMatrix(DistanceMatrixRequest(request, call))
        var answer = Qdrant_SearchMatrixPairsResponse()
        answer.result.pairs = matrix.pairs.map { pair in
          .with {
            $0.a = pair.a.message
            $0.b = pair.b.message
            $0.score = pair.score
          }
        }
        return answer
      }
      read("/qdrant.Points/SearchMatrixOffsets") { (request: Qdrant_SearchMatrixPoints, call) in
        let matrix = try call.distanceMatrix(DistanceMatrixRequest(request, call))
        let offsets = matrix.offsets
        var answer = Qdrant_SearchMatrixOffsetsResponse()
        answer.result.offsetsRow = offsets.rows.map { UInt64($0) }
        answer.result.offsetsCol = offsets.columns.map { UInt64($0) }
        answer.result.scores = offsets.scores
        answer.result.ids = matrix.ids.map(\.message)
        return answer
      }
    }

    private mutating func addIndexes() {
      forward("/qdrant.Points/CreateFieldIndex", to: .put, "/collections/{collection}/index") {
        (request: Qdrant_CreateFieldIndexCollection) in
        EndpointRequest(
          values: [request.collectionName], query: request.queryText, body: try request.body())
      } _: { json, _ in
        Qdrant_PointsOperationResponse(json)
      }
      forward(
        "/qdrant.Points/DeleteFieldIndex", to: .delete, "/collections/{collection}/index/{field}"
      ) {
        (request: Qdrant_DeleteFieldIndexCollection) in
        EndpointRequest(
          values: [request.collectionName, request.fieldName], query: request.queryText)
      } _: { json, _ in
        Qdrant_PointsOperationResponse(json)
      }
      forward(
        "/qdrant.Points/CreateVectorName", to: .put, "/collections/{collection}/vectors/{vector}"
      ) {
        (request: Qdrant_CreateVectorNameRequest) in
        EndpointRequest(
          values: [request.collectionName, request.vectorName], query: request.queryText,
          body: try request.body())
      } _: { json, _ in
        Qdrant_PointsOperationResponse(json)
      }
      forward(
        "/qdrant.Points/DeleteVectorName", to: .delete, "/collections/{collection}/vectors/{vector}"
      ) {
        (request: Qdrant_DeleteVectorNameRequest) in
        EndpointRequest(
          values: [request.collectionName, request.vectorName], query: request.queryText)
      } _: { json, _ in
        Qdrant_PointsOperationResponse(json)
      }
    }
  }

  extension Call {
    /// The clock of the read, for the decoders of trees.
    var watch: DecodingWatch { DecodingWatch { [context] in context.isOver } }

    fileprivate func updated(
      _ operation: PointUpdate
    ) async throws -> Qdrant_PointsOperationResponse {
      let (sequenceNumber, waited) = try await make(operation)
      return .with { $0.result = Qdrant_UpdateResult(sequenceNumber, waited: waited) }
    }
  }

  extension DistanceMatrixRequest {
    fileprivate init(_ message: Qdrant_SearchMatrixPoints, _ call: Call) throws {
      self.init(
        filter: message.hasFilter ? try message.filter.filter(call.watch) : nil,
        sample: message.hasSample ? try checkedLimit(message.sample, "sample", least: 2) : 10,
        limit: message.hasLimit ? try checkedLimit(message.limit) : 3, using: message.using)
    }
  }

  extension Qdrant_PointsOperationResponse {
    /// - Parameter json: `{"operation_id", "status"}`.
    fileprivate init(_ json: JSONValue) {
      self.init()
      let number = json.asObject?["operation_id"]
      if case .integer(let number)? = number { result.operationID = UInt64(clamping: number) }
      result.status =
        json.asObject?["status"]?.asString == "completed" ? .completed : .acknowledged
    }
  }
#endif
