internal import CKernels

/// One stored vector. Holds bare pointers: valid while its segment is.
package struct SparseVectorRecord {
  package let count: Int
  /// Ranks are below it.
  let bound: Int
  let start: UnsafeRawPointer
  let weightsStart: UnsafeRawPointer
  private let weights: Weights

  private enum Weights {
    case codes(bitCount: Int)
    case packed(PackedWeights)
  }

  /// - Parameters:
  ///   - codeBitCount: nil where weights are stored without codes.
  ///   - isPacked: whether those are packed, or Float32s.
  @inline(__always)
  init(
    count: Int, bound: Int, start: UnsafeRawPointer, weightsStart: UnsafeRawPointer,
    codeBitCount: Int?, isPacked: Bool
  ) {
    self.count = count
    self.bound = bound
    self.start = start
    self.weightsStart = weightsStart
    if let codeBitCount {
      weights = .codes(bitCount: codeBitCount)
    } else if isPacked {
      weights = .packed(PackedWeights(weightsStart, count: count))
    } else {
      weights = .packed(PackedWeights(plain: weightsStart))
    }
  }

  /// Whether the weights are codes of an exact codebook.
  var hasCodes: Bool { if case .codes = weights { true } else { false } }

  var storedRanks: UnsafeRawBufferPointer { .init(start: start, count: weightsStart - start) }

  var storedWeights: UnsafeRawBufferPointer {
    let end =
      switch weights {
      case .codes(let bitCount):
        weightsStart + PackedCodes.byteCount(count: count, bitCount: bitCount)
      case .packed(let packed): packed.end(count: count)
      }
    return .init(start: weightsStart, count: end - weightsStart)
  }

  /// - Returns: how many ranks were written to `output`, which has room for `count`.
  @inline(__always)
  package func decodeRanks(into output: UnsafeMutablePointer<UInt32>) -> Int {
    var cursor = EliasFanoCursor(start, count: count, bound: bound)
    return cursor.decode(below: bound, capacity: count, into: output)
  }

  package func weights(codebook: WeightCodebook) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { weights, initialized in
      if let start = weights.baseAddress { decodeWeights(codebook: codebook, into: start) }
      initialized = count
    }
  }

  /// Writes the weights to `output`, which has room for `count`.
  func decodeWeights(codebook: WeightCodebook, into output: UnsafeMutablePointer<Float>) {
    switch weights {
    case .codes(let bitCount):
      // Damaged codes may be any that their bits can say.
      withUnsafeTemporaryAllocation(of: Float.self, capacity: 256) { table in
        table.initialize(repeating: 0)
        for (code, weight) in codebook.lower.enumerated() { table[code] = weight }
        sparse_decode_weights(
          weightsStart.assumingMemoryBound(to: UInt8.self), count, UInt32(bitCount),
          table.baseAddress!, output)
      }
    case .packed(let packed):
      for index in 0..<count { output[index] = packed[index] }
    }
  }

  /// Writes the weights' codes (exact codebooks only).
  func decodeCodes(into output: UnsafeMutablePointer<UInt8>) {
    guard case .codes(let bitCount) = weights else { preconditionFailure("weights without codes") }
    PackedCodes.decode(weightsStart, first: 0, count: count, bitCount: bitCount, into: output)
  }

  /// The weight at `index` among the vector's dimensions.
  @inline(__always)
  package func weight(at index: Int, table: UnsafePointer<Float>) -> Float {
    switch weights {
    case .codes(let bitCount):
      table[Int(PackedCodes.code(at: index, in: weightsStart, bitCount: bitCount))]
    case .packed(let packed): packed[index]
    }
  }

  /// Whether every weight is a finite number, and every code below `codeCount`.
  func hasWholeWeights(codeCount: Int) -> Bool {
    switch weights {
    case .codes(let bitCount):
      (0..<count).allSatisfy {
        Int(PackedCodes.code(at: $0, in: weightsStart, bitCount: bitCount)) < codeCount
      }
    case .packed(let packed): (0..<count).allSatisfy { packed[$0].isFinite }
    }
  }
}
