internal import CKernels

/// The lengths of a segment's vectors, by which a query's sums are divided where it compares by cosine:
/// those that are stored, or those under its map.
struct VectorLengths {
  /// Float64 by point offset, at any address; nil where sums are not divided.
  private let values: UnsafeRawPointer?
  /// The owner of those under a map.
  private let mapped: MappedLengths?

  /// - Returns: nil once the read is over.
  init?(_ query: borrowing SparseQuery, for context: ReadContext) {
    let sections = query.sections
    var mapped: MappedLengths?
    if query.similarity == .cosine, query.map != .identity {
      mapped = sections.summaries.lengths(ofMapped: query.map, in: sections, for: context)
      if mapped == nil { return nil }
    }
    self.mapped = mapped
    values =
      query.similarity == .cosine
      ? mapped.map { UnsafeRawPointer($0.values) } ?? sections.vectors.norms : nil
  }

  /// That of a point's vector; 0 where sums are not divided.
  @inline(__always)
  subscript(offset: Int) -> Double {
    values?.loadUnaligned(
      fromByteOffset: offset &* MemoryLayout<Double>.stride, as: Double.self) ?? 0
  }

  /// Whether sums can be compared with a score: Float64 tells one above this from those below it, whatever
  /// the lengths.
  static func canCompare(with bar: Float?) -> Bool { bar.map { $0 > 0x1p-100 } ?? false }

  /// Those of a block's points whose score may reach a bar: mostly few, and the others need no score.
  ///
  /// A score at the bar has a quotient of Float64 that is nearer to the bar than to the Float32 below
  /// it, and so a sum above the product of the lengths and that Float32. Shrinking makes it no greater.
  /// - Parameters:
  ///   - sums: those of the points from `offset` on.
  ///   - norm: the query's length, by which sums are divided too; 1 for what is left undivided by it.
  /// - Precondition: `canCompare(with: bar)`.
  @inline(__always)
  func reaching(
    _ bar: Float, times norm: Double, _ sums: UnsafePointer<Double>, from offset: Int,
    among points: UInt64
  ) -> UInt64 {
    let lengths = values.map { $0 + offset &* MemoryLayout<Double>.stride }
    return sparse_sums_reaching(sums, lengths, norm, Double(bar.nextDown), points)
  }
}
