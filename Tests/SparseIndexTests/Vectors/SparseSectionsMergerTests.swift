import SparseIndex
import StorageIO
import TestSupport
import Testing

/// Sections are merged list by list or by way of the vectors, as their lengths and the points' order
/// have it; nobody must be able to tell from the result.
@Suite struct SparseSectionsMergerTests {
  private static let configuration = CollectionConfiguration(sparseVectors: ["v": .init()])

  private func bytes(of points: [Point]) throws -> [UInt8] {
    var sink = MemorySink()
    try SegmentBuilder.build(
      points, configuration: Self.configuration, collection: 7, into: &sink)
    return sink.bytes
  }

  /// - Returns: the merged segment's bytes.
  private func merge(_ parts: [[Point]], deleted: [PointMask?]? = nil) throws -> [UInt8] {
    let inputs = try zip(parts, deleted ?? parts.map { _ in nil }).map { part, deleted in
      LiveSegment(try makeSegment(part, Self.configuration), deleted: deleted)
    }
    var sink = MemorySink()
    try SegmentMerger.merge(
      inputs, configuration: Self.configuration, collection: 7, into: &sink)
    return sink.bytes
  }

  /// Points that each have a vector, which together have every weight of the shape.
  private func points(
    dimensionCount: Int, shape: WeightShape, _ random: inout SeededGenerator
  ) -> [Point] {
    (0..<900).map { id in
      Point(
        id: .integer(UInt64(id)),
        vectors: [
          "v": .sparse(
            .random(
              dimensionCount: dimensionCount, count: 4 + id % 20, shape: shape, using: &random))
        ])
    }
  }

  @Test(arguments: WeightShape.allCases, [24, 1 << 20])
  func `merged segments are those that building makes`(
    shape: WeightShape, dimensionCount: Int
  ) throws {
    var random = SeededGenerator(seed: UInt64(dimensionCount))
    let all = points(dimensionCount: dimensionCount, shape: shape, &random)
    // Points that follow each other with long lists and with short ones; points that interleave.
    let following = [Array(all[..<300]), Array(all[300..<350]), Array(all[350...])]
    let interleaving = (0..<3).map { part in
      all.enumerated().filter { $0.offset % 3 == part }.map(\.element)
    }
    let followed = try merge(following)
    #expect(followed == (try merge(interleaving)))
    if shape == .ratings || shape == .smallIntegers { #expect(followed == (try bytes(of: all))) }
  }

  @Test func `dimensions of which no point is live are gone`() throws {
    // Dimension 5 is deleted in both, 1 in one of them, 9 in none.
    func point(_ id: UInt64, _ dimensions: [UInt32]) -> Point {
      Point(
        id: .integer(id),
        vectors: [
          "v": .sparse(
            SparseVector(ascending: dimensions, weights: dimensions.map { _ in 2 }))
        ])
    }
    let parts = [
      [point(0, [1, 5]), point(2, [1, 9]), point(4, [9])], [point(1, [1, 5, 9]), point(3, [9])],
    ]
    let deleted = [PointMask(count: 3, words: [1]), PointMask(count: 2, words: [1])]
    let merged = try Segment(
      SharedBytes(try merge(parts, deleted: deleted)), path: "merged", collection: 7)
    let expected = [parts[0][1], parts[1][1], parts[0][2]]
    #expect((0..<merged.pointCount).map { merged.point(at: $0) } == expected)
    #expect(try #require(merged.sparseSections("v")).postings.dimensionCount == 2)
  }
}
