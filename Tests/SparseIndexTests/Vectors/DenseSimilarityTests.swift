import SparseIndex
import Testing

@Suite("Dense similarity")
struct DenseSimilarityTests {
  private let left: [Float] = [1, -2, 3]
  private let right: [Float] = [4, 5, -6]

  @Test func `small vectors by hand`() {
    #expect(DenseSimilarity.similarity(.dot, left, right) == 4 - 10 - 18)
    #expect(DenseSimilarity.similarity(.cosine, left, right) == -24)
    #expect(DenseSimilarity.similarity(.euclid, left, right) == -(9 + 49 + 81))
    #expect(DenseSimilarity.similarity(.manhattan, left, right) == -(3 + 7 + 9))
    #expect(DenseSimilarity.similarity(.dot, [], []) == 0)
  }

  @Test func `distances are shown as distances`() {
    #expect(DenseSimilarity.shownScore(.euclid, -25) == 5)
    #expect(DenseSimilarity.shownScore(.manhattan, -7) == 7)
    #expect(DenseSimilarity.shownScore(.dot, -7) == -7)
    #expect(DenseSimilarity.smallerIsBetter(.euclid) && !DenseSimilarity.smallerIsBetter(.cosine))
  }

  @Test func `every length agrees with the plain sum`() {
    var state: UInt64 = 3
    func next() -> Float {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(Int64(state >> 33) - 1 << 30) / Float(1 << 30)
    }
    for size in 1...70 {
      let left = (0..<size).map { _ in next() }
      let right = (0..<size).map { _ in next() }
      var dot = 0.0
      var squares = 0.0
      var absolute = 0.0
      for (left, right) in zip(left, right) {
        dot += Double(left) * Double(right)
        squares += (Double(left) - Double(right)) * (Double(left) - Double(right))
        absolute += abs(Double(left) - Double(right))
      }
      #expect(abs(Double(DenseSimilarity.similarity(.dot, left, right)) - dot) < 1e-4)
      #expect(abs(Double(DenseSimilarity.similarity(.euclid, left, right)) + squares) < 1e-4)
      #expect(abs(Double(DenseSimilarity.similarity(.manhattan, left, right)) + absolute) < 1e-4)
    }
  }

  @Test func `max-sim sums the best of every query row`() {
    #expect(
      DenseSimilarity.maxSimilarity(.dot, [[1, 0], [0, 2]], [[3, 1], [-1, 4], [2, 2]]) == 3 + 8)
    #expect(DenseSimilarity.maxSimilarity(.manhattan, [[1, 0]], [[3, 1], [1, 1]]) == -1)
  }

  @Test func `normalising leaves unit vectors and zeros alone`() {
    #expect(DenseSimilarity.cosineNormalized([3, 4]) == [0.6, 0.8])
    #expect(DenseSimilarity.cosineNormalized([0, 0]) == [0, 0])
    let unit = DenseSimilarity.cosineNormalized([1, 2, 3])
    #expect(DenseSimilarity.cosineNormalized(unit) == unit)
    #expect(DenseSimilarity.cosineNormalized([3 * 0x1p100, 4 * 0x1p100]) == [0.6, 0.8])
  }
}
