internal import Synchronization

/// Figures of each vector of a segment, computed when they are first asked for: they give the lengths
/// of vectors under any affine map, and the range of the weights. Beside them how often weights occur.
package final class WeightSummaries: Sendable {
  package struct Summary: Sendable {
    /// Summed in the order of the dimensions.
    package var sum = 0.0
    package var count: UInt32 = 0
    package var least = Float.infinity
    package var greatest = -Float.infinity

    /// The length of the vector whose weights are mapped: Σ(a·w + b)² = a²·Σw² + 2ab·Σw + b²·n. Nil where
    /// these cancel each other out so far that too few digits are left, as they do where the weights differ
    /// by little of what they are.
    @inline(__always)
    fileprivate func norm(ofMapped map: AffineMap, storedNorm: Double) -> Double? {
      let squares = map.scale * map.scale * storedNorm * storedNorm
      let mixed = 2 * map.scale * map.offset * sum
      let offsets = map.offset * map.offset * Double(count)
      let total = squares + mixed + offsets
      return total >= (squares + mixed.magnitude + offsets) * 0x1p-20 ? total.squareRoot() : nil
    }
  }

  private struct Figures {
    let summaries: [Summary]
    let bins: [WeightHistogram.Bin]
  }

  private let computed = Mutex<Figures?>(nil)
  private let lastLengths = Mutex<MappedLengths?>(nil)

  /// By point offset; those of points without a vector are empty. None at all once the read is over.
  package func all(in sections: SparseSections, for context: ReadContext) -> [Summary] {
    figures(of: sections, for: context)?.summaries ?? []
  }

  /// How often the weights of all points occur, deleted ones too. None at all once the read is over.
  package func bins(
    in sections: SparseSections, for context: ReadContext
  ) -> [WeightHistogram.Bin] {
    figures(of: sections, for: context)?.bins ?? []
  }

  private func figures(of sections: SparseSections, for context: ReadContext) -> Figures? {
    computed.withLock { computed in
      if let computed { return computed }
      var summaries = Array(repeating: Summary(), count: sections.postings.pointCount)
      var histogram = WeightHistogram()
      sections.vectors.presence.forEach(in: context, steps: 128) { offset in
        var summary = Summary()
        sections.vectors.withWeights(at: offset) { weights in
          summary.count = UInt32(weights.count)
          for weight in weights {
            summary.sum += Double(weight)
            summary.least = min(summary.least, weight)
            summary.greatest = max(summary.greatest, weight)
            histogram.add(weight)
          }
        }
        summaries[offset] = summary
      }
      if context.isOver { return nil }
      let figures = Figures(summaries: summaries, bins: histogram.bins)
      computed = figures
      return figures
    }
  }

  /// The lengths of all vectors under that map; nil once the read is over. Those of the last map that
  /// was asked for are kept: mostly it is the same.
  func lengths(
    ofMapped map: AffineMap, in sections: SparseSections, for context: ReadContext
  ) -> MappedLengths? {
    if let last = lastLengths.withLock({ $0 }), last.map == map { return last }
    let lengths = MappedLengths(
      map, all(in: sections, for: context), of: sections.vectors, for: context)
    if context.isOver { return nil }
    lastLengths.withLock { $0 = lengths }
    return lengths
  }
}

extension SparseVectorsReader {
  /// The Euclidean length of the vector of the point at `offset` under a map; 0 without one.
  /// - Parameter summary: that of the vector.
  @inline(__always)
  func norm(at offset: Int, mapped map: AffineMap, _ summary: WeightSummaries.Summary) -> Double {
    summary.norm(ofMapped: map, storedNorm: norm(at: offset))
      ?? norm(ofWeightsAt: offset, mapped: map)
  }

  /// The same from the weights themselves.
  @inline(never)
  private func norm(ofWeightsAt offset: Int, mapped map: AffineMap) -> Double {
    guard presence[offset] else { return 0 }
    var squares = 0.0
    withWeights(at: offset) { weights in
      for weight in weights { squares += map(weight) * map(weight) }
    }
    return squares.squareRoot()
  }
}

/// The Euclidean lengths of a segment's vectors under an affine map; they mean nothing once the read that
/// computes them is over.
final class MappedLengths: @unchecked Sendable {
  // Sendable: nothing changes once it has been made.
  let map: AffineMap
  /// A value for each point offset; 0 where the point has no vector.
  let values: UnsafePointer<Double>

  fileprivate init(
    _ map: AffineMap, _ summaries: [WeightSummaries.Summary], of vectors: SparseVectorsReader,
    for context: ReadContext
  ) {
    self.map = map
    let values = UnsafeMutablePointer<Double>.allocate(capacity: summaries.count)
    var meter = WorkMeter(context)
    for (offset, summary) in summaries.enumerated() {
      if meter.isOver(after: 8 + Int(summary.count) / 16) { break }
      (values + offset).initialize(to: vectors.norm(at: offset, mapped: map, summary))
    }
    self.values = UnsafePointer(values)
  }

  deinit { values.deallocate() }
}
