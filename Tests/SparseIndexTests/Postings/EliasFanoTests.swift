import SparseIndex
import TestSupport
import Testing

@Suite struct EliasFanoTests {
  @Test(arguments: [1, 2, 63, 64, 65, 1_000, 4_096, 1 << 32])
  func `a sequence reads back, in one go and in windows`(bound: Int) {
    var random = SeededGenerator(seed: UInt64(bound))
    for share in [1, 2, 5, 100, 3_000] {
      var numbers = Set<UInt32>()
      for _ in 0..<max(1, min(bound, 3_000) / share) {
        numbers.insert(UInt32(UInt64.random(in: 0..<UInt64(bound), using: &random)))
      }
      let sorted = numbers.sorted()
      var encoded = GrowingBytes()
      sorted.withUnsafeBufferPointer {
        EliasFanoShape.encode($0, bound: bound, into: &encoded)
      }
      var bytes = encoded.bytes
      #expect(bytes.count == EliasFanoShape(count: sorted.count, bound: bound).byteCount)
      bytes += [UInt8](repeating: 0, count: EliasFanoShape.paddingByteCount)
      for window in [bound, max(1, bound / 3), max(1, bound / 50)] {
        var decoded: [UInt32] = []
        bytes.withUnsafeBytes { buffer in
          var cursor = EliasFanoCursor(
            buffer.baseAddress!, count: sorted.count, bound: bound)
          withUnsafeTemporaryAllocation(of: UInt32.self, capacity: sorted.count) { output in
            var limit = 0
            while limit < bound {
              limit = min(limit + window, bound)
              let count = cursor.decode(
                below: limit, capacity: sorted.count, into: output.baseAddress!)
              decoded += output[..<count]
            }
          }
        }
        #expect(decoded == sorted)
      }
      for _ in 0..<20 {
        let limit = Int.random(in: 0...bound, using: &random)
        bytes.withUnsafeBytes { buffer in
          var cursor = EliasFanoCursor(buffer.baseAddress!, count: sorted.count, bound: bound)
          cursor.skip(to: limit)
          #expect(cursor.index == sorted.firstIndex { $0 >= limit } ?? sorted.count)
        }
      }
    }
  }

  @Test(arguments: 1...8)
  func `packed codes read back`(bitCount: Int) {
    var random = SeededGenerator(seed: UInt64(bitCount))
    let codes = (0..<137).map { _ in UInt8.random(in: 0...UInt8(1 << bitCount - 1), using: &random)
    }
    var encoded = GrowingBytes()
    codes.withUnsafeBufferPointer { PackedCodes.encode($0, bitCount: bitCount, into: &encoded) }
    var bytes = encoded.bytes
    #expect(bytes.count == PackedCodes.byteCount(count: 137, bitCount: bitCount))
    bytes += [UInt8](repeating: 0, count: EliasFanoShape.paddingByteCount)
    bytes.withUnsafeBytes { buffer in
      for (index, code) in codes.enumerated() {
        #expect(
          PackedCodes.code(at: index, in: buffer.baseAddress!, bitCount: bitCount) == code)
      }
    }
  }
}
