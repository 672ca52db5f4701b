import JSONCodec
import Kindred

extension RouteTable {
  mutating func addFacetRoutes() {
    read(.post, "/collections/{collection}/facet", facet)
  }
}

@Sendable private func facet(_ call: Call) throws -> Answer {
  let input = try call.json()
  try input.checkShardKey()
  _ = try input.bool("exact", default: false)
  let request = try FacetRequest(
    key: input.member("key").keyPath(),
    limit: input.limit(default: 10, prefix: "facet_request."), filter: input.filter())
  return .result(["hits": .array(try call.facetHits(request).map(\.json))])
}

extension Call {
  func facetHits(_ request: FacetRequest) throws -> [FacetHit] {
    let collection = try readable(cost: request.rateCost) {
      try $0.check(limit: request.limit)
      try $0.check(reading: request.filter)
    }
    return try collection.facet(request)
  }
}

extension FacetHit {
  fileprivate var json: JSONValue {
    let value: JSONValue =
      switch value {
      case .bool(let bool): .bool(bool)
      case .integer(let integer): .integer(integer)
      case .string(let string): .string(string.text)
      }
    return ["value": value, "count": .integer(Int64(count))]
  }
}
