public import JSONCodec
import SparseIndex

/// Parameters of the training of an item model. `docs/guide/recommendation.md` has the formulas.
public struct ItemModelParameters: Equatable, Sendable {
  /// The sparse vector that holds the ratings.
  public var using: String
  /// The people whose ratings to learn from; nil for all.
  public var filter: Filter?
  /// A collection whose point ids are the items: the model's points get its payload.
  public var catalogue: String?
  /// The values of ratings as inputs, and before `threshold` as targets.
  public var input: WeightMap
  /// A rating x, mapped, is the target max(0, x − threshold) / (1 − threshold).
  public var threshold: Double
  /// The number of most similar items that each item is regressed on.
  public var neighborCount: Int
  /// λ: added to the diagonal of each regression.
  public var regularization: Double
  /// The diagonal is multiplied by 1 + this, as random dropout of ratings would.
  public var dropout: Double
  /// How many weights of an item are kept, those of the greatest magnitude.
  public var keptCount: Int
  /// How many items, those with most raters, may be inputs.
  public var inputCount: Int
  /// Items with fewer raters get no weights.
  public var minRaters: Int
  /// Bytes of memory that training may take.
  public var memoryByteCount: Int
  /// Anything the caller wants kept with the model, such as the request; not interpreted here.
  public var annotations: JSONObject = [:]

  /// Parameters of a training, by default the guide's. Values out of range are refused when the
  /// training is to begin.
  public init(
    using: String = "ratings", filter: Filter? = nil, catalogue: String? = nil,
    input: WeightMap = .range, threshold: Double = 0.4, neighborCount: Int = 200,
    regularization: Double = 100, dropout: Double = 0.5, keptCount: Int = 60,
    inputCount: Int = 8192, minRaters: Int = 2, memoryByteCount: Int = 1536 << 20
  ) {
    self.using = using
    self.filter = filter
    self.catalogue = catalogue
    self.input = input
    self.threshold = threshold
    self.neighborCount = neighborCount
    self.regularization = regularization
    self.dropout = dropout
    self.keptCount = keptCount
    self.inputCount = inputCount
    self.minRaters = minRaters
    self.memoryByteCount = memoryByteCount
  }

  package func validate() throws(StoreError) {
    for (name, value, bounds) in [
      ("neighbors", neighborCount, 1...1000), ("kept", keptCount, 1...1000),
      ("inputs", inputCount, 1...32_768), ("min_raters", minRaters, 1...1_000_000),
    ] where !(bounds ~= value) {
      throw .invalid("\(name): must be from \(bounds.lowerBound) to \(bounds.upperBound)")
    }
    for (name, value, bounds) in [
      ("regularization", regularization, 1e-3...1e9), ("dropout", dropout, 0...100),
      ("threshold", threshold, -1000...0.999),
    ] where !(bounds ~= value) {
      throw .invalid("\(name): must be from \(bounds.lowerBound) to \(bounds.upperBound)")
    }
    try input.validate("input")
  }

  var json: JSONObject {
    [
      "using": .string(using), "neighbors": .integer(Int64(neighborCount)),
      "regularization": .double(regularization), "dropout": .double(dropout),
      "threshold": .double(threshold), "kept": .integer(Int64(keptCount)),
      "inputs": .integer(Int64(inputCount)), "min_raters": .integer(Int64(minRaters)),
    ]
  }
}
