import JSONCodec
import Kindred

extension RouteTable {
  mutating func addPointRoutes() {
    briefWrite(.put, "/collections/{collection}/points") { call in
      let body = try call.decode { try PointUpsert(&$0) }
      if body.updateFilter == nil { return try await call.update(.upsert(body)) }
      // A filter may take long.
      return try await call.daemon.threads.onWriteThreads { try await call.update(.upsert(body)) }
    }
    write(.post, "/collections/{collection}/points/delete") { call in
      try await call.update(.delete(PointSelection(call.json())))
    }
    brief(.get, "/collections/{collection}/points/{id}", getPoint)
    brief(.post, "/collections/{collection}/points", retrieve)
    brief(.post, "/collections/{collection}/points/scroll", scroll)
    brief(.post, "/collections/{collection}/points/count", count)
  }
}

@Sendable private func getPoint(_ call: Call) throws -> Answer {
  let id = try PointIDWire.parse(call.parameter("id"))
  let records = try call.readable().retrieve([id], payload: .all, vectors: .all)
  guard let record = records.first else {
    throw APIError.notFound("Point with id \(id) does not exists!")
  }
  return .result { $0.write(record) }
}

@Sendable private func retrieve(_ call: Call) throws -> Answer {
  let input = try call.json()
  try input.checkShardKey()
  let ids = try input.member("ids").pointIDs()
  let records = try call.readable(cost: ids.count).retrieve(
    ids, payload: input.payloadSelector(default: .all),
    vectors: input.vectorSelector())
  return .result { $0.write(records, for: call.context) }
}

@Sendable private func scroll(_ call: Call) throws -> Answer {
  let input = try call.optionalJSON()
  try input.checkShardKey()
  let page = try call.scroll(
    ScrollRequest(
      limit: input.limit(default: 10, prefix: "scroll_request."), filter: input.filter(),
      payload: input.payloadSelector(default: .all), vectors: input.vectorSelector(),
      offset: input.optional("offset")?.pointID(),
      orderBy: input.optional("order_by").map { try OrderBy($0) }))
  return call.scrolled(page.records, next: page.next)
}

/// A request for a page of points.
struct ScrollRequest {
  var limit: Int
  var filter: Filter?
  var payload: PayloadSelector
  var vectors: VectorSelector
  /// The first id of the page.
  var offset: PointID?
  var orderBy: OrderBy?
}

extension Call {
  func scroll(_ request: ScrollRequest) throws -> (records: [Record], next: PointID?) {
    let collection = try readable(cost: 1 + (request.filter?.rateCost ?? 0)) {
      try $0.check(limit: request.limit)
      try $0.check(reading: request.filter)
    }
    guard let orderBy = request.orderBy else {
      let page = try collection.scroll(
        from: request.offset, limit: request.limit, filter: request.filter,
        payload: request.payload, vectors: request.vectors)
      return (page.records, page.next)
    }
    guard request.offset == nil else {
      throw APIError.badRequest(
        "Cannot use an `offset` when using `order_by`. The alternative for paging is to use "
          + "`order_by.start_from` and a filter to exclude the IDs that you've already seen")
    }
    let records = try collection.scroll(
      orderBy: orderBy, limit: request.limit, filter: request.filter, payload: request.payload,
      vectors: request.vectors)
    return (records, nil)
  }

  func countPoints(_ filter: Filter?) throws -> Int {
    let collection = try readable(cost: 1 + (filter?.rateCost ?? 0)) {
      try $0.check(reading: filter)
    }
    return try collection.count(filter)
  }

  fileprivate func scrolled(_ records: [Record], next: PointID?) -> Answer {
    .result { [context] writer in
      writer.beginObject()
      writer.name("points")
      writer.write(records, for: context)
      writer.name("next_page_offset")
      if let next { writer.write(next) } else { writer.null() }
      writer.endObject()
    }
  }
}

@Sendable private func count(_ call: Call) throws -> Answer {
  let input = try call.optionalJSON()
  try input.checkShardKey()
  _ = try input.bool("exact", default: true)
  let count = try call.countPoints(input.filter())
  return .result(["count": .integer(Int64(count))])
}
