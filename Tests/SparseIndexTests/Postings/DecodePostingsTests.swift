import CKernels
import SparseIndex
import TestSupport
import Testing

/// The kernels that use special instructions against their portable twins.
@Suite struct DecodePostingsTests {
  @Test(arguments: [1, 2, 3, 4, 9, 20, 40, 100, 300, 5_000, 40_000], sparse_instructions.available)
  func `offsets are decoded alike, whatever the window and the damage`(
    ratio: Int, instructions: sparse_instructions
  ) {
    var random = SeededGenerator(seed: UInt64(ratio))
    for isDamaged in [false, true] {
      let bound = 700 * ratio
      var numbers = Set<UInt32>()
      for _ in 0..<700 { numbers.insert(UInt32(Int.random(in: 0..<bound, using: &random))) }
      var encoded = GrowingBytes()
      let sorted = numbers.sorted()
      sorted.withUnsafeBufferPointer {
        EliasFanoShape.encode($0, bound: bound, into: &encoded)
      }
      var bytes = encoded.bytes
      let shape = EliasFanoShape(count: numbers.count, bound: bound)
      if isDamaged {
        for _ in 0..<40 {
          bytes[Int.random(in: 0..<bytes.count, using: &random)] = random.bytes(1)[0]
        }
      }
      bytes += [UInt8](repeating: 0, count: EliasFanoShape.paddingByteCount)
      for window in [bound, 64, 1024, 16_384, 777] {
        bytes.withUnsafeBufferPointer { bytes in
          let high = bytes.baseAddress!
          let start = sparse_offsets_cursor(
            high: high, low: high + shape.highByteCount, count: numbers.count,
            high_word_count: (shape.highByteCount + 7) / 8, bound: UInt64(bound),
            low_bit_count: UInt32(shape.lowBitCount), index: 0, word_index: 0,
            word: UnsafeRawPointer(high).loadUnaligned(as: UInt64.self))
          var fast = start
          var plain = start
          var limit = 0
          var position = 0
          while limit < bound {
            limit = min(limit + window, bound)
            var fastSeeker = fast
            var plainSeeker = plain
            let fastNext = sparse_skip_offsets(&fastSeeker, UInt64(limit - 1))
            let plainNext = sparse_skip_offsets_portable(&plainSeeker, UInt64(limit - 1))
            if !isDamaged {
              #expect(fastNext == plainNext)
              #expect(fastSeeker.index == plainSeeker.index)
              while position < sorted.count, sorted[position] < limit - 1 { position += 1 }
              #expect(fastNext == (position < sorted.count ? UInt64(sorted[position]) : .max))
            }
            for capacity in [5, numbers.count] {
              var fastNumbers = [UInt32](repeating: 0, count: capacity)
              var plainNumbers = fastNumbers
              let fastCount = sparse_decode_offsets_with(
                instructions, &fast, UInt64(limit), capacity, &fastNumbers)
              let plainCount = sparse_decode_offsets_portable(
                &plain, UInt64(limit), capacity, &plainNumbers)
              #expect(fastNumbers[..<fastCount].allSatisfy { $0 < bound })
              // Damaged numbers need not ascend: where each stops is its own affair then.
              if !isDamaged {
                #expect(fastCount == plainCount)
                #expect(fastNumbers[..<fastCount] == plainNumbers[..<plainCount])
                #expect(fast.index == plain.index)
              }
            }
          }
        }
      }
    }
  }

  @Test(arguments: 1...8)
  func `codes are decoded alike`(bitCount: UInt32) {
    var random = SeededGenerator(seed: UInt64(bitCount))
    let bytes = random.bytes(200)
    for first in 0..<20 {
      for count in [0, 1, 7, 8, 9, 100] {
        var fast = [UInt8](repeating: 0, count: count)
        var plain = fast
        sparse_decode_codes(bytes, first, count, bitCount, &fast)
        sparse_decode_codes_portable(bytes, first, count, bitCount, &plain)
        #expect(fast == plain)
      }
    }
  }

  @Test(arguments: 1...8)
  func `weights are decoded alike`(bitCount: UInt32) {
    var random = SeededGenerator(seed: UInt64(bitCount))
    let bytes = random.bytes(200)
    let table = (0..<1 << bitCount).map { _ in Float.random(in: -1...1, using: &random) }
    for count in [0, 1, 7, 8, 9, 100] {
      var fast = [Float](repeating: 9, count: count)
      var plain = fast
      sparse_decode_weights(bytes, count, bitCount, table, &fast)
      sparse_decode_weights_portable(bytes, count, bitCount, table, &plain)
      #expect(fast == plain)
    }
  }

