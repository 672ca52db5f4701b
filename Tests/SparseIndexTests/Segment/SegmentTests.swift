import SparseIndex
import StorageIO
import TestSupport
import Testing

@Suite struct SegmentTests {
  static let configuration = CollectionConfiguration(
    sparseVectors: ["v": .init(), "w": .init()],
    denseVectors: [
      "d": .init(size: 3, distance: .dot),
      "m": .init(size: 2, distance: .dot, isMultivector: true),
    ])

  static func randomPoints(
    _ ids: some Sequence<UInt64>, shape: WeightShape, _ random: inout SeededGenerator
  ) -> [Point] {
    ids.map { id in
      var point = Point(
        id: id % 5 == 4 ? .uuid(UInt128(id) << 70) : .integer(id),
        payload: ["n": .integer(Int64(id)), "s": .string("x\(id % 7)")])
      if !random.oneIn(9) {
        point.vectors["v"] = .sparse(
          .random(
            dimensionCount: 1 << Int(id % 30 + 2), count: Int(id % 40), shape: shape,
            using: &random))
      }
      if random.oneIn(3) { point.vectors["w"] = .sparse(.empty) }
      if random.oneIn(2) { point.vectors["d"] = .dense([Float(id), -1, 0.5]) }
      if random.oneIn(2) {
        point.vectors["m"] = .multiDense((0...Int(id % 3)).map { [Float($0), Float(id)] })
      }
      return point
    }.sorted { $0.id < $1.id }
  }

  /// A segment of random points with ids from 0 on; collection 7.
  static func image(of count: UInt64, shape: WeightShape, seed: UInt64) throws -> [UInt8] {
    var random = SeededGenerator(seed: seed)
    var sink = MemorySink()
    try SegmentBuilder.build(
      randomPoints(0..<count, shape: shape, &random), configuration: configuration, collection: 7,
      into: &sink)
    return sink.bytes
  }

  @Test(arguments: WeightShape.allCases)
  func `a segment returns the points it was built of`(shape: WeightShape) throws {
    var random = SeededGenerator(seed: 11)
    let points = Self.randomPoints(0..<800, shape: shape, &random)
    let segment = try makeSegment(points, Self.configuration)
    #expect(segment.pointCount == points.count)
    for (offset, point) in points.enumerated() {
      #expect(segment.point(at: offset) == point)
      #expect(segment.offset(of: point.id) == offset)
    }
    #expect(segment.offset(of: .integer(5_000)) == nil)
    #expect(segment.offset(of: .uuid(1)) == nil)
  }

  @Test(arguments: [0, 7, UInt64.max - 9])
  func `consecutive ids are found and take no room`(first: UInt64) throws {
    let uuids = (0..<3).map { Point(id: .uuid(UInt128($0) << 90)) }
    func image(_ ids: [UInt64]) throws -> [UInt8] {
      var sink = MemorySink()
      try SegmentBuilder.build(
        ids.map { Point(id: .integer($0)) } + uuids, configuration: Self.configuration,
        collection: 7, into: &sink)
      return sink.bytes
    }
    let ids = (0..<10).map { first + $0 }
    let bytes = try image(ids)
    let gap = first == 7 ? ids.dropLast() + [100] : [0] + ids.dropFirst().dropLast() + [.max]
    #expect(try image(gap).count > bytes.count)
    let segment = try Segment(SharedBytes(bytes), path: "image", collection: 7)
    for (offset, id) in ids.enumerated() {
      #expect(segment.id(at: offset) == .integer(id))
      #expect(segment.offset(of: .integer(id)) == offset)
    }
    for (offset, point) in uuids.enumerated() {
      #expect(segment.offset(of: point.id) == 10 + offset)
    }
    #expect(segment.offset(of: .integer(first &- 1)) == nil)
    #expect(segment.offset(of: .integer(first &+ 10)) == nil)
  }

