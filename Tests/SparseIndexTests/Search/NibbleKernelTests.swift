import CKernels
import TestSupport
import Testing

@Suite struct AccumulateNibblesTests {
  private struct Input {
    var blockCount: Int
    var lists: [[UInt8]]
    var tables: [UInt8]
    var mask: [UInt64]?
    var start: [UInt16]

    func run(_ instructions: sparse_instructions) -> (sums: [UInt16], maxima: [UInt16]) {
      var sums = start
      var maxima = [UInt16](repeating: 0, count: blockCount)
      let flat: [UInt8] = Array(lists.joined()) + [0]
      flat.withUnsafeBufferPointer { flat in
        let starts: [UnsafePointer<UInt8>?] =
          lists.indices.map { flat.baseAddress! + $0 * blockCount * 32 } + [nil]
        if let mask {
          sparse_accumulate_nibbles_with(
            instructions, &sums, blockCount, starts, lists.count, tables, mask, &maxima)
        } else {
          sparse_accumulate_nibbles_with(
            instructions, &sums, blockCount, starts, lists.count, tables, nil, &maxima)
        }
      }
      return (sums, maxima)
    }
  }

  @Test(arguments: sparse_instructions.available)
  func `the shuffling kernels sum as the portable one does`(instructions: sparse_instructions) {
    var random = SeededGenerator(seed: 3)
    for blockCount in [1, 2, 7] {
      for listCount in [0, 1, 5, 64, 65, 200] {
        for isMasked in [false, true] {
          let input = Input(
            blockCount: blockCount,
            lists: (0..<listCount).map { _ in random.bytes(blockCount * 32) },
            tables: random.bytes(listCount * 32 + 1),
            mask: isMasked ? (0..<blockCount).map { _ in random.next() } : nil,
            start: (0..<blockCount * 64).map { _ in UInt16.random(in: 0..<100, using: &random) })
          let fast = input.run(instructions)
          let plain = input.run(SPARSE_PORTABLE)
          #expect(fast.sums == plain.sums)
          #expect(fast.maxima == plain.maxima)
        }
      }
    }
  }
}

@Suite struct AccumulateBytesTests {
  @Test(arguments: sparse_instructions.available)
  func `the kernels stay at the ends of 8 bits as the portable one does`(
    instructions: sparse_instructions
  ) {
    var random = SeededGenerator(seed: 5)
    for (blockCount, listCount) in [(1, 0), (1, 3), (2, 11), (7, 70), (5, 1), (4, 200)] {
      for greatest in [3, 40, 128] {
        let codes = random.bytes(blockCount * listCount * 32 + 1)
        let tables = (0..<listCount * 16 + 1).map { _ in
          Int8(Int.random(in: -greatest..<greatest, using: &random))
        }
        let greatestStart = [-40, 127].randomElement(using: &random)!
        let start = (0..<blockCount * 64).map { _ in
          Int8(Int.random(in: -128...greatestStart, using: &random))
        }
        var sureCount = 0
        var greatestSum = greatestStart
        while sureCount < listCount {
          greatestSum += Int(max(0, tables[sureCount * 16..<sureCount * 16 + 16].max()!))
          guard greatestSum < 127 else { break }
          sureCount += 1
        }
        let words: [UInt64]? =
          random.oneIn(2) ? nil : (0..<blockCount).map { _ in random.next() | random.next() }
        for least: Int8 in [-127, -20, 0, 76, 127] {
          func run(_ instructions: sparse_instructions) -> (sums: [Int8], reaching: [UInt64]) {
            var sums = start
            var reaching = [UInt64](repeating: 0, count: blockCount)
            codes.withUnsafeBufferPointer { codes in
              let lists: [UnsafePointer<UInt8>?] =
                (0..<listCount).map { codes.baseAddress! + $0 * blockCount * 32 } + [nil]
              if let words {
                sparse_accumulate_bytes_with(
                  instructions, &sums, blockCount, lists, listCount, sureCount, tables, least,
                  words, &reaching)
              } else {
                sparse_accumulate_bytes_with(
                  instructions, &sums, blockCount, lists, listCount, sureCount, tables, least,
                  nil, &reaching)
              }
            }
            return (sums, reaching)
          }
          let fast = run(instructions)
          for point in start.indices {
            var sum = Int(start[point])
            var peak = sum
            for list in 0..<listCount {
              let byte = codes[list * blockCount * 32 + point / 2]
              sum += Int(tables[list * 16 + Int(point % 2 == 0 ? byte & 15 : byte >> 4)])
              sum = max(-128, min(sum, 127))
              peak = max(peak, sum)
            }
            if peak == 127 { sum = 127 }
            if let words, words[point / 64] >> UInt64(point % 64) & 1 == 0 { sum = -128 }
            #expect(Int(fast.sums[point]) == sum)
            let isReaching = fast.reaching[point / 64] >> UInt64(point % 64) & 1 == 1
            #expect(isReaching == (sum >= Int(least)))
          }
        }
      }
    }
  }

