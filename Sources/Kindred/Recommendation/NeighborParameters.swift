public import SparseIndex

/// Parameters of the search for neighbours, and of what their ratings count.
/// `docs/guide/recommendation.md` has the formulas.
public struct NeighborParameters: Equatable, Sendable {
  /// How many neighbours to ask, at least 1.
  public var count: Int
  /// The measure by which the subject's weights and a neighbour's are compared.
  public var similarity: Similarity
  /// The weights that find neighbours.
  public var input: WeightMap
  /// The weights that are summed.
  public var target: WeightMap
  /// Whether the subject's weights are multiplied by ln(people / raters of the item) before they are
  /// compared: what few have rated tells more.
  public var idf: Bool
  /// A neighbour's weights are multiplied by its similarity to this power; with 0 all count the same.
  public var similarityPower: Double
  /// Similarities by n shared items are multiplied by n / (n + this).
  public var shrinkage: Double
  /// An item's sum is divided by the number of its raters to this power.
  public var popularity: Double
  /// Items that fewer neighbours have rated are left out.
  public var minNeighbors: Int

  /// Parameters of the method `neighbors`. Values out of range are refused when they are used:
  /// `similarityPower` may be 0 to 16, `shrinkage` 0 to 10⁹, `popularity` 0 to 4.
  public init(
    count: Int = 80, similarity: Similarity = .cosine, input: WeightMap = .range,
    target: WeightMap = .range, idf: Bool = true, similarityPower: Double = 1,
    shrinkage: Double = 0, popularity: Double = 0.1, minNeighbors: Int = 1
  ) {
    self.count = count
    self.similarity = similarity
    self.input = input
    self.target = target
    self.idf = idf
    self.similarityPower = similarityPower
    self.shrinkage = shrinkage
    self.popularity = popularity
    self.minNeighbors = minNeighbors
  }

  /// The defaults of the method.
  public init(for method: RecommendationRequest.Method) {
    self = method == .notebook ? .notebook : NeighborParameters()
  }

  /// The notebook's: the 20 nearest by dot product, their weights summed as they are stored.
  public static let notebook = NeighborParameters(
    count: 20, similarity: .dot, input: .stored, target: .stored, idf: false, similarityPower: 0,
    popularity: 0)

  package func validate() throws(StoreError) {
    guard count > 0 else { throw .invalid("neighbors: must be 1 or larger") }
    guard minNeighbors > 0 else { throw .invalid("min_neighbors: must be 1 or larger") }
    for (name, value, bound) in [
      ("similarity_power", similarityPower, 16.0), ("shrinkage", shrinkage, 1e9),
      ("popularity", popularity, 4),
    ] where !(value >= 0 && value <= bound) {
      throw .invalid("\(name): must be from 0 to \(bound)")
    }
    try input.validate("input")
    try target.validate("target")
  }

  /// The factor by which a neighbour's weights are multiplied.
  func factor(similarity: Float) -> Double {
    let similarity = Double(similarity)
    switch similarityPower {
    case 0: return 1
    case 1: return similarity
    default: return (similarity < 0 ? -1 : 1) * abs(similarity).raised(to: similarityPower)
    }
  }
}

/// The weights that stored ones stand for.
public enum WeightMap: Equatable, Sendable {
  /// The stored weights themselves.
  case stored
  /// The collection's own range, from its least weight to its greatest, onto [0.2, 1]: five stars
  /// become 0.2, 0.4 … 1, and so do their z-scores. Where nearly all weights lie close to one end, as
  /// play counts do, the more of it is by rank. Where all weights are equal, 1.
  case range
  /// scale · weight + offset
  case affine(scale: Double, offset: Double)

  /// The map for finding neighbours.
  /// - Parameter distribution: of the stored weights; nil where there are none.
  func searchMap(for distribution: WeightDistribution?) -> AffineMap {
    switch self {
    case .stored: .identity
    case .affine(let scale, let offset): AffineMap(scale: scale, offset: offset)
    case .range: distribution?.searchMap ?? AffineMap(scale: 0, offset: 1)
    }
  }

  /// The map of what is summed, and learnt from.
  func curve(for distribution: WeightDistribution?) -> WeightCurve {
    if self == .range, let distribution { return distribution.curve }
    return WeightCurve(searchMap(for: distribution))
  }

  /// The subject's weights, for finding neighbours. Those beyond the collection's own range count as its
  /// nearest end where that range is mapped.
  func mapped(_ ratings: SparseVector, for distribution: WeightDistribution?) -> SparseVector {
    let map = searchMap(for: distribution)
    guard self == .range, let distribution else { return map(ratings) }
    return WeightCurve(map)(ratings, within: distribution.range)
  }

  func validate(_ name: String) throws(StoreError) {
    guard case .affine(let scale, let offset) = self else { return }
    guard abs(scale) <= 1e6, abs(offset) <= 1e6 else {
      throw .invalid("\(name): scale and offset must be from -1000000 to 1000000")
    }
  }
}
