import Kindred
import SparseIndex
import TestSupport
import Testing

/// What a collection must hold: the plainest possible store.
struct StoreModel: Equatable {
  var points: [PointID: Point] = [:]

  mutating func apply(_ operations: [PointOperation]) {
    for operation in operations {
      switch operation {
      case .upsert(let point): points[point.id] = point
      case .delete(let id): points[id] = nil
      }
    }
  }

  /// Reads everything live out of a snapshot.
  ///
  /// Records an issue for a point that is live in two segments.
  init(_ snapshot: CollectionSnapshot, sourceLocation: SourceLocation = #_sourceLocation) {
    for live in snapshot.segments {
      for offset in 0..<live.segment.pointCount where live.deleted?[offset] != true {
        let point = live.segment.point(at: offset)
        #expect(
          points[point.id] == nil, "\(point.id) is live twice", sourceLocation: sourceLocation)
        points[point.id] = point
      }
    }
  }

  init() {}
}

/// Points and batches at random, with few ids so that overwrites are many.
struct PointGenerator {
  static let configuration = CollectionConfiguration(
    sparseVectors: ["ratings": .init(), "text": .init()],
    denseVectors: ["dense": .init(size: 3, distance: .dot)])

  var random: SeededGenerator
  var idCount: UInt64 = 60

  mutating func id() -> PointID {
    let number = UInt64.random(in: 0..<idCount, using: &random)
    return random.oneIn(5) ? .uuid(UInt128(number) << 100) : .integer(number)
  }

  mutating func point() -> Point {
    var point = Point(id: id())
    for name in ["ratings", "text"] where !random.oneIn(3) {
      var weights: [UInt32: Float] = [:]
      for _ in 0..<Int.random(in: 0..<12, using: &random) {
        weights[UInt32.random(in: 0..<50, using: &random)] = Float.random(
          in: -2...2, using: &random)
      }
      let sorted = weights.sorted { $0.key < $1.key }
      point.vectors[name] = .sparse(
        try! SparseVector(dimensions: sorted.map(\.key), weights: sorted.map(\.value)))
    }
    if random.oneIn(4) {
      point.vectors["dense"] = .dense([1, 2, Float.random(in: -1...1, using: &random)])
    }
    if !random.oneIn(3) {
      point.payload = [
        "age": .integer(Int64.random(in: 0..<80, using: &random)),
        "tags": .array((0..<Int.random(in: 0..<3, using: &random)).map { .string("t\($0)") }),
      ]
    }
    return point
  }

  mutating func batch() -> [PointOperation] {
    (0..<Int.random(in: 1..<20, using: &random)).map { _ in
      random.oneIn(3) ? .delete(id()) : .upsert(point())
    }
  }
}
