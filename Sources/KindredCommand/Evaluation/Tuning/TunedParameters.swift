import JSONCodec
import Kindred

/// The parameters that are searched, each over a grid in which the value to begin from has a place.
struct TunedParameters<Parameters: Sendable>: Sendable {
  struct Grid: Sendable {
    /// The parameter's name in the API.
    var name: String
    var values: [Double]
    /// The place of the value to begin from.
    var start: Int
    /// 0 and 1 stand for false and true.
    var isFlag = false
    var set: @Sendable (inout Parameters, Double) -> Void

    init(
      _ name: String, _ values: [Double], from start: Double, isFlag: Bool = false,
      set: @escaping @Sendable (inout Parameters, Double) -> Void
    ) {
      self.name = name
      self.values = Set(values + [start]).sorted()
      self.start = self.values.firstIndex(of: start) ?? 0
      self.isFlag = isFlag
      self.set = set
    }

    func json(_ place: Int) -> JSONValue {
      if isFlag { return .bool(values[place] == 1) }
      return Int64(exactly: values[place]).map { .integer($0) } ?? .double(values[place])
    }

    func text(_ place: Int) -> String {
      isFlag ? (values[place] == 1 ? "true" : "false") : Figures.short(values[place])
    }
  }

  var base: Parameters
  var grids: [Grid]

  var start: [Int] { grids.map(\.start) }

  subscript(places: [Int]) -> Parameters {
    var parameters = base
    for (grid, place) in zip(grids, places) { grid.set(&parameters, grid.values[place]) }
    return parameters
  }
}

extension TunedParameters<NeighborParameters> {
  /// The parameters of neighbours that matter most, the likeliest to help first.
  init(from base: NeighborParameters) {
    self.init(
      base: base,
      grids: [
        Grid("neighbors", [10, 20, 40, 80, 120, 200, 320, 500], from: Double(base.count)) {
          $0.count = Int(exactly: $1) ?? $0.count
        },
        Grid("similarity_power", [0, 0.5, 1, 1.5, 2, 3, 4], from: base.similarityPower) {
          $0.similarityPower = $1
        },
        Grid("popularity", [0, 0.05, 0.1, 0.2, 0.3, 0.5], from: base.popularity) {
          $0.popularity = $1
        },
        Grid("idf", [0, 1], from: base.idf ? 1 : 0, isFlag: true) { $0.idf = $1 == 1 },
      ])
  }
}

extension TunedParameters<ItemModelParameters> {
  /// The parameters of an item model that matter most, the likeliest to help first.
  init(from base: ItemModelParameters) {
    self.init(
      base: base,
      grids: [
        Grid("regularization", [3, 10, 30, 100, 300, 1000, 3000], from: base.regularization) {
          $0.regularization = $1
        },
        Grid("threshold", [0, 0.2, 0.4, 0.6, 0.8], from: base.threshold) { $0.threshold = $1 },
        Grid("dropout", [0, 0.25, 0.5, 1, 2], from: base.dropout) { $0.dropout = $1 },
        Grid("neighbors", [50, 100, 200, 300, 500], from: Double(base.neighborCount)) {
          $0.neighborCount = Int(exactly: $1) ?? $0.neighborCount
        },
      ])
  }
}
