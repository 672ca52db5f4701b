import CKernels
import SparseIndex

/// Scores of items and how many contributed to them, by index into the items of statistics.
struct ItemScores {
  private(set) var scores: [Double]
  private(set) var counts: [UInt32]

  init(count: Int) {
    scores = Array(repeating: 0, count: count)
    counts = Array(repeating: 0, count: count)
  }

  static func byteCount(_ count: Int) -> Int {
    count * (MemoryLayout<Double>.stride + MemoryLayout<UInt32>.stride)
  }

  /// The popularity of items, as scores.
  init(counts: [UInt32]) {
    scores = counts.map(Double.init)
    self.counts = counts
  }

  /// Adds the weights of the vector at `offset`, each `factor` times.
  /// - Parameters:
  ///   - indexes: of the item at each rank; nil where the two are equal.
  ///   - adder: maps the weights.
  /// - Returns: how many weights there were.
  mutating func add(
    _ sections: SparseSections, at offset: Int, indexes: [UInt32]?, factor: Double,
    by adder: inout VectorAdder
  ) -> Int {
    scores.withUnsafeMutableBufferPointer { scores in
      counts.withUnsafeMutableBufferPointer { counts in
        guard let scoreBase = scores.baseAddress, let countBase = counts.baseAddress else {
          return 0
        }
        guard let indexes else {
          return adder.add(
            sections, at: offset, indexes: nil, factor: factor, to: scoreBase, counts: countBase)
        }
        return indexes.withUnsafeBufferPointer { indexes in
          adder.add(
            sections, at: offset, indexes: indexes.baseAddress, factor: factor, to: scoreBase,
            counts: countBase)
        }
      }
    }
  }

  mutating func set(_ score: Double, at index: Int) {
    scores[index] = score
    counts[index] = 1
  }

  /// Their mean over all items, and their deviation; 1 where all are equal.
  var distribution: (mean: Double, deviation: Double) {
    let mean = scores.reduce(0, +) / Double(max(1, scores.count))
    let squares = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / Double(max(1, scores.count))).squareRoot()
    return (mean, deviation > 0 && deviation.isFinite ? deviation : 1)
  }

  /// Adds the others' scores as z-scores, `share` times; an item counts once it has either score.
  mutating func addStandardized(_ others: ItemScores, share: Double) {
    let (mean, deviation) = others.distribution
    scores.withUnsafeMutableBufferPointer { scores in
      others.scores.withUnsafeBufferPointer { others in
        for index in 0..<min(scores.count, others.count) {
          scores[index] += share * (others[index] - mean) / deviation
        }
      }
    }
    counts.withUnsafeMutableBufferPointer { counts in
      others.counts.withUnsafeBufferPointer { others in
        for index in 0..<min(counts.count, others.count) {
          counts[index] = max(counts[index], min(others[index], 1))
        }
      }
    }
  }

  /// Whether nothing contributed to any item.
  var areEmpty: Bool { counts.allSatisfy { $0 == 0 } }

  mutating func remove(at index: Int) { counts[index] = 0 }

  /// Leaves those that are members.
  mutating func keep(_ allowed: PointMask) {
    for index in counts.indices where !allowed[index] { counts[index] = 0 }
  }

  mutating func multiply(by factors: [Double]) {
    scores.withUnsafeMutableBufferPointer { scores in
      factors.withUnsafeBufferPointer { factors in
        for index in 0..<min(scores.count, factors.count) { scores[index] *= factors[index] }
      }
    }
  }

  /// Leaves items that at least this number of neighbours have rated.
  mutating func require(_ least: Int, of neighborCounts: [UInt32]) {
    for index in counts.indices where Int(neighborCounts[index]) < least { counts[index] = 0 }
  }

  /// Items that are looked at at once, and between two looks at the clock.
  private static let blockCount = 64
  private static let stretchCount = 16 * blockCount

  /// The items with the greatest scores that anything contributed to, best first.
  func best(_ limit: Int, of items: [UInt32], for context: ReadContext) -> [ScoredItem] {
    var topK = TopK(limit: min(limit, max(1, items.count)))
    // Most items are behind the best ones: a look at the bar spares them everything else.
    var bar = -Double.infinity
    var meter = WorkMeter(context)
    let itemCount = min(scores.count, items.count)
    scores.withUnsafeBufferPointer { scores in
      for start in stride(from: 0, to: itemCount, by: Self.blockCount) {
        if start % Self.stretchCount == 0, meter.isOver(after: Self.stretchCount) { return }
        let isBeyond = UInt64.max << UInt64(itemCount - start)
        var reaching = sparse_sums_reaching(scores.baseAddress! + start, nil, 1, bar, ~isBeyond)
        while reaching != 0 {
          let index = start + reaching.trailingZeroBitCount
          reaching &= reaching - 1
          guard scores[index] >= bar, counts[index] > 0 else { continue }
          // Items are ranked as the points of one segment would be.
          topK.insert(
            Hit(
              score: Float(saturating: scores[index]), id: .integer(UInt64(items[index])),
              segment: 0, offset: index))
          // A sum below the bar rounds to less than the least score that could still enter.
          if let least = topK.leastUseful { bar = Double(least.nextDown) }
        }
      }
    }
    return topK.finish().map { ScoredItem(index: $0.offset, score: $0.score) }
  }
}

struct ScoredItem {
  /// Among the items of the statistics.
  let index: Int
  let score: Float
}