  @Test func `numbers beyond 8 bits become their ends`() {
    let numbers: [Int16] = [0, 1, -1, 127, 128, -128, -129, 3000, -3000, .max, .min, 5, 6, 7, 8, 9]
    var narrow = [Int8](repeating: 0, count: numbers.count)
    sparse_narrow(numbers.map { UInt16(bitPattern: $0) }, numbers.count, &narrow)
    #expect(narrow == numbers.map { Int8(clamping: $0) })
  }
}

@Suite struct AddProductsTests {
  @Test func `single points get the sums that all points get`() {
    var random = SeededGenerator(seed: 5)
    let blockCount = 3
    for listCount in [0, 1, 2, 11, 70] {
      // Half of the codes are 0, and of the last 64 points all.
      var codes = (0..<listCount * blockCount * 32 + 1).map { _ in
        random.oneIn(2) ? UInt8.random(in: 0...255, using: &random) : 0
      }
      for list in 0..<listCount {
        for byte in 64..<96 { codes[list * 96 + byte] = 0 }
      }
      let tables = (0..<listCount * 16 + 1).map { index in
        index % 16 == 0 ? 0 : Double.random(in: -1e3...1e3, using: &random)
      }
      codes.withUnsafeBufferPointer { codes in
        let lists: [UnsafePointer<UInt8>?] =
          (0..<listCount).map { codes.baseAddress! + $0 * blockCount * 32 } + [nil]
        var all = [Double](repeating: 0.25, count: blockCount * 64)
        var touched = [UInt64](repeating: 0, count: blockCount)
        sparse_add_products_with(
          SPARSE_PORTABLE, &all, &touched, blockCount, lists, listCount, tables)
        for pointCount in 0...23 {
          let points = (0..<pointCount).map { _ in
            UInt32.random(in: 0..<UInt32(blockCount * 64), using: &random)
          }
          var sums = [Double](repeating: 0.25, count: pointCount + 1)
          var marks = (0...pointCount).map { UInt8($0 % 3 == 2 ? 9 : 0) }
          let wasMarked = marks.map { $0 != 0 }
          sparse_add_products_of_points(
            points + [0], pointCount, lists, listCount, tables, &sums, &marks)
          for (index, point) in points.enumerated() {
            let isTouched = touched[Int(point) / 64] >> UInt64(point % 64) & 1 == 1
            #expect(sums[index].bitPattern == all[Int(point)].bitPattern)
            #expect(marks[index] == (isTouched || wasMarked[index] ? 1 : 0))
          }
          // What lies behind is left alone.
          #expect(sums[pointCount] == 0.25)
          #expect(wasMarked[pointCount] == (marks[pointCount] != 0))
        }
      }
    }
  }

  @Test(arguments: sparse_instructions.available)
  func `the kernels add the products that the portable one adds, in its order`(
    instructions: sparse_instructions
  ) {
    var random = SeededGenerator(seed: 4)
    for blockCount in [1, 2, 7] {
      for listCount in [0, 1, 2, 11, 70] {
        let codes = random.bytes(blockCount * listCount * 32 + 1)
        let tables = (0..<listCount * 16 + 1).map { index in
          index % 16 == 0 ? 0 : Double.random(in: -1e3...1e3, using: &random)
        }
        let start = (0..<blockCount * 64).map { _ in Double.random(in: -1...1, using: &random) }
        let touched: [UInt64] = (0..<blockCount).map { _ in random.next() & random.next() }
        func run(_ instructions: sparse_instructions) -> (sums: [UInt64], touched: [UInt64]) {
          var sums = start
          var touched = touched
          codes.withUnsafeBufferPointer { codes in
            let lists: [UnsafePointer<UInt8>?] =
              (0..<listCount).map { codes.baseAddress! + $0 * blockCount * 32 } + [nil]
            sparse_add_products_with(
              instructions, &sums, &touched, blockCount, lists, listCount, tables)
          }
          return (sums.map(\.bitPattern), touched)
        }
        let fast = run(instructions)
        let plain = run(SPARSE_PORTABLE)
        #expect(fast.sums == plain.sums)
        #expect(fast.touched == plain.touched)
      }
    }
  }
}

extension sparse_instructions {
  /// The instruction sets that this processor has.
  static let available =
    [SPARSE_PORTABLE, SPARSE_AVX2, SPARSE_AVX512].filter {
      $0.rawValue <= sparse_best_instructions().rawValue
    }
}
