import JSONCodec
import Kindred

extension RouteTable {
  mutating func addFacetRoutes() {
    read(.post, "/collections/{collection}/facet", facet)
    read(.post, "/collections/{collection}/points/search/matrix/pairs") { call in
      let matrix = try distanceMatrix(call)
      return .result { $0.writePairs(matrix) }
    }
    read(.post, "/collections/{collection}/points/search/matrix/offsets") { call in
      let matrix = try distanceMatrix(call)
      return .result { $0.writeOffsets(matrix) }
    }
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

  func distanceMatrix(_ request: DistanceMatrixRequest) throws -> DistanceMatrix {
    let collection = try readable(cost: request.rateCost) {
      let (limit, overflows) = request.limit.multipliedReportingOverflow(by: request.sample)
      try $0.check(limit: overflows ? .max : limit)
      try $0.check(reading: request.filter)
    }
    return try collection.distanceMatrix(request)
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

private func distanceMatrix(_ call: Call) throws -> DistanceMatrix {
  let input = try call.optionalJSON()
  try input.checkShardKey()
  let prefix = "search_request."
  let request = try DistanceMatrixRequest(
    filter: input.filter(),
    sample: input.limit(["sample"], default: 10, least: 2, prefix: prefix),
    limit: input.limit(default: 3, prefix: prefix),
    using: input.string("using", default: ""))
  return try call.distanceMatrix(request)
}

extension JSONWriter {
  fileprivate mutating func writePairs(_ matrix: DistanceMatrix) {
    beginObject()
    name("pairs")
    beginArray()
    for pair in matrix.pairs {
      beginObject()
      name("a")
      write(pair.a)
      name("b")
      write(pair.b)
      name("score")
      write(pair.score)
      endObject()
    }
    endArray()
    endObject()
  }

  fileprivate mutating func writeOffsets(_ matrix: DistanceMatrix) {
    let offsets = matrix.offsets
    beginObject()
    name("offsets_row")
    write(.array(offsets.rows.map { .integer(Int64($0)) }))
    name("offsets_col")
    write(.array(offsets.columns.map { .integer(Int64($0)) }))
    name("scores")
    write(offsets.scores)
    name("ids")
    beginArray()
    for id in matrix.ids { write(id) }
    endArray()
    endObject()
  }
}