  @Test(arguments: WeightShape.allCases)
  func `merging keeps the live points of interleaving segments`(shape: WeightShape) throws {
    var random = SeededGenerator(seed: 12)
    let all = Self.randomPoints(0..<1_500, shape: shape, &random)
    var parts: [[Point]] = [[], [], []]
    var expected: [Point] = []
    var inputs: [LiveSegment] = []
    for (index, point) in all.enumerated() {
      let isRun = index < 600
      parts[isRun ? 0 : 1 + Int.random(in: 0..<2, using: &random)].append(point)
    }
    var live = Set<PointID>()
    for part in parts {
      var deleted = PointMask(count: part.count)
      for (offset, point) in part.enumerated() {
        if random.oneIn(4) { deleted[offset] = true } else { live.insert(point.id) }
      }
      inputs.append(
        LiveSegment(try makeSegment(part, Self.configuration), deleted: deleted))
    }
    expected = all.filter { live.contains($0.id) }
    var sink = MemorySink()
    try SegmentMerger.merge(
      inputs, configuration: Self.configuration, collection: 7, into: &sink)
    let merged = try Segment(SharedBytes(sink.bytes), path: "merged", collection: 7)
    #expect((0..<merged.pointCount).map { merged.point(at: $0) } == expected)
    // The posting lists too: search the merged segment.
    let query = SparseVector.random(
      dimensionCount: 64, count: 9, shape: .signedFloats, using: &random)
    var topK = TopK(limit: 25)
    SparseSearch.search(
      query, similarity: .dot, in: try #require(merged.sparseSections("v")), segment: (0, merged),
      allowed: nil, into: &topK)
    let oracle = SearchOracle.search(
      query, similarity: .dot, using: "v", in: expected, limit: 25)
    #expect(topK.finish().map(\.id) == oracle.map(\.id))
  }

  @Test func `every flipped byte of an image is noticed at open`() throws {
    let image = try Self.image(of: 20, shape: .ratings, seed: 13)
    for index in image.indices {
      var bytes = image
      bytes[index] ^= 1 << UInt8(index % 8)
      #expect(throws: StorageError.self, "byte \(index)") {
        try Segment(SharedBytes(bytes), path: "image", collection: 7)
      }
    }
    for count in image.indices {
      #expect(throws: StorageError.self) {
        try Segment(SharedBytes(Array(image[..<count])), path: "image", collection: 7)
      }
    }
  }

  @Test func `sections beyond the address space are refused`() throws {
    let image = try Self.image(of: 20, shape: .ratings, seed: 14)
    let outline = try SegmentOutline(SharedBytes(image), path: "image")
    let table = image.count - 40 - outline.sections.count * 32
    for index in outline.sections.indices {
      for field in [8, 16] {
        for value in [.max, .max - 63, 1 << 63, UInt64(Int64.max), UInt64(image.count)] {
          var bytes = image
          let place = table + index * 32 + field
          withUnsafeBytes(of: value) { bytes.replaceSubrange(place..<place + 8, with: $0) }
          Resealing.segment(&bytes)
          #expect(throws: StorageError.self, "section \(index): \(value) at \(field)") {
            try Segment(SharedBytes(bytes), path: "image", collection: 7)
          }
        }
      }
    }
    // So many sections that their table would begin before the file.
    for count in [UInt32.max, 1 << 31, 1 << 27] {
      var bytes = image
      let place = bytes.count - 40 + 8
      withUnsafeBytes(of: count) { bytes.replaceSubrange(place..<place + 4, with: $0) }
      Resealing.segment(&bytes)
      #expect(throws: StorageError.self) {
        try Segment(SharedBytes(bytes), path: "image", collection: 7)
      }
    }
  }

  @Test func `a segment of another collection and of a newer format are refused`() throws {
    var sink = MemorySink()
    try SegmentBuilder.build([], configuration: Self.configuration, collection: 7, into: &sink)
    #expect(throws: StorageError.self) {
      try Segment(SharedBytes(sink.bytes), path: "image", collection: 8)
    }
    var newer = sink.bytes
    newer[8] = 99
    // A bare flip of the version is damage, beside a footer that knows the header.
    let damage = #expect(throws: StorageError.self) {
      try Segment(SharedBytes(newer), path: "image", collection: 7)
    }
    guard case .corrupt? = damage else {
      Issue.record("\(String(describing: damage))")
      return
    }
    let footer = newer.count - 40
    func store(_ checksum: UInt32, at offset: Int) {
      withUnsafeBytes(of: checksum) { newer.replaceSubrange(offset..<offset + 4, with: $0) }
    }
    store(CRC32C.checksum(Array(newer[..<32])), at: footer + 24)
    store(CRC32C.checksum(Array(newer[footer..<footer + 28])), at: footer + 28)
    #expect(throws: StorageError.newerFormat(path: "image", found: 99, supported: 4)) {
      try Segment(SharedBytes(newer), path: "image", collection: 7)
    }
  }
}
