import JSONCodec
import Kindred

extension RouteTable {
  mutating func addMatrixRoutes() {
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

extension Call {
  func distanceMatrix(_ request: DistanceMatrixRequest) throws -> DistanceMatrix {
    let collection = try readable(cost: request.rateCost) {
      let (limit, overflows) = request.limit.multipliedReportingOverflow(by: request.sample)
      try $0.check(limit: overflows ? .max : limit)
      try $0.check(reading: request.filter)
    }
    return try collection.distanceMatrix(request)
  }
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
