import Kindred
import SparseIndex
import StorageIO
import TestSupport
import Testing

@Suite struct ManifestFormatTests {
  private static var example: Manifest {
    var manifest = Manifest(storeIdentity: 0x1122_3344_5566_7788)
    manifest.flushedSequenceNumber = 99
    manifest.firstLogNumber = 4
    manifest.nextSegmentNumber = 12
    manifest.nextCollectionIdentity = 3
    manifest.aliases = ["current": "a"]
    var few = PointMask(count: 1000)
    few[0] = true
    few[999] = true
    var many = PointMask(count: 130)
    for offset in stride(from: 0, to: 130, by: 2) { many[offset] = true }
    manifest.collections = [
      .init(
        identity: 1, name: "a",
        configuration: CollectionConfiguration(sparseVectors: ["r": .init(modifier: .idf)]),
        segments: [
          .init(number: 3, byteCount: 5000, pointCount: 1000, tailChecksum: 1, deleted: few),
          .init(number: 11, byteCount: 600, pointCount: 130, tailChecksum: 2, deleted: many),
          .init(number: 2, byteCount: 100, pointCount: 1, tailChecksum: 3),
        ]),
      .init(identity: 2, name: "b/ü", configuration: CollectionConfiguration()),
    ]
    return manifest
  }

  private func decode(_ bytes: [UInt8]) throws(StorageError) -> Manifest {
    try ManifestFormat.decode(SharedBytes(bytes), path: "MANIFEST")
  }

  @Test func `a manifest reads back as it was written`() throws {
    #expect(try decode(ManifestFormat.encode(Self.example)) == Self.example)
  }

  @Test func `every cut and every flipped bit is noticed`() {
    let bytes = ManifestFormat.encode(Self.example)
    for cut in bytes.indices {
      #expect(throws: StorageError.self) { try decode(Array(bytes[..<cut])) }
    }
    for bit in 0..<bytes.count * 8 {
      var damaged = bytes
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(throws: StorageError.self, "bit \(bit)") { try decode(damaged) }
    }
  }

  @Test(arguments: 0..<20) func `any bytes behind a right checksum are safe`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let bytes = ManifestFormat.encode(Self.example)
    for _ in 0..<500 {
      var damaged = Array(bytes.dropLast(4))
      for _ in 0...Int.random(in: 0..<3, using: &random) {
        damaged[Int.random(in: 16..<damaged.count, using: &random)] = UInt8.random(
          in: 0...255, using: &random)
      }
      var writer = ByteWriter()
      writer.bytes(damaged)
      writer.u32(CRC32C.checksum(damaged))
      _ = try? decode(writer.contents)
    }
  }

  @Test func `more points than a store can hold are refused before room is made for them`() {
    let segment = Manifest.Segment(
      number: 1, byteCount: .max, pointCount: Int(UInt32.max), tailChecksum: 1)
    var manifest = Self.example
    manifest.collections = [.init(identity: 1, name: "a", configuration: .init())]
    manifest.collections[0].segments = [segment]
    #expect(throws: Never.self) { try decode(ManifestFormat.encode(manifest)) }
    manifest.collections[0].segments.append(segment)
    #expect(throws: StorageError.self) { try decode(ManifestFormat.encode(manifest)) }
  }

  @Test func `a newer manifest is refused as such`() {
    var bytes = ManifestFormat.encode(Self.example)
    bytes[8] = 2
    #expect(throws: StorageError.newerFormat(path: "MANIFEST", found: 2, supported: 1)) {
      try decode(bytes)
    }
  }

  @Test func `the worked example of the format document is what is written`() throws {
    let manifest = Manifest(storeIdentity: 0x1122_3344_5566_7788)
    #expect(
      ManifestFormat.encode(manifest) == (try Hexadecimal.bytes(of: "docs/formats/manifest.md")))
  }
}
