import JSONCodec
import Kindred

extension RouteTable {
  mutating func addRecommendRoutes() {
    brief(.post, "/collections/{collection}/recommend", recommend)
  }
}

/// "Who is like me, and what did they like?" in one request.
@Sendable private func recommend(_ call: Call) throws -> Answer {
  let input = try call.json()
  let request = try RecommendationRequest(input)
  let catalogue = try input.optional("catalogue").map {
    try call.store.collection($0.string(), for: call.context)
  }
  let collection = try call.readable {
    try $0.check(limit: max(request.limit, request.neighborCount))
    try $0.check(reading: request.filter)
  }
  let recommendation = try collection.recommend(request, catalogue: catalogue)
  return .result { $0.write(recommendation) }
}

extension RecommendationRequest {
  init(_ input: JSONInput) throws {
    let subject: Subject
    switch (try input.optional("ratings"), try input.optional("point")) {
    case (let ratings?, nil): subject = .ratings(try ratings.ratings())
    case (nil, let point?): subject = .point(try point.pointID())
    default: throw input.error("expected either `ratings` or `point`")
    }
    self.init(
      subject: subject, using: try input.string("using", default: "ratings"),
      filter: try input.filter(), neighborCount: try input.limit(["neighbors"], default: 20),
      similarity: try input.choice("similarity", default: .dot),
      neighborWeight: try input.choice("neighbor_weight", default: .uniform),
      limit: try input.limit(default: 10),
      excludeRated: try input.bool("exclude_rated", default: true),
      explain: try input.bool("explain", default: false))
  }
}

extension JSONInput {
  /// `{"592": 1.5, …}`, or a sparse vector.
  fileprivate func ratings() throws -> SparseVector {
    if case .sparse(let vector)? = try? vector() { return vector }
    var dimensions: [UInt32] = []
    var weights: [Float] = []
    for member in try object().members {
      guard let item = UInt32(member.name) else {
        throw error("`\(member.name)` is not an item: expected a number from 0 to \(UInt32.max)")
      }
      dimensions.append(item)
      weights.append(try JSONInput(member.value, path: "\(path).\(member.name)").float())
    }
    return try VectorWire.sparse(dimensions, weights, path)
  }

  /// A member whose text is one of an enumeration's.
  func choice<Value: RawRepresentable & CaseIterable>(
    _ name: String, default other: Value
  ) throws -> Value where Value.RawValue == String {
    guard let input = try optional(name) else { return other }
    let text = try input.string()
    guard let value = Value(rawValue: text) else {
      let known = Value.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
      throw input.error("unknown variant `\(text)`, expected one of \(known)")
    }
    return value
  }
}

extension JSONWriter {
  fileprivate mutating func write(_ recommendation: Recommendation) {
    beginObject()
    name("items")
    beginArray()
    for item in recommendation.items { write(item) }
    endArray()
    name("neighbors")
    beginArray()
    for neighbor in recommendation.neighbors {
      beginObject()
      name("id")
      write(neighbor.id)
      name("score")
      write(neighbor.score)
      endObject()
    }
    endArray()
    endObject()
  }

  private mutating func write(_ item: Recommendation.Item) {
    beginObject()
    name("id")
    write(item.id)
    name("score")
    write(item.score)
    name("neighbors")
    write(item.neighborCount)
    if let payload = item.payload {
      name("payload")
      write(payload)
    }
    if let explanation = item.explanation {
      name("explanation")
      beginArray()
      for contribution in explanation {
        beginObject()
        name("neighbor")
        write(contribution.neighbor)
        name("contribution")
        write(contribution.contribution)
        endObject()
      }
      endArray()
    }
    endObject()
  }
}
