public import JSONCodec
import SparseIndex

/// An item model, read from the collection that holds it: its points are the items, with a sparse
/// vector of input weights and the catalogue's payload.
public struct ItemModel: Sendable {
  /// The name of the sparse vector of each item.
  static let vectorName = "weights"
  /// Where the collection's metadata say what it is.
  static let metadataName = "item_model"

  let view: CollectionView
  /// The collection that it was trained on.
  let source: UInt64
  let using: String
  /// The inputs that ratings stand for, and between which weights it was learnt.
  private let curve: WeightCurve
  private let weights: ClosedRange<Float>
  /// The data and parameters of its training, as in the collection's metadata.
  public let trainedOn: JSONObject

  /// The collection that holds the model `name` of `collection`.
  package static func collectionName(_ name: String, of collection: String) -> String {
    "\(collection).\(name)"
  }

  /// Nil when the collection is not an item model.
  init?(_ view: CollectionView) {
    guard case .object(let metadata)? = view.configuration.annotations["metadata"],
      let input = try? JSONInput(.object(metadata)).optional(Self.metadataName),
      let trainedOn = try? input.object(),
      let source = try? input.member("collection_identity").unsigned(),
      let using = try? input.string("using"), let map = try? input.member("map"),
      let (curve, weights) = try? Self.curve(map)
    else { return nil }
    self.view = view
    self.source = source
    self.trainedOn = trainedOn
    self.using = using
    self.curve = curve
    self.weights = weights
  }

  /// Whether it was trained on the ratings in that vector.
  package func isOf(_ vectorName: String) -> Bool { using == vectorName }

  /// By how much the number of people or of ratings in its collection, whichever has changed more, is
  /// another than when it was trained, as a share of that.
  public func changedShare(for collection: CollectionView) -> Double {
    let statistics = collection.ratingStatistics(using: using)
    func changedShare(_ name: String, _ count: Int) -> Double {
      guard case .integer(let before)? = trainedOn[name], before > 0 else { return 1 }
      return (Double(count) - Double(before)).magnitude / Double(before)
    }
    return max(
      changedShare("collection_people", statistics.personCount),
      changedShare("collection_ratings", statistics.ratingCount))
  }

  /// How many more items of its collection than when it was trained have as many raters as an item
  /// needs to be learnt; 0 where there are fewer, and where nothing says how many there were.
  public func addedItemCount(for collection: CollectionView) -> Int {
    guard case .integer(let before)? = trainedOn["collection_items"],
      case .integer(let minRaters)? = trainedOn["min_raters"]
    else { return 0 }
    let count = collection.ratingStatistics(using: using).itemCount(
      ratedBy: Int(clamping: minRaters))
    return count - min(max(0, Int(clamping: before)), count)
  }

  /// The subject's ratings as inputs.
  func query(_ ratings: SparseVector) -> SparseVector {
    curve(ratings, within: weights)
  }

  /// Adds each item's dot product with the query to the scores, by index into the statistics' items.
  func scores(
    of query: SparseVector, _ statistics: RatingStatistics, for context: ReadContext
  ) -> ItemScores {
    var scores = ItemScores(count: statistics.items.count)
    for live in view.segments {
      guard let sections = live.segment.sparseSections(Self.vectorName) else { continue }
      var candidates = sections.vectors.presence
      if let deleted = live.deleted { candidates.subtract(deleted) }
      let count = live.segment.pointCount
      let similarities = SimilarityScan.similarities(
        to: query, in: sections, candidates: candidates, window: 0..<count, for: context)
      var next = 0
      let items = statistics.items
      candidates.forEach(in: context, steps: 2) { offset in
        guard similarities[offset] != 0, case .integer(let id) = live.segment.id(at: offset) else {
          return
        }
        while next < items.count, UInt64(items[next]) < id { next += 1 }
        guard next < items.count, UInt64(items[next]) == id else { return }
        scores.set(Double(similarities[offset]), at: next)
      }
    }
    return scores
  }

  /// The item's weights; empty when the model does not have it.
  func row(of item: UInt32) -> SparseVector {
    guard let place = view.place(of: .integer(UInt64(item))),
      case .sparse(let row)? = view.segments[place.segment].segment.vector(
        Self.vectorName, at: place.offset)
    else { return .empty }
    return row
  }
}

