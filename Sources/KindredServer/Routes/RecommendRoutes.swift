import JSONCodec
import Kindred

extension RouteTable {
  mutating func addRecommendRoutes() {
    brief(.post, "/collections/{collection}/recommend", recommend)
  }
}

/// "Who is like me, and what did they like?" in one request.
@Sendable private func recommend(_ call: Call) throws -> Answer {
  let body = try call.recommendationBody()
  let request = body.request
  let collection = try call.readable {
    try $0.check(limit: max(request.limit, request.neighbors.count))
    try $0.check(reading: request.filter)
  }
  let model = try call.itemModel(body, of: collection)
  let catalogue = try call.catalogue(body, of: collection, model)
  let recommendation = try collection.recommend(request, catalogue: catalogue, model: model)
  return .result { $0.write(recommendation) }
}

extension Call {
  /// The model that the body names, else `items` where there is one.
  fileprivate func itemModel(
    _ body: RecommendationBody, of collection: CollectionView
  ) throws -> ItemModel? {
    let request = body.request
    let name = try body.modelName
    guard request.method == .auto || request.method == .items else {
      guard let name else { return nil }
      throw APIError.badRequest(
        "method `\(request.method.rawValue)` uses no item model: leave out `model`, here `\(name)`")
    }
    let model = try store.itemModel(name ?? "items", of: collection)
    if let name, model == nil {
      throw APIError.notFound("Collection `\(collection.name)` has no item model `\(name)`")
    }
    guard let model else { return nil }
    guard model.isOf(request.using) else {
      guard let name else { return nil }
      throw APIError.badRequest(
        "item model `\(name)` was trained on another vector than `\(request.using)`")
    }
    return model
  }

  /// The catalogue that the body names. Else, where one is needed, that of the load's record: a model has a copy
  /// of it, which is as old as the model and lacks what nobody has rated.
  fileprivate func catalogue(
    _ body: RecommendationBody, of collection: CollectionView, _ model: ItemModel?
  ) throws -> CollectionView? {
    if let name = try body.catalogueName { return try store.collection(name, for: context) }
    let request = body.request
    guard model != nil || request.itemFilter != nil || request.newItems != nil,
      let name = RatingScheme.catalogue(of: collection)
    else { return nil }
    do {
      return try store.collection(name, for: context)
    } catch StoreError.collectionNotFound {
      // It has been deleted, or was never made.
      return nil
    }
  }
}

extension RecommendationRequest {
  /// Members of the body.
  private static let members = [
    "ratings", "point", "points", "items", "model", "using", "method", "filter", "item_filter",
    "exclude", "exclude_rated",
    "limit", "offset", "diversity", "new_items", "explain", "catalogue", "neighbors", "similarity",
    "input",
    "target", "idf", "neighbor_weight", "similarity_power", "shrinkage", "popularity",
    "min_neighbors",
  ]

  package init(_ input: JSONInput) throws {
    try input.refuseMembers(beside: Self.members)
    let given = ["ratings", "point", "points", "items"].filter(input.has)
    // A point may have rated something more.
    let isPointRating = given == ["ratings", "point"]
    guard given.count <= 1 || isPointRating else {
      throw input.error(
        "expected one of `ratings`, `point`, `points` or `items`, or `point` with `ratings`")
    }
    let subject: Subject =
      switch given.first {
      case "ratings" where isPointRating:
        .pointRating(
          try input.member("point").pointID(), try input.member("ratings").ratings())
      case "ratings": .ratings(try input.member("ratings").ratings())
      case "point": .point(try input.member("point").pointID())
      case "points": .points(try input.member("points").pointIDs())
      case "items": .items(try input.member("items").elements().map { try $0.item() })
      default: .nobody
      }
    let method: Method = try input.choice("method", default: .auto)
    try method.refuseMeaningless(input)
    self.init(
      subject: subject, using: try input.string("using", default: "ratings"), method: method,
      neighbors: try NeighborParameters(input, for: method), filter: try input.filter(),
      itemFilter: try input.optional("item_filter").map { try Filter(json: $0) },
      exclude: try input.optional("exclude")?.elements().map { try $0.item() } ?? [],
      excludeRated: try input.bool("exclude_rated", default: true),
      limit: try input.limit(default: 10), offset: try input.offset(),
      diversity: try input.optional("diversity")?.float(),
      newItems: try input.optional("new_items")?.double(),
      explain: try input.bool("explain", default: false))
  }
}

extension RecommendationRequest.Method {
  /// Members that this method has no use for.
  private var meaninglessMembers: [String] {
    let ofNeighbors = [
      "neighbors", "similarity", "input", "target", "idf", "neighbor_weight", "similarity_power",
      "shrinkage", "popularity", "min_neighbors",
    ]
    return switch self {
    case .auto, .neighbors, .notebook: []
    case .items: ofNeighbors + ["filter"]
    case .popular: ofNeighbors
    }
  }

