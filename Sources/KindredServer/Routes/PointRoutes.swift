import JSONCodec
import Kindred

extension RouteTable {
  mutating func addPointRoutes() {
    write(.put, "/collections/{collection}/points") { call in
      let body = try call.withBody { try UpsertBody($0) }
      return try await call.update(.upsert(body))
    }
    write(.post, "/collections/{collection}/points/delete") { call in
      try await call.update(.delete(PointSelection(call.json())))
    }
    read(.get, "/collections/{collection}/points/{id}", getPoint)
    read(.post, "/collections/{collection}/points", retrieve)
    read(.post, "/collections/{collection}/points/scroll", scroll)
    read(.post, "/collections/{collection}/points/count", count)
  }
}

@Sendable private func getPoint(_ call: Call) throws -> Answer {
  try call.checkReadParameters()
  let id = try PointIDWire.parse(call.parameter("id"))
  let records = try call.collection.retrieve([id], payload: .all, vectors: .all)
  guard let record = records.first else {
    throw APIError.notFound("Point with id \(id) does not exists!")
  }
  return .result { $0.write(record) }
}

@Sendable private func retrieve(_ call: Call) throws -> Answer {
  try call.checkReadParameters()
  let input = try call.json()
  let records = try call.collection.retrieve(
    input.member("ids").pointIDs(), payload: input.payloadSelector(default: .all),
    vectors: input.vectorSelector())
  return .result { $0.write(records) }
}

@Sendable private func scroll(_ call: Call) throws -> Answer {
  try call.checkReadParameters()
  let input = try call.optionalJSON()
  let limit = try input.limit(default: 10)
  let page = try call.collection.scroll(
    from: input.optional("offset")?.pointID(), limit: limit, filter: input.filter(),
    payload: input.payloadSelector(default: .all), vectors: input.vectorSelector())
  return scrolled(page.records, next: page.next)
}

func scrolled(_ records: [Record], next: PointID?) -> Answer {
  .result { writer in
    writer.beginObject()
    writer.name("points")
    writer.write(records)
    writer.name("next_page_offset")
    if let next { writer.write(next) } else { writer.null() }
    writer.endObject()
  }
}

@Sendable private func count(_ call: Call) throws -> Answer {
  try call.checkReadParameters()
  let input = try call.optionalJSON()
  _ = try input.bool("exact", default: true)
  let count = try call.collection.count(input.filter())
  return .result(["count": .integer(Int64(count))])
}
