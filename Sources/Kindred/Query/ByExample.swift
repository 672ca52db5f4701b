/// Points like the positive examples and unlike the negative ones.
public struct ByExample: Equatable, Sendable {
  /// The way in which examples are combined.
  public enum Strategy: String, Sendable, CaseIterable {
    /// Nearest to avg(positive) + avg(positive) − avg(negative).
    case averageVector = "average_vector"
    /// By the closest example: for it when positive, against it when negative.
    case bestScore = "best_score"
    /// The sum of similarities to the positives less that to the negatives.
    case sumScores = "sum_scores"
  }

  /// Vectors or points that hits should be like; `averageVector` needs at least one.
  public var positive: [VectorInput]
  /// Vectors or points that hits should be unlike.
  public var negative: [VectorInput]
  /// How the examples make one score.
  public var strategy: Strategy

  /// Examples, of which there must be at least one when the query runs.
  public init(
    positive: [VectorInput] = [], negative: [VectorInput] = [],
    strategy: Strategy = .averageVector
  ) {
    self.positive = positive
    self.negative = negative
    self.strategy = strategy
  }
}

/// The score of the better example: 0 … 1 when a positive one is closest, −1 … 0 when a negative one
/// is (ties go to the negative).
package struct BestScore: ExampleScorer {
  let positiveCount: Int
  package let examples: [VectorValue]

  package init(positive: [VectorValue], negative: [VectorValue]) {
    positiveCount = positive.count
    examples = positive + negative
  }

  package func score(_ similarities: [Float]) -> Float {
    var positive = -Float.infinity
    var negative = -Float.infinity
    for (index, similarity) in similarities.enumerated() {
      if index < positiveCount {
        positive = max(positive, similarity)
      } else {
        negative = max(negative, similarity)
      }
    }
    return positive > negative ? scaledFastSigmoid(positive) : -scaledFastSigmoid(negative)
  }
}

package struct SumScores: ExampleScorer {
  let positiveCount: Int
  package let examples: [VectorValue]

  package init(positive: [VectorValue], negative: [VectorValue]) {
    positiveCount = positive.count
    examples = positive + negative
  }

  package func score(_ similarities: [Float]) -> Float {
    var positive: Float = 0
    var negative: Float = 0
    for (index, similarity) in similarities.enumerated() {
      if index < positiveCount { positive += similarity } else { negative += similarity }
    }
    return (positive - negative).orSaturated(
      similarities.enumerated().reduce(0.0) { sum, element in
        sum + (element.offset < positiveCount ? 1 : -1) * Double(element.element)
      })
  }
}

/// The query vector of `averageVector`: avg(positive) alone without negatives, else
/// 2·avg(positive) − avg(negative). Sparse vectors are averaged over the union of their dimensions;
/// rows of multivectors are gathered, those of negatives negated.
/// - Throws: `.invalid` without positives, or for examples of different kinds or sizes.
package func averageVector(
  positive: [VectorValue], negative: [VectorValue], for context: ReadContext = .unlimited
) throws(StoreError) -> VectorValue {
  guard let first = positive.first else {
    throw .invalidQuery(.noPositiveExamples)
  }
  switch first {
  case .sparse:
    let positives = try sparseVectors(positive)
    let negatives = try sparseVectors(negative)
    let average = try positives.average(for: context)
    guard !negatives.isEmpty else { return .sparse(average) }
    return .sparse(average.merging(try negatives.average(for: context), contrast))
  case .dense(let vector):
    let average = try averageDense(positive, size: vector.count, context)
    guard !negative.isEmpty else { return .dense(average) }
    let against = try averageDense(negative, size: vector.count, context)
    return .dense(zip(average, against).map(contrast))
  case .multiDense:
    var rows: [[Float]] = []
    for vector in positive { rows += try denseRows(vector) }
    for vector in negative { rows += try denseRows(vector).map { row in row.map { -$0 } } }
    return .multiDense(rows)
  }
}

private func mixedKinds() -> StoreError {
  .invalidQuery(.examplesOfSeveralKinds)
}

private func sparseVectors(_ vectors: [VectorValue]) throws(StoreError) -> [SparseVector] {
  var sparse: [SparseVector] = []
  for vector in vectors {
    guard case .sparse(let value) = vector else { throw mixedKinds() }
    sparse.append(value)
  }
  return sparse
}

private func denseRows(_ vector: VectorValue) throws(StoreError) -> [[Float]] {
  guard case .multiDense(let rows) = vector else { throw mixedKinds() }
  return rows
}

/// 2·average − against
private func contrast(_ average: Float, _ against: Float) -> Float {
  (average + average - against).orSaturated(2 * Double(average) - Double(against))
}

private func averageDense(
  _ vectors: [VectorValue], size: Int, _ context: ReadContext
) throws(StoreError) -> [Float] {
  var sums = [Float](repeating: 0, count: size)
  for vector in vectors {
    try context.check()
    guard case .dense(let components) = vector else { throw mixedKinds() }
    guard components.count == size else {
      throw .vectorSize(expected: size, found: components.count)
    }
    for (index, component) in components.enumerated() { sums[index].addSaturating(component) }
  }
  return sums.map { $0 / Float(vectors.count) }
}

extension [SparseVector] {
  /// Sums over the union of the dimensions, divided by the number of vectors.
  fileprivate func average(for context: ReadContext) throws(StoreError) -> SparseVector {
    var sums: [UInt32: Float] = [:]
    for vector in self {
      try context.check()
      for (dimension, weight) in zip(vector.dimensions, vector.weights) {
        sums[dimension, default: 0].addSaturating(weight)
      }
      // Its entries, and those of the list that is made of them.
      context.take(vector.count * 32)
    }
    var entries = sums.map { (key: $0.key, value: $0.value) }
    entries.sort(in: context) { $0.key < $1.key }
    try context.check()
    let count = Float(self.count)
    return SparseVector(
      ascending: entries.map(\.key), weights: entries.map { $0.value / count })
  }
}
