import SparseIndex
import StorageIO
import TestSupport
import Testing

/// Bitmaps, which are not written any more: segments before version 4 have them.
@Suite struct BitmapTests {
  private static let configuration = CollectionConfiguration(sparseVectors: ["v": .init()])

  /// The image as it was before version 4: lists of pairs of `v` are bitmaps wherever these take no more room.
  private static func older(_ image: [UInt8]) throws -> (image: [UInt8], bitmapCount: Int) {
    let old = SharedBytes(image)
    let segment = try Segment(old, path: "image", collection: 7)
    let postings = try #require(segment.sparseSections("v")).postings
    let section = try #require(
      SegmentOutline(old, path: "image").sections.first { $0.kind == "postings" })
    let trailer = section.position + section.byteCount - 64
    let bitCount = Int(old.load(at: trailer + 12, as: UInt32.self))
    let directory = section.position + Int(old.load(at: trailer + 40, as: UInt64.self))
    var bytes = image
    bytes[8] = 3
    var bitmapCount = 0
    for rank in 0..<postings.dimensionCount {
      let entry = directory + rank * 16
      guard image[entry + 12] == 4 else { continue }
      let list = postings.list(at: rank)
      var offsets = [UInt32](repeating: 0, count: list.count)
      var codes = [UInt8](repeating: 0, count: list.count)
      var cursor = PostingCursor(list)
      _ = cursor.decode(
        below: segment.pointCount, capacity: list.count, offsets: &offsets, codes: &codes)
      let place = section.position + Int(old.load(at: entry, as: UInt64.self))
      let bitmapByteCount = (segment.pointCount + 63) / 64 * 8
      let room =
        8 + (segment.pointCount + 127) / 128 * 8 + Int(old.load(at: place, as: UInt64.self))
      guard bitmapByteCount + (list.count * bitCount + 7) / 8 <= room else { continue }
      for index in place..<place + room { bytes[index] = 0 }
      for (index, offset) in offsets.enumerated() {
        bytes[place + Int(offset) / 8] |= 1 << UInt8(offset % 8)
        for bit in 0..<bitCount where codes[index] >> UInt8(bit) & 1 == 1 {
          let position = index * bitCount + bit
          bytes[place + bitmapByteCount + position / 8] |= 1 << UInt8(position % 8)
        }
      }
      bytes[entry + 12] = 2
      bitmapCount += 1
    }
    Resealing.segment(&bytes)
    return (bytes, bitmapCount)
  }

  @Test(arguments: [WeightShape.ratings, .smallIntegers], [907, 40_000])
  func `older segments are sound, answer what they did, and are rewritten`(
    shape: WeightShape, pointCount: Int
  ) throws {
    var random = SeededGenerator(seed: UInt64(pointCount))
    let shares = [1, 2, 3, 4, 5, 6, 7, 8, 9, 40]
    let points = (0..<pointCount).map { index in
      let dimensions = shares.indices.filter { random.oneIn(shares[$0]) }
      return shape.point(index, dimensions, &random)
    }
    var sink = MemorySink()
    try SegmentBuilder.build(
      points, configuration: Self.configuration, collection: 7, into: &sink)
    let (image, bitmapCount) = try Self.older(sink.bytes)
    #expect(bitmapCount >= 5)
    let segment = try Segment(SharedBytes(image), path: "image", collection: 7)
    let findings = try SegmentAudit(
      LiveSegment(segment), configuration: Self.configuration, path: "image"
    ).findings
    #expect(findings == [])
    let sections = try #require(segment.sparseSections("v"))
    for limit in [1, 20] {
      let query = SparseVector.random(
        dimensionCount: 12, count: 9, shape: .signedFloats, using: &random)
      let expected = SearchOracle.search(
        query, similarity: .dot, using: "v", in: points, limit: limit)
      for cached in [0, Int.max] {
        sections.cache.keep(cached, of: sections.postings)
        for strategy in SparseSearch.Strategy.allCases {
          var topK = TopK(limit: limit)
          SparseSearch.search(
            query, similarity: .dot, in: sections, segment: (0, segment), allowed: nil,
            strategy: strategy, into: &topK)
          let hits = topK.finish()
          #expect(hits.map(\.id) == expected.map(\.id), "\(strategy) \(cached)")
          #expect(hits.map(\.score.bitPattern) == expected.map(\.score.bitPattern))
        }
      }
    }
    var merged = MemorySink()
    try SegmentMerger.merge(
      [LiveSegment(segment)], configuration: Self.configuration, collection: 7, into: &merged)
    #expect(merged.bytes == sink.bytes)
  }
}
