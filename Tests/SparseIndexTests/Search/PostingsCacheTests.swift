import SparseIndex
import TestSupport
import Testing

@Suite struct PostingsCacheTests {
  private static let configuration = CollectionConfiguration(sparseVectors: ["v": .init()])

  /// Every point has dimension 0, one in 2 has 1, one in 3 has 2, and so on.
  private static func sections(weights: [Float], pointCount: Int = 6000) throws -> SparseSections {
    let points = try (0..<pointCount).map { index in
      let dimensions = (0..<400).filter { index % ($0 + 1) == 0 }.map { UInt32($0 * 7) }
      return Point(
        id: .integer(UInt64(index)),
        vectors: [
          "v": .sparse(
            try SparseVector(
              dimensions: dimensions,
              weights: dimensions.map { weights[(Int($0) + index) % weights.count] }))
        ])
    }
    return try #require(makeSegment(points, configuration).sparseSections("v"))
  }

  @Test func `as much is kept as the limit allows, and let go of again`() throws {
    let sections = try Self.sections(weights: [1, 2, 3, 4, 5])
    let cache = sections.cache
    let wanted = cache.wantedByteCount(of: sections.postings)
    // 3,000 bytes a list: of one point in 3 (more are stored so) to one in 128.
    #expect(wanted > 120 * 3000 && wanted < 128 * 3200)
    cache.keep(.max, of: sections.postings)
    #expect(cache.byteCount == wanted)
    for limit in [wanted / 2, wanted / 10, 3000, 0, wanted] {
      cache.keep(limit, of: sections.postings)
      #expect(cache.byteCount <= limit && cache.byteCount > limit / 2 - 5000)
    }
    cache.release()
    #expect(cache.byteCount == 0)
  }

  /// Segments of more than 16,384 points keep pairs: a bit for every two points, and a byte for a pair.
  @Test func `long lists take little more than their postings`() throws {
    let sections = try Self.sections(weights: [1, 2, 3, 4, 5], pointCount: 20_000)
    let cache = sections.cache
    let wanted = cache.wantedByteCount(of: sections.postings)
    // Lists of one point in 10 (longer ones are stored so) to one in 128.
    let expected = (10...128).reduce(0) { $0 + 20_000 / 16 + 20_000 / $1 }
    #expect(wanted > expected && wanted < expected + 119 * 240)
    cache.keep(.max, of: sections.postings)
    #expect(cache.byteCount == wanted)
    cache.keep(wanted / 2, of: sections.postings)
    #expect(cache.byteCount <= wanted / 2 && cache.byteCount > wanted / 2 - 5000)
  }

  @Test func `weights of more kinds than block codes are left alone`() throws {
    let sections = try Self.sections(weights: (0..<300).map { Float($0) / 8 })
    #expect(sections.cache.wantedByteCount(of: sections.postings) == 0)
    sections.cache.keep(.max, of: sections.postings)
    #expect(sections.cache.byteCount == 0)
  }

  @Test func `demand is of searches, and fades`() throws {
    let sections = try Self.sections(weights: [1, 2], pointCount: 200)
    let segment = try makeSegment([Point(id: 1)], Self.configuration)
    let query = try SparseVector(dimensions: [0, 7], weights: [1, 1])
    for _ in 0..<8 {
      var topK = TopK(limit: 1)
      SparseSearch.search(
        query, similarity: .dot, in: sections, segment: (0, segment),
        allowed: PointMask(count: 200), into: &topK)
    }
    #expect(sections.cache.updateDemand(decay: 0.5) == 8)
    #expect(sections.cache.updateDemand(decay: 0.5) == 4)
    #expect(sections.cache.updateDemand(decay: 0.5) == 2)
  }
}
