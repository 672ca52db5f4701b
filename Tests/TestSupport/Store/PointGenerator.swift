package import Kindred

/// Points and batches at random, with few ids so that overwrites are many.
package struct PointGenerator: Sendable {
  package static let configuration = CollectionConfiguration(
    sparseVectors: ["ratings": .init(), "text": .init()],
    denseVectors: ["dense": .init(size: 3, distance: .dot)])

  package var random: SeededGenerator
  package var idCount: UInt64

  package init(random: SeededGenerator, idCount: UInt64 = 60) {
    self.random = random
    self.idCount = idCount
  }

  package mutating func id() -> PointID {
    let number = UInt64.random(in: 0..<idCount, using: &random)
    return random.oneIn(5) ? .uuid(UInt128(number) << 100) : .integer(number)
  }

  package mutating func sparseVector() -> SparseVector {
    var weights: [UInt32: Float] = [:]
    for _ in 0..<Int.random(in: 0..<12, using: &random) {
      weights[UInt32.random(in: 0..<50, using: &random)] = Float.random(in: -2...2, using: &random)
    }
    let sorted = weights.sorted { $0.key < $1.key }
    return SparseVector(ascending: sorted.map(\.key), weights: sorted.map(\.value))
  }

  package mutating func point() -> Point {
    var point = Point(id: id())
    for name in ["ratings", "text"] where !random.oneIn(3) {
      point.vectors[name] = .sparse(sparseVector())
    }
    if random.oneIn(4) {
      point.vectors["dense"] = .dense([1, 2, Float.random(in: -1...1, using: &random)])
    }
    if !random.oneIn(3) {
      point.payload = [
        "age": .integer(Int64.random(in: 0..<80, using: &random)),
        "tags": .array((0..<Int.random(in: 0..<3, using: &random)).map { .string("t\($0)") }),
      ]
      let text = JSONValue.equivalentTexts.randomElement(using: &random)!
      if random.oneIn(4) { point.payload[text] = .string(text) }
    }
    return point
  }

  /// - Parameter count: at most this many operations, at least one.
  package mutating func batch(upTo count: Int = 19) -> [PointOperation] {
    (0..<Int.random(in: 1...count, using: &random)).map { _ in
      if random.oneIn(3) { return .delete(id()) }
      return random.oneIn(4) ? .patch(patch()) : .upsert(point())
    }
  }

  package mutating func patch() -> SparseVectorPatch {
    let entries = random.oneIn(4) ? .empty : sparseVector()
    let removed = (UInt32(0)..<50).filter { _ in random.oneIn(5) }
    return SparseVectorPatch(
      id: id(), vectorName: random.oneIn(2) ? "ratings" : "text", entries: entries,
      removed: removed.filter { !entries.dimensions.contains($0) })
  }
}
