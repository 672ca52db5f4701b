import JSONCodec
import SparseIndex
import StorageIO
import TestSupport
import Testing

@Suite struct PayloadSalvageTests {
  private static let payloads: [JSONObject] = (0..<40).map { index in
    [
      "number": .integer(Int64(index)), "word": .string("w\(index % 7)"),
      "object": ["k": .integer(Int64(index))], "words": .array(["a", .string("x\(index)")]),
    ]
  }

  /// Whatever bit is flipped, no other field is lost.
  @Test func `a flipped bit costs one field at most, or the directory of all`() throws {
    var writer = PayloadSectionWriter()
    for payload in Self.payloads { writer.append(payload) }
    let bytes = writer.finish()
    var keptCount = 0
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] ^= 1 << UInt8(index % 8)
      guard
        let salvage = PayloadSalvage(
          SharedBytes(damaged), pointCount: Self.payloads.count, path: "test")
      else { continue }
      keptCount += 1
      var fields: Set<String> = []
      for (offset, payload) in Self.payloads.enumerated() {
        let kept = salvage.payload(at: offset)
        let names = Set((kept.members + payload.members).map(\.name))
        fields.formUnion(names.filter { kept[$0] != payload[$0] })
      }
      // A field whose name is damaged is there under another one.
      #expect(fields.count <= 2, "byte \(index)")
    }
    #expect(keptCount > bytes.count * 9 / 10)
  }

  @Test func `texts between damaged bounds are kept`() throws {
    var writer = PayloadSectionWriter()
    for payload in Self.payloads { writer.append(["object": payload["object"]!]) }
    var bytes = writer.finish()
    // A bound in the middle of the column's bounds, which follow the directory.
    let directory = (8 + 7 + 4 + 2 + 7) / 8 * 8
    bytes[directory + 20 * 4 + 3] = 0xFF
    let salvage = try #require(
      PayloadSalvage(SharedBytes(bytes), pointCount: Self.payloads.count, path: "test"))
    let kept = Self.payloads.indices.filter {
      salvage.payload(at: $0)["object"] == Self.payloads[$0]["object"]
    }
    #expect(kept == Array(0..<19) + Array(21..<40))
    #expect(salvage.losses == ["2 values of the payload key 'object'"])
  }
}
