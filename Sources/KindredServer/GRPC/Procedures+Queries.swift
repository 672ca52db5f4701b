#if Remote
  import JSONCodec
  import Kindred
  import QdrantProtobuf

  extension ProcedureTable {
    mutating func addQueries() {
      read("/qdrant.Points/Query", isBrief: true) { (request: Qdrant_QueryPoints, call) in
        try call.ranking(QueryRequest(request, call.watch))
      }
      read("/qdrant.Points/QueryBatch") { (request: Qdrant_QueryBatchPoints, call) in
        var answer = Qdrant_QueryBatchResponse()
        answer.result = try call.scored(request.queryPoints, request) {
          try QueryRequest($0, call.watch)
        }
        return answer
      }
      read("/qdrant.Points/QueryGroups") { (request: Qdrant_QueryPointGroups, call) in
        var answer = Qdrant_QueryGroupsResponse()
        answer.result.groups = try call.grouped(
          QueryGroupsRequest(
            QueryRequest(request, call.watch), groupBy: request.groupBy,
            groupSize: request.hasGroupSize ? checkedLimit(request.groupSize, "group_size") : 3,
            limit: request.hasLimit ? checkedLimit(request.limit) : 10,
            withLookup: request.hasWithLookup ? request.withLookup : nil))
        return answer
      }
      addSearches()
      addRecommendations()
      addDiscoveries()
    }

    private mutating func addSearches() {
      read("/qdrant.Points/Search", isBrief: true) { (request: Qdrant_SearchPoints, call) in
        try call.ranking(QueryRequest(request, call.watch))
      }
      read("/qdrant.Points/SearchBatch") { (request: Qdrant_SearchBatchPoints, call) in
        var answer = Qdrant_SearchBatchResponse()
        answer.result = try call.scored(request.searchPoints, request) {
          try QueryRequest($0, call.watch)
        }
        return answer
      }
      read("/qdrant.Points/SearchGroups") { (request: Qdrant_SearchPointGroups, call) in
        var answer = Qdrant_SearchGroupsResponse()
        answer.result.groups = try call.grouped(
          QueryGroupsRequest(
            QueryRequest(request, call.watch), groupBy: request.groupBy,
            groupSize: checkedLimit(UInt64(request.groupSize), "group_size"),
            limit: checkedLimit(UInt64(request.limit)),
            withLookup: request.hasWithLookup ? request.withLookup : nil))
        return answer
      }
    }

    private mutating func addRecommendations() {
      read("/qdrant.Points/Recommend") { (request: Qdrant_RecommendPoints, call) in
        try call.ranking(QueryRequest(request, call.watch))
      }
      read("/qdrant.Points/RecommendBatch") { (request: Qdrant_RecommendBatchPoints, call) in
        var answer = Qdrant_RecommendBatchResponse()
        answer.result = try call.scored(request.recommendPoints, request) {
          try QueryRequest($0, call.watch)
        }
        return answer
      }
      read("/qdrant.Points/RecommendGroups") { (request: Qdrant_RecommendPointGroups, call) in
        var answer = Qdrant_RecommendGroupsResponse()
        answer.result.groups = try call.grouped(
          QueryGroupsRequest(
            QueryRequest(request, call.watch), groupBy: request.groupBy,
            groupSize: checkedLimit(UInt64(request.groupSize), "group_size"),
            limit: checkedLimit(UInt64(request.limit)),
            withLookup: request.hasWithLookup ? request.withLookup : nil))
        return answer
      }
    }

    private mutating func addDiscoveries() {
      read("/qdrant.Points/Discover") { (request: Qdrant_DiscoverPoints, call) in
        try call.ranking(QueryRequest(request, call.watch))
      }
      read("/qdrant.Points/DiscoverBatch") { (request: Qdrant_DiscoverBatchPoints, call) in
        var answer = Qdrant_DiscoverBatchResponse()
        answer.result = try call.scored(request.discoverPoints, request) {
          try QueryRequest($0, call.watch)
        }
        return answer
      }
    }
  }

  extension QueryGroupsRequest {
    fileprivate init(
      _ source: QueryRequest, groupBy: String, groupSize: Int, limit: Int,
      withLookup: Qdrant_WithLookup?
    ) throws {
      self.init(
        source.stage, groupBy: try keyPath(groupBy), groupSize: groupSize, limit: limit,
        withPayload: source.withPayload, withVector: source.withVector,
        withLookup: try withLookup.map { try WithLookup($0) })
    }
  }

  extension Call {
    fileprivate func ranking(_ request: QueryRequest) throws -> RankingAnswer {
      RankingAnswer(points: try run(request), context: context)
    }

    /// Runs the requests of a batch, which must be for the collection that the batch names.
    fileprivate func scored<Request: ReadRequest>(
      _ requests: [Request], _ batch: some ReadRequest, _ decode: (Request) throws -> QueryRequest
    ) throws -> [Qdrant_BatchResult] {
      for request in requests {
        let name = request.collectionName
        guard name.isEmpty || name.hasSameBytes(as: batch.collectionName) else {
          throw APIError.wrongInput(
            "a request of a batch for `\(batch.collectionName)` is for `\(name)`")
        }
      }
      return try searches(requests, decode).map { points in
        var result = Qdrant_BatchResult()
        result.result = try context.messages(points, Qdrant_ScoredPoint.init)
        return result
      }
    }

    fileprivate func grouped(_ request: QueryGroupsRequest) throws -> [Qdrant_PointGroup] {
      try pointGroups(request).map { try Qdrant_PointGroup($0, context) }
    }
  }
#endif
