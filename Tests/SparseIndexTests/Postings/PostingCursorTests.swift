import SparseIndex
import TestSupport
import Testing

@Suite struct PostingCursorTests {
  private static let configuration = CollectionConfiguration(sparseVectors: ["v": .init()])

  /// Lists of every kind that is written: of one point in so many, in a segment of an odd number of points.
  @Test(arguments: WeightShape.allCases, [1037, 20_001])
  func `a list is the same in parts of any length`(
    shape: WeightShape, pointCount: Int
  ) throws {
    var random = SeededGenerator(seed: UInt64(pointCount))
    let shares = [1, 2, 3, 5, 8, 9, 10, 12, 40, 100, 900]
    var expected = shares.map { _ in (offsets: [UInt32](), weights: [Float]()) }
    let points = (0..<pointCount).map { index in
      let dimensions = shares.indices.filter { random.oneIn(shares[$0]) }
      let weights = dimensions.map { _ in shape.weight(&random) }
      for (dimension, weight) in zip(dimensions, weights) {
        expected[dimension].offsets.append(UInt32(index))
        expected[dimension].weights.append(weight)
      }
      return Point(
        id: .integer(UInt64(index)),
        vectors: [
          "v": .sparse(SparseVector(ascending: dimensions.map(UInt32.init), weights: weights))
        ])
    }
    let sections = try #require(makeSegment(points, Self.configuration).sparseSections("v"))
    let postings = sections.postings
    let codebook = postings.codebook
    for (dimension, expected) in expected.enumerated() {
      guard let rank = postings.rank(of: UInt32(dimension)) else { continue }
      let list = postings.list(at: rank)
      #expect(list.count == expected.offsets.count)
      for longest in [1, 3, 64, 200, pointCount] {
        var cursor = PostingCursor(list)
        var offsets: [UInt32] = []
        var codes: [UInt8] = []
        var limit = 0
        while limit < pointCount {
          limit += Int.random(in: 1...longest, using: &random)
          var someOffsets = [UInt32](repeating: 0, count: longest)
          var someCodes = [UInt8](repeating: 0, count: longest)
          let count = cursor.decode(
            below: limit, capacity: longest, offsets: &someOffsets, codes: &someCodes)
          offsets += someOffsets[..<count]
          codes += someCodes[..<count]
        }
        let context: Comment = "dimension \(dimension), up to \(longest)"
        #expect(offsets == expected.offsets, context)
        let isRight = zip(codes, expected.weights).allSatisfy { code, weight in
          codebook.lower[Int(code)] <= weight && weight <= codebook.upper[Int(code)]
        }
        #expect(isRight && codes.count == expected.weights.count, context)
      }
    }
  }
}
