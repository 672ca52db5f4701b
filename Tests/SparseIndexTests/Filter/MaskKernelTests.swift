import CKernels
import TestSupport
import Testing

@Suite struct MaskKernelTests {
  private static let counts = [0, 1, 63, 64, 65, 128, 300, 1000]

  /// Values near the ends of the type and of the range, and others.
  private static func values<T: FixedWidthInteger & UnsignedInteger>(
    _ count: Int, near bounds: [T], using random: inout SeededGenerator
  ) -> [T] {
    (0..<count).map { _ in
      switch UInt8.random(in: 0..<4, using: &random) {
      case 0: T.random(in: .min ... .max, using: &random)
      case 1: [T.min, T.min + 1, .max, .max - 1].randomElement(using: &random)!
      default: bounds.randomElement(using: &random)! &+ T.random(in: 0...2, using: &random) &- 1
      }
    }
  }

  private static func check<T: FixedWidthInteger & UnsignedInteger>(
    _ type: T.Type,
    _ run: (UnsafeRawPointer, Int, _ low: T, _ span: T, UnsafeMutablePointer<UInt64>) -> Void
  ) {
    var random = SeededGenerator(seed: UInt64(T.bitWidth))
    let ranges: [(low: T, span: T)] = [
      (0, 0), (0, .max), (.max, 0), (7, 20), (T.max / 2, T.max / 2), (T.max / 2 - 3, 9),
    ]
    for count in counts {
      for (low, span) in ranges {
        // One byte further than aligned, as columns may lie.
        let values = Self.values(count, near: [low, low + span], using: &random)
        var bytes: [UInt8] = [0]
        for value in values { withUnsafeBytes(of: value) { bytes += Array($0) } }
        var words = [UInt64](repeating: 0x5A5A, count: (count + 63) / 64 + 1)
        bytes.withUnsafeBytes { run($0.baseAddress! + 1, count, low, span, &words) }
        for (index, value) in values.enumerated() {
          let passes = words[index / 64] >> UInt64(index % 64) & 1 == 1
          #expect(passes == (low...low + span ~= value), "\(type) \(count) \(low) \(span)")
        }
        if count % 64 != 0 { #expect(words[count / 64] >> UInt64(count % 64) == 0) }
        #expect(words.last == 0x5A5A)
      }
    }
  }

  @Test(arguments: sparse_instructions.available)
  func `whole numbers of every width are compared`(instructions: sparse_instructions) {
    Self.check(UInt8.self) { sparse_mask_range_u8_with(instructions, $0, $1, $2, $3, $4) }
    Self.check(UInt16.self) { sparse_mask_range_u16_with(instructions, $0, $1, $2, $3, $4) }
    Self.check(UInt32.self) { sparse_mask_range_u32_with(instructions, $0, $1, $2, $3, $4) }
    Self.check(UInt64.self) { sparse_mask_range_u64_with(instructions, $0, $1, $2, $3, $4) }
  }

  @Test(arguments: sparse_instructions.available)
  func `doubles are compared`(instructions: sparse_instructions) {
    var random = SeededGenerator(seed: 9)
    let ends: [Double] = [
      0, -0.0, 1, -1, .infinity, -.infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude, 0.5,
    ]
    for count in Self.counts {
      for low in ends {
        for high in ends {
          let values = (0..<count).map { _ in
            random.oneIn(3)
              ? Double.random(in: -2...2, using: &random) : ends.randomElement(using: &random)!
          }
          var words = [UInt64](repeating: 0x5A5A, count: (count + 63) / 64 + 1)
          sparse_mask_range_f64_with(instructions, values, count, low, high, &words)
          for (index, value) in values.enumerated() {
            let passes = words[index / 64] >> UInt64(index % 64) & 1 == 1
            #expect(passes == (value >= low && value <= high), "\(count) \(low) \(high)")
          }
          #expect(words.last == 0x5A5A)
        }
      }
    }
  }

  @Test(arguments: sparse_instructions.available)
  func `bits are counted`(instructions: sparse_instructions) {
    var random = SeededGenerator(seed: 10)
    for count in [0, 1, 2, 3, 4, 5, 63, 200] {
      let words: [UInt64] = (0..<count).map { _ in random.next() } + [.max]
      #expect(
        sparse_count_bits_with(instructions, words, count)
          == words.dropLast().reduce(0) { $0 + $1.nonzeroBitCount })
    }
  }
}