  @Test(arguments: 1...4)
  func `bitmaps are spread alike`(bitCount: UInt32) {
    var random = SeededGenerator(seed: UInt64(bitCount))
    for share in [2, 5, 8] {
      let blockCount = 5
      var bitmap = [UInt8](repeating: 0, count: blockCount * 8)
      for bit in 0..<blockCount * 64 where random.oneIn(share) {
        bitmap[bit / 8] |= 1 << UInt8(bit % 8)
      }
      // No code is all ones: 1 + the code fits four bits.
      let codes = random.bytes(400).map { bitCount == 4 ? $0 & 0x77 : $0 }
      for first in [0, 3] {
        for count in [400, first + 20] {
          var fast = [UInt8](repeating: 0, count: blockCount * 32)
          var plain = fast
          let plainEnd = sparse_expand_bitmap_with(
            SPARSE_PORTABLE, bitmap, blockCount, codes, first, count, bitCount, &plain)
          for instructions in sparse_instructions.available {
            let fastEnd = sparse_expand_bitmap_with(
              instructions, bitmap, blockCount, codes, first, count, bitCount, &fast)
            #expect(fastEnd == plainEnd)
            if count == 400 { #expect(fast == plain) }
          }
        }
      }
    }
  }

  @Test(arguments: [1, 2, 5, 40])
  func `pairs are spread alike`(share: Int) {
    var random = SeededGenerator(seed: UInt64(share))
    let wordCount = 9
    var mask = [UInt8](repeating: 0, count: wordCount * 8)
    for bit in 0..<wordCount * 64 where random.oneIn(share) {
      mask[bit / 8] |= 1 << UInt8(bit % 8)
    }
    let members = mask.reduce(0) { $0 + $1.nonzeroBitCount }
    for first in [0, 3, 70] {
      // As many bytes as the mask has bits, more, and fewer, as damaged ones have.
      for count in [first, first + members / 2, first + members, first + members + 300] {
        // The kernels may look at 16 bytes beyond the last, but spread none of them.
        let bytes = random.bytes(count).map { $0 | 1 } + [UInt8](repeating: 255, count: 16)
        var plain = [UInt8](repeating: 9, count: wordCount * 64)
        let plainEnd = sparse_expand_pairs_with(
          SPARSE_PORTABLE, mask, wordCount, bytes, first, count, &plain)
        #expect(plainEnd == min(first + members, count))
        #expect(plain.filter { $0 != 0 } == Array(bytes[first..<plainEnd]))
        for instructions in sparse_instructions.available {
          var fast = [UInt8](repeating: 9, count: wordCount * 64)
          let fastEnd = sparse_expand_pairs_with(
            instructions, mask, wordCount, bytes, first, count, &fast)
          #expect(fastEnd == plainEnd)
          #expect(fast == plain)
        }
      }
    }
  }

  @Test func `lanes that reach a bar are found alike`() {
    var random = SeededGenerator(seed: 9)
    for least: UInt16 in [0, 1, 30_000, 40_000, .max] {
      var sums = (0..<64).map { _ in UInt16(truncatingIfNeeded: random.next()) }
      sums[7] = least
      for instructions in sparse_instructions.available {
        let lanes = sparse_lanes_reaching_with(instructions, sums, least)
        #expect(lanes == sparse_lanes_reaching_with(SPARSE_PORTABLE, sums, least))
        #expect(lanes >> 7 & 1 == 1)
      }
    }
  }

  @Test func `sums that reach a share of their lengths are found alike`() {
    var random = SeededGenerator(seed: 10)
    for round in 0..<50 {
      var sums = (0..<64).map { _ in Double.random(in: -3...3, using: &random) }
      var lengths = (0..<64).map { _ in Double.random(in: 0...4, using: &random) }
      (sums[3], lengths[3]) = (.nan, 1)
      (sums[4], lengths[4]) = (0, 0)
      (sums[5], lengths[5]) = (1, .infinity)
      let (length, bar) = (1.25, Double(Float.random(in: 0.01...1, using: &random)))
      sums[6] = length * lengths[6] * bar
      let points = round % 5 == 0 ? .max : random.next()
      // At any address.
      let bytes: [UInt8] = [7] + lengths.withUnsafeBytes { Array($0) }
      bytes.withUnsafeBytes { bytes in
        for lengths in [nil, bytes.baseAddress! + 1] {
          let expected = sparse_sums_reaching_with(
            SPARSE_PORTABLE, sums, lengths, length, bar, points)
          #expect(expected & ~points == 0 && expected >> 3 & 1 == 0)
          if lengths != nil { #expect(expected >> 6 & 1 == points >> 6 & 1) }
          for instructions in sparse_instructions.available {
            #expect(
              expected
                == sparse_sums_reaching_with(instructions, sums, lengths, length, bar, points))
          }
        }
      }
    }
  }
}
