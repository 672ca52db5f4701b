import JSONCodec
import Kindred

extension RouteTable {
  /// Item models of a collection: trained in the background, kept as collections.
  mutating func addItemModelRoutes() {
    write(.put, "/collections/{collection}/item-model/{model}") { call in
      let parameters = try ItemModelParameters(call.optionalJSON())
      let (store, name) = (try call.store, call.parameter("model"))
      let collection = try call.collection
      try store.trainItemModel(name, of: collection.name, parameters)
      return .result(try store.itemModelJSON(name, of: collection))
    }
    // Whether a model is stale takes counting: not for the thread of metrics.
    read(.get, "/collections/{collection}/item-model/{model}") { call in
      let json = try call.store.itemModelJSON(call.parameter("model"), of: call.collection)
      try call.context.check()
      return .result(json)
    }
    write(.delete, "/collections/{collection}/item-model/{model}") { call in
      let collection = try call.collection
      return .result(
        .bool(
          try await call.store.deleteItemModel(call.parameter("model"), of: collection.name)))
    }
  }
}

extension ItemModelParameters {
  private static let members = [
    "using", "filter", "catalogue", "input", "threshold", "neighbors", "regularization", "dropout",
    "kept", "inputs", "min_raters", "memory_bytes", "refresh",
  ]

  /// - Parameter input: the body of the request, which is kept where the model is to be refreshed.
  package init(_ input: JSONInput) throws {
    try input.refuseMembers(beside: Self.members)
    self.init()
    if let refresh = try input.optional("refresh") {
      _ = try ItemModelRefresh.Policy(refresh)
      annotations["request"] = input.value
    }
    using = try input.string("using", default: using)
    filter = try input.filter()
    catalogue = try input.optional("catalogue")?.string()
    if let map = try input.optional("input") { self.input = try WeightMap(map) }
    threshold = try input.double("threshold", default: threshold)
    neighborCount = try input.limit(["neighbors"], default: neighborCount)
    regularization = try input.double("regularization", default: regularization)
    dropout = try input.double("dropout", default: dropout)
    keptCount = try input.limit(["kept"], default: keptCount)
    inputCount = try input.limit(["inputs"], default: inputCount)
    minRaters = try input.limit(["min_raters"], default: minRaters)
    memoryByteCount = try input.limit(["memory_bytes"], default: memoryByteCount)
  }
}

extension Store {
  /// The state of a model: how far its training is, and what is in use meanwhile.
  /// - Throws: 404 when there is neither.
  fileprivate func itemModelJSON(_ name: String, of collection: CollectionView) throws -> JSONValue
  {
    let progress = itemModelProgress(name, of: collection.name)
    let model = itemModel(name, of: collection)
    guard progress != nil || model != nil else {
      throw APIError.notFound(
        "Collection `\(collection.name)` has no item model `\(name)`: make one with PUT")
    }
    var json: JSONObject = [
      "name": .string(name),
      "collection": .string(ItemModel.collectionName(name, of: collection.name)),
      "state": .string((progress?.state ?? .ready).rawValue),
      "progress": .double(progress?.progress ?? 1),
    ]
    if let progress { json["seconds"] = .double(progress.seconds) }
    if let reason = progress?.reason { json["reason"] = .string(reason) }
    if let model {
      json["trained_on"] = .object(model.trainedOn)
      let changedShare = model.changedShare(for: collection)
      json["stale"] = .bool(changedShare > 0)
      json["changed_share"] = .double(changedShare)
      json["added_items"] = .integer(Int64(model.addedItemCount(for: collection)))
    }
    return .object(json)
  }
}
