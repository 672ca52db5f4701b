import Kindred
import SparseIndex
import TestSupport

/// A collection of random points in several layouts that must all answer alike.
struct QueryFixture {
  /// How the points lie: in how many segments, and whether older versions lie about, too.
  enum Layout: CaseIterable, Sendable {
    case oneSegment, manySegments, overwritten
  }

  static let configuration = CollectionConfiguration(
    sparseVectors: ["s": .init(), "idf": .init(modifier: .idf)],
    denseVectors: [
      "dot": .init(size: 5, distance: .dot), "cosine": .init(size: 5, distance: .cosine),
      "euclid": .init(size: 5, distance: .euclid),
      "manhattan": .init(size: 5, distance: .manhattan),
      "rows": .init(size: 5, distance: .cosine, isMultivector: true),
    ],
    payloadIndexes: [
      "n": .init(kind: .integer), "f": .init(kind: .float),
      "whole": .init(kind: .float), "g": .init(kind: .keyword),
      "t": .init(kind: .datetime), "b": .init(kind: .bool),
      "text": .init(kind: .text, parameters: ["type": "text", "scoring": true]),
    ])

  /// The live points, ascending.
  let points: [Point]
  private var random: SeededGenerator

  init(seed: UInt64, count: Int = 150) {
    var random = SeededGenerator(seed: seed)
    points = (0..<count).map { _ in Self.point(&random) }
      .reduce(into: [PointID: Point]()) { $0[$1.id] = $1 }.values.sorted { $0.id < $1.id }
    self.random = random
  }

  mutating func vector(_ name: String) -> VectorValue { Self.vector(name, &random) }

  mutating func id(having name: String) -> PointID {
    points.filter { $0.vectors[name] != nil }.randomElement(using: &random)!.id
  }

  /// The stored vector of a point.
  func vector(_ name: String, of id: PointID) -> VectorValue? {
    points.first { $0.id == id }?.vectors[name]
  }

  func view(_ layout: Layout = .oneSegment, name: String = "c") throws -> CollectionView {
    var random = SeededGenerator(seed: 99)
    let segments: [LiveSegment]
    switch layout {
    case .oneSegment: segments = [LiveSegment(try makeSegment(points, Self.configuration))]
    case .manySegments:
      var parts: [[Point]] = [[], [], [], []]
      for point in points { parts[Int.random(in: 0..<4, using: &random)].append(point) }
      segments = try parts.filter { !$0.isEmpty }
        .map { LiveSegment(try makeSegment($0, Self.configuration)) }
    case .overwritten:
      let old = points.map { point in
        var point = point
        if Bool.random(using: &random) { point = Self.point(&random, id: point.id) }
        return point
      }
      let isNew = points.indices.map { old[$0] != points[$0] }
      let segment = try makeSegment(old, Self.configuration)
      var deleted = PointMask(count: old.count)
      for index in points.indices where isNew[index] { deleted[index] = true }
      let new = points.indices.filter { isNew[$0] }.map { points[$0] }
      segments = [
        LiveSegment(segment, deleted: deleted),
        LiveSegment(try makeSegment(new, Self.configuration)),
      ]
    }
    return CollectionView(
      name: name, identity: 7, configuration: Self.configuration, segments: segments,
      sequenceNumber: 1)
  }

  // MARK: Random points

  private static func point(_ random: inout SeededGenerator, id: PointID? = nil) -> Point {
    let number = UInt64.random(in: 0..<10_000, using: &random)
    var point = Point(id: id ?? (number % 4 == 0 ? .uuid(UInt128(number)) : .integer(number)))
    for name in ["s", "idf", "dot", "cosine", "euclid", "manhattan", "rows"]
    where Int.random(in: 0..<10, using: &random) > 0 {
      point.vectors[name] = vector(name, &random)
    }
    let letters = ["a", "b", "c", "d"]
    let day = Int.random(in: 10..<28, using: &random)
    point.payload = [
      "n": .integer(Int64.random(in: 0..<8, using: &random)),
      "f": .double(Double(Int.random(in: 0..<40, using: &random)) / 8),
      "g": .array([
        .string(letters.randomElement(using: &random)!),
        .string(letters.randomElement(using: &random)!),
      ]),
      "t": .string("2024-01-\(day)T00:00:00Z"), "b": .bool(Bool.random(using: &random)),
      "text": .string(
        ["quick foxes", "the lazy dog", "dog eats dog food", "foxes and dogs"].randomElement(
          using: &random)!),
    ]
    for name in ["n", "f", "g", "t", "b"] where Int.random(in: 0..<8, using: &random) == 0 {
      point.payload[name] = nil
    }
    // Whole numbers, under an index of floats.
    point.payload["whole"] = point.payload["n"]
    return point
  }

  private static func vector(_ name: String, _ random: inout SeededGenerator) -> VectorValue {
    func row() -> [Float] { (0..<5).map { _ in Float.random(in: -1...1, using: &random) } }
    switch name {
    case "s": return .sparse(.random(dimensionCount: 30, count: 8, shape: .ratings, using: &random))
    case "idf":
      return .sparse(.random(dimensionCount: 30, count: 8, shape: .positiveFloats, using: &random))
    case "rows":
      return .multiDense(
        (0..<Int.random(in: 1...3, using: &random)).map { _ in
          DenseSimilarity.cosineNormalized(row())
        })
    case "cosine": return .dense(DenseSimilarity.cosineNormalized(row()))
    default: return .dense(row())
    }
  }
}

/// The plain way to compare two vectors of a name.
func plainSimilarity(_ name: String, _ left: VectorValue, _ right: VectorValue) -> Float {
  switch (left, right) {
  case (.sparse(let left), .sparse(let right)): return SearchOracle.score(left, right, .dot) ?? 0
  case (.dense(let left), .dense(let right)):
    let distance = QueryFixture.configuration.denseVectors[name]!.distance
    return DenseSimilarity.similarity(distance, left, right)
  case (.multiDense(let left), .multiDense(let right)):
    return DenseSimilarity.maxSimilarity(.cosine, left, right)
  default: return .nan
  }
}
