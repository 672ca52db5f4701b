import JSONCodec
import Kindred

/// The universal query, by itself, in batches and in groups.
extension RouteTable {
  mutating func addQueryRoutes() {
    read(.post, "/collections/{collection}/points/query") { call in
      let input = try call.json()
      let points = try call.run(QueryRequest(input))
      return .result { $0.writePoints(points) }
    }
    read(.post, "/collections/{collection}/points/query/batch") { call in
      let requests = try call.searches { try QueryRequest($0, prefix: "internal.") }
      let results = try requests.map { try call.run($0) }
      return .result { writer in
        writer.beginArray()
        for points in results { writer.writePoints(points) }
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
    let store = try store
    let collection = try readable { try $0.check(request) }
    return try collection.query(request) { name throws(StoreError) in
      try store.collection(name, for: context)
    }
  }

  func groups(_ request: QueryGroupsRequest) throws -> Answer {
    let store = try store
    let collection = try readable { try $0.check(request) }
    let groups = try collection.queryGroups(request) { name throws(StoreError) in
      try store.collection(name, for: context)
    }
    return .result { $0.write(groups) }
  }

  /// The requests of a batch: `{"searches": […]}`.
  func searches<Request>(_ decode: (JSONInput) throws -> Request) throws -> [Request] {
    let searches = try json().member("searches").elements()
    _ = try readable(cost: max(1, searches.count)) { try $0.check(searchCount: searches.count) }
    return try searches.map { try decode($0) }
  }
}

extension JSONWriter {
  fileprivate mutating func writePoints(_ points: [ScoredPoint]) {
    beginObject()
    name("points")
    write(points)
    endObject()
  }
}
