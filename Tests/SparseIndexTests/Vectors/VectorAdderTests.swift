import SparseIndex
import TestSupport
import Testing

/// Sums of vectors, held to a plain loop over their dimensions and weights.
@Suite struct VectorAdderTests {
  private static let configuration = CollectionConfiguration(sparseVectors: ["v": .init()])

  @Test(arguments: WeightShape.allCases)
  func `vectors of several segments add up as they do one by one`(shape: WeightShape) throws {
    var random = SeededGenerator(seed: 12)
    // One has all dimensions, the others some; one of the vectors is longer than the first room is.
    var segments: [Segment] = []
    for dimensionCount in [2400, 300, 7] {
      let points = (0..<90).map { index -> Point in
        let vector = SparseVector.random(
          dimensionCount: dimensionCount, count: index == 40 ? 6000 : index % 60, shape: shape,
          using: &random)
        return Point(id: .integer(UInt64(index)), vectors: ["v": .sparse(vector)])
      }
      segments.append(try makeSegment(points, Self.configuration))
    }
    let sections = segments.compactMap { $0.sparseSections("v") }
    let maps: [AffineMap] = [
      .identity, AffineMap(scale: -0.3, offset: 2), AffineMap(scale: 0, offset: 1),
    ]
    for map in maps {
      var adder = VectorAdder(map: WeightCurve(map))
      var sums = [Double](repeating: 0, count: 2400)
      var counts = [UInt32](repeating: 0, count: 2400)
      var (plainSums, plainCounts) = (sums, counts)
      for _ in 0..<300 {
        let index = Int.random(in: 0..<3, using: &random)
        let offset = Int.random(in: 0..<90, using: &random)
        let factor = Double.random(in: -1...1, using: &random)
        // Every other time to places that are ranks.
        let dimensions = sections[index].postings.allDimensions
        let usesRanks = random.oneIn(2)
        let count =
          usesRanks
          ? adder.add(
            sections[index], at: offset, indexes: nil, factor: factor, to: &sums, counts: &counts)
          : adder.add(
            sections[index], at: offset, indexes: dimensions, factor: factor, to: &sums,
            counts: &counts)
        guard case .sparse(let vector)? = segments[index].vector("v", at: offset) else {
          Issue.record("no vector")
          return
        }
        #expect(count == vector.count)
        for (dimension, weight) in zip(vector.dimensions, vector.weights) {
          let place = usesRanks ? dimensions.firstIndex(of: dimension)! : Int(dimension)
          plainSums[place] += factor * map(weight)
          plainCounts[place] += 1
        }
      }
      #expect(sums.map(\.bitPattern) == plainSums.map(\.bitPattern))
      #expect(counts == plainCounts)
    }
  }
}

extension PostingsReader {
  fileprivate var allDimensions: [UInt32] { (0..<dimensionCount).map { dimension(at: $0) } }
}