  fileprivate func refuseMeaningless(_ input: JSONInput) throws {
    guard let name = meaninglessMembers.first(where: input.has) else { return }
    throw try input.member(name).error("means nothing to method `\(rawValue)`: leave it out")
  }
}

extension NeighborParameters {
  /// The method's own, as far as the body does not have others.
  fileprivate init(_ input: JSONInput, for method: RecommendationRequest.Method) throws {
    self.init(for: method)
    count = try input.limit(["neighbors"], default: count)
    similarity = try input.choice("similarity", default: similarity)
    if let map = try input.optional("input") { self.input = try WeightMap(map) }
    if let map = try input.optional("target") { target = try WeightMap(map) }
    idf = try input.bool("idf", default: idf)
    if let weight = try input.optional("neighbor_weight") {
      guard !input.has("similarity_power") else {
        throw weight.error("`neighbor_weight` and `similarity_power` set the same thing: give one")
      }
      switch try weight.string() {
      case "uniform": similarityPower = 0
      case "similarity": similarityPower = 1
      case let name:
        throw weight.error(
          "unknown variant `\(name)`, expected one of `uniform`, `similarity`")
      }
    }
    similarityPower = try input.double("similarity_power", default: similarityPower)
    shrinkage = try input.double("shrinkage", default: shrinkage)
    popularity = try input.double("popularity", default: popularity)
    minNeighbors = try input.limit(["min_neighbors"], default: minNeighbors)
  }
}

extension WeightMap {
  /// `"stored"`, `"range"`, or `{"scale", "offset"}`.
  init(_ input: JSONInput) throws {
    switch input.value {
    case .string("stored"): self = .stored
    case .string("range"): self = .range
    case .object:
      try input.refuseMembers(beside: ["scale", "offset"])
      self = .affine(
        scale: try input.double("scale"), offset: try input.double("offset", default: 0))
    default: throw input.error("expected `stored`, `range` or an object with `scale`")
    }
  }
}

extension JSONInput {
  /// `{"592": 1.5, …}`, or a sparse vector.
  fileprivate func ratings() throws -> SparseVector {
    if has("indices") || has("values"), case .sparse(let vector) = try vector() { return vector }
    var dimensions: [UInt32] = []
    var weights: [Float] = []
    for member in try object().members {
      guard let item = UInt32(member.name) else {
        throw error("`\(member.name)` is not an item: expected a number from 0 to \(UInt32.max)")
      }
      dimensions.append(item)
      weights.append(try float(of: member))
    }
    do throws(InvalidVector) {
      return try SparseVector(dimensions: dimensions, weights: weights)
    } catch {
      // `1` and `01` are one item.
      guard case .repeatedDimension(let item, _) = error else { throw self.error("\(error)") }
      throw self.error("item \(item) is given twice")
    }
  }

  fileprivate func item() throws -> UInt32 {
    guard let item = UInt32(exactly: try unsigned()) else {
      throw error("not an item: expected a number from 0 to \(UInt32.max)")
    }
    return item
  }
}

extension JSONWriter {
  fileprivate mutating func write(_ recommendation: Recommendation) {
    fragment(#"{"items":"#)
    beginArray()
    for item in recommendation.items { write(item) }
    endArray()
    fragment(#","neighbors":"#)
    beginArray()
    for neighbor in recommendation.neighbors {
      guard case .integer(let number) = neighbor.id else {
        fragment(#"{"id":"#)
        write(neighbor.id)
        fragment(#","score":"#)
        write(neighbor.score)
        endObject()
        continue
      }
      write(short: { text in
        text.append(#"{"id":"#)
        text.append(number)
        text.append(#","score":"#)
        text.append(neighbor.score)
        text.append("}")
      })
    }
    endArray()
    fragment(#","method":"#)
    write(recommendation.method.rawValue)
    if let reason = recommendation.fallbackReason {
      name("fallback")
      write(recommendation.method.rawValue)
      name("reason")
      write(reason)
    }
    endObject()
  }

  private mutating func write(_ item: Recommendation.Item) {
    // The members that all items have; an object ends after the others.
    write(short: { text in
      text.append(#"{"id":"#)
      text.append(UInt64(item.id))
      text.append(#","score":"#)
      text.append(item.score)
      text.append(#","neighbors":"#)
      text.append(Int64(item.neighborCount))
    })
    if item.isNew {
      name("new")
      write(true)
    }
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
    if let because = item.because {
      name("because")
      beginArray()
      for reason in because {
        beginObject()
        name("item")
        write(reason.item)
        name("contribution")
        write(reason.contribution)
        endObject()
      }
      endArray()
    }
    endObject()
  }
}
