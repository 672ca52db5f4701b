import JSONCodec
import Kindred

/// The universal query, by itself, in batches and in groups.
extension RouteTable {
  mutating func addQueryRoutes() {
    brief(.post, "/collections/{collection}/points/query") { call in
      let request = try call.queryRequest()
      let collection = try call.readable(cost: request.rateCost) { try $0.check(request) }
      let context = call.context
      if let hits = try collection.bareHits(request) {
        return .result { $0.writePoints { $0.write(hits, for: context) } }
      }
      let points = try call.run(request, in: collection)
      return .result { $0.writePoints { $0.write(points, for: context) } }
    }
    read(.post, "/collections/{collection}/points/query/batch") { call in
      let results = try call.searches { try QueryRequest($0, prefix: "internal.") }
      return .result { writer in
        writer.beginArray()
        for points in results {
          writer.writePoints { $0.write(points, for: call.context) }
        }
        writer.endArray()
      }
    }
    read(.post, "/collections/{collection}/points/query/groups") { call in
      let input = try call.json()
      let source = try QueryRequest(input)
      return try call.groups(QueryGroupsRequest(input, source: source))
    }
  }
}

extension Call {
  func run(_ request: QueryRequest) throws -> [ScoredPoint] {
    try run(request, cost: request.rateCost)
  }

  private func run(
    _ request: QueryRequest, cost: @autoclosure () -> Int
  ) throws -> [ScoredPoint] {
    try run(request, in: readable(cost: cost()) { try $0.check(request) })
  }

  fileprivate func run(
    _ request: QueryRequest, in collection: CollectionView
  ) throws -> [ScoredPoint] {
    let store = try store
    return try collection.query(request) { name throws(StoreError) in
      try store.collection(name, for: context)
    }
  }

  func pointGroups(_ request: QueryGroupsRequest) throws -> [PointGroup] {
    let store = try store
    let collection = try readable(cost: request.stage.rateCost) { try $0.check(request) }
    return try collection.queryGroups(request) { name throws(StoreError) in
      try store.collection(name, for: context)
    }
  }

  func groups(_ request: QueryGroupsRequest) throws -> Answer {
    let groups = try pointGroups(request)
    return .result { [context] in $0.write(groups, for: context) }
  }

  /// Runs the requests of a batch, `{"searches": […]}`.
  func searches(_ decode: (JSONInput) throws -> QueryRequest) throws -> [[ScoredPoint]] {
    try searches(json().member("searches").elements(), decode)
  }

  /// Runs the requests of a batch, one after the other.
  func searches<Searches: RandomAccessCollection>(
    _ searches: Searches, _ decode: (Searches.Element) throws -> QueryRequest
  ) throws -> [[ScoredPoint]] {
    _ = try readable(cost: 0) { try $0.check(searchCount: searches.count) }
    // Decoded again when their turn comes, so that they are not all held at once.
    var cost = 0
    for input in searches {
      try context.check()
      cost += try decode(input).rateCost
    }
    _ = try readable(cost: cost)
    return try searches.map { input in
      context.take(64)
      return try run(decode(input), cost: 0)
    }
  }
}

extension JSONWriter {
  fileprivate mutating func writePoints(_ write: (inout JSONWriter) -> Void) {
    fragment(#"{"points":"#)
    write(&self)
    endObject()
  }
}