extension ItemModel {
  /// Adds to each item's reasons what the query's inputs contribute: exactly their share of the score.
  /// - Parameter scale: what the model's scores are multiplied by in the items' own.
  func explain(_ items: inout [Recommendation.Item], _ query: SparseVector, scale: Double) {
    for index in items.indices {
      let row = row(of: items[index].id)
      var contributions = [Double](repeating: 0, count: query.count)
      for reason in items[index].because ?? [] {
        if let place = query.index(of: reason.item) {
          contributions[place] = Double(reason.contribution)
        }
      }
      for (input, weight) in zip(row.dimensions, row.weights) {
        guard let place = query.index(of: input) else { continue }
        contributions[place] += Double(weight) * Double(query.weights[place]) * scale
      }
      items[index].because = Recommendation.Reason.sorted(contributions, of: query.dimensions)
    }
  }

  /// The points of a trained model, ascending.
  static func points(
    _ rows: [ItemModelTrainer.Row], of matrix: RatingMatrix, catalogue: CollectionView?
  ) -> [Point] {
    let greatest = rows.reduce(Float(0)) { greatest, row in
      row.reduce(greatest) { max($0, $1.weight.magnitude) }
    }
    let levels = WeightLevels(greatest: greatest)
    var points: [Point] = []
    points.reserveCapacity(rows.count)
    for (index, row) in rows.enumerated() where matrix.raterCount(of: index) > 0 {
      var dimensions: [UInt32] = []
      var weights: [Float] = []
      for (input, weight) in row {
        let weight = levels.nearest(to: weight)
        guard weight != 0 else { continue }
        dimensions.append(matrix.items[Int(matrix.inputs[Int(input)])])
        weights.append(weight)
      }
      let id = PointID.integer(UInt64(matrix.items[index]))
      let payload = catalogue.flatMap { catalogue in
        catalogue.place(of: id).map {
          catalogue.record(at: $0, payload: .all, vectorNames: nil).payload ?? [:]
        }
      }
      points.append(
        Point(
          id: id,
          vectors: [
            ByteString(vectorName): .sparse(SparseVector(ascending: dimensions, weights: weights))
          ], payload: payload ?? [:]))
    }
    return points
  }
}

/// The few different weights that a model's are rounded to, so that each is a byte: 127 of each sign,
/// the closer together the smaller they are.
private struct WeightLevels {
  private let levels: [Float]
  private let greatest: Float
  private static let count = 127

  init(greatest: Float) {
    self.greatest = greatest
    levels = (0...Self.count).map {
      let root = Float($0) / Float(Self.count)
      return greatest * root * root
    }
  }

  func nearest(to weight: Float) -> Float {
    guard greatest > 0 else { return 0 }
    let root = (weight.magnitude / greatest).squareRoot() * Float(Self.count)
    let level = levels[min(Self.count, Int(root.rounded()))]
    return weight < 0 ? -level : level
  }
}

// MARK: The map of inputs in the collection's metadata

extension ItemModel {
  static func json(_ curve: WeightCurve, within weights: ClosedRange<Float>?) -> JSONObject {
    var json: JSONObject = [
      "scale": .double(curve.map.scale), "offset": .double(curve.map.offset),
      "least": .double(Double(weights?.lowerBound ?? 0)),
      "greatest": .double(Double(weights?.upperBound ?? 0)),
    ]
    if !curve.weights.isEmpty {
      json["knots"] = [
        "weights": .array(curve.weights.map { .double(Double($0)) }),
        "values": .array(curve.values.map { .double($0) }),
      ]
    }
    return json
  }

  /// - Throws: for what is not a map.
  private static func curve(
    _ json: JSONInput
  ) throws -> (curve: WeightCurve, weights: ClosedRange<Float>) {
    let map = AffineMap(scale: try json.double("scale"), offset: try json.double("offset"))
    let (least, greatest) = (
      try json.member("least").float(), try json.member("greatest").float()
    )
    guard least <= greatest else { throw json.error("`least` must not be above `greatest`") }
    var knots: [(weight: Float, value: Double)] = []
    if let given = try json.optional("knots") {
      let weights = try given.member("weights").elements().map { try $0.float() }
      let values = try given.member("values").elements().map { try $0.double() }
      guard weights.count == values.count, zip(weights, weights.dropFirst()).allSatisfy({ $0 < $1 })
      else { throw given.error("expected ascending weights, each with its value") }
      knots = zip(weights, values).map { ($0, $1) }
    }
    return (WeightCurve(map, knots: knots), least...greatest)
  }
}
