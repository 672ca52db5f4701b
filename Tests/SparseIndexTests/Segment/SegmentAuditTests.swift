import SparseIndex
import StorageIO
import TestSupport
import Testing

/// Images whose checksums are right and whose contents are not.
@Suite struct SegmentAuditTests {
  private let configuration = SegmentTests.configuration

  private func audit(_ image: [UInt8]) throws -> [SegmentAudit.Finding] {
    let segment = try Segment(SharedBytes(image), path: "image", collection: 7)
    return try SegmentAudit(
      LiveSegment(segment), configuration: configuration, path: "image"
    ).findings
  }

  /// Where a section of vector name `v` lies.
  private func section(_ kind: String, of image: [UInt8]) throws -> Range<Int> {
    let outline = try SegmentOutline(SharedBytes(image), path: "image")
    let section = try #require(outline.sections.first { $0.kind == kind && $0.vector == "v" })
    return section.position..<section.position + section.byteCount
  }

  @Test(arguments: WeightShape.allCases)
  func `an image as it was written has no findings`(_ shape: WeightShape) throws {
    #expect(try audit(SegmentTests.image(of: 400, shape: shape, seed: 15)) == [])
  }

  @Test(arguments: [UInt64.max, 1 << 62, 1 << 20])
  func `a list or a vector beyond its section is refused`(_ place: UInt64) throws {
    let image = try SegmentTests.image(of: 40, shape: .ratings, seed: 16)
    // The trailers say where the directory of the lists and the bases of the vectors lie.
    for (kind, pointer) in [("postings", 64 - 40), ("sparseVectors", 48 - 32)] {
      let section = try section(kind, of: image)
      let table = SharedBytes(image).load(at: section.upperBound - pointer, as: UInt64.self)
      var bytes = image
      let start = section.lowerBound + Int(table)
      withUnsafeBytes(of: place) { bytes.replaceSubrange(start..<start + 8, with: $0) }
      Resealing.segment(&bytes)
      #expect(throws: StorageError.self, "\(kind)") { try audit(bytes) }
    }
  }

  @Test(arguments: WeightShape.allCases)
  func `no byte of an image makes the audit trap, and no stored vector changes unnoticed`(
    _ shape: WeightShape
  ) throws {
    // Enough points for lists with block codes.
    var random = SeededGenerator(seed: 17)
    let points = (0..<140).map { id in
      Point(
        id: .integer(id),
        vectors: [
          "v": .sparse(.random(dimensionCount: 24, count: 6, shape: shape, using: &random)),
          "d": .dense([1, 2, Float(id)]),
        ], payload: ["n": .integer(Int64(id))])
    }
    var sink = MemorySink()
    try SegmentBuilder.build(points, configuration: configuration, collection: 7, into: &sink)
    let records = try section("sparseVectors", of: sink.bytes)
    // Where codes are intervals, exact weights are stored once, and nothing vouches for their last bits.
    let hasExactCodes = shape == .ratings || shape == .smallIntegers
    var findingCount = 0
    for index in sink.bytes.indices where random.oneIn(4) {
      var bytes = sink.bytes
      bytes[index] ^= UInt8.random(in: 1...255, using: &random)
      Resealing.segment(&bytes)
      guard let findings = try? audit(bytes) else { continue }
      findingCount += findings.isEmpty ? 0 : 1
      guard findings.isEmpty, hasExactCodes, records.contains(index) else { continue }
      let segment = try Segment(SharedBytes(bytes), path: "image", collection: 7)
      let isSame = points.indices.allSatisfy {
        segment.vector("v", at: $0) == points[$0].vectors["v"]
      }
      #expect(isSame, "byte \(index)")
    }
    #expect(findingCount > 50)
  }
}
