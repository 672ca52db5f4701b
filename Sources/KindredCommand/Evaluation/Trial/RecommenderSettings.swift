import DataFiles
import JSONCodec
import Kindred
import KindredServer

/// Parameters of neighbours and of the item model, as a file has them that `kindred tune` writes:
/// `{"recommend": {…}, "item_model": {…}}`, members as `recommend` and `PUT …/item-model` take them.
struct RecommenderSettings: Sendable {
  /// Nil for the method's own.
  var neighbors: NeighborParameters?
  var itemModel = ItemModelParameters()
  /// The members of the file for either, unchanged.
  private(set) var recommendMembers = JSONObject()
  private(set) var itemModelMembers = JSONObject()

  init(neighbors: NeighborParameters? = nil, itemModel: ItemModelParameters = .init()) {
    self.neighbors = neighbors
    self.itemModel = itemModel
  }

  init(_ path: String) throws(CommandFailure) {
    let bytes: [UInt8]
    do {
      bytes = try TextFile.contents(path)
    } catch {
      throw CommandFailure(.noInput, "cannot read '\(path)'")
    }
    do {
      let input = JSONInput(try JSONValue.parse(bytes))
      if let recommend = try input.optional("recommend") {
        try Self.check(
          recommend,
          [
            "neighbors", "similarity", "similarity_power", "input", "target", "idf", "shrinkage",
            "popularity", "min_neighbors",
          ])
        recommendMembers = try recommend.object()
        let own = try RecommendationRequest(recommend).neighbors
        try own.validate()
        neighbors = own
      }
      if let model = try input.optional("item_model") {
        try Self.check(
          model,
          [
            "neighbors", "regularization", "dropout", "threshold", "input", "kept", "inputs",
            "min_raters",
          ])
        itemModelMembers = try model.object()
        itemModel = try ItemModelParameters(model)
        try itemModel.validate()
      }
      guard input.has("recommend") || input.has("item_model") else {
        throw CommandFailure("it has neither 'recommend' nor 'item_model'")
      }
    } catch {
      throw CommandFailure("'\(path)': \(error)")
    }
  }

  /// Refuses members that belong to a single request and not among settings.
  private static func check(_ input: JSONInput, _ known: [String]) throws {
    for member in try input.object().members where !known.contains(member.name) {
      throw input.error(
        "unknown member '\(member.name)', expected one of \(known.joined(separator: ", "))")
    }
  }
}
