#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How much a dimension tells: rare ones more than common ones.
package struct InverseDocumentFrequency {
  /// Live points that have the vector (within the scope).
  let pointCount: Int
  /// The number of those points that have a dimension, by dimension.
  let documentFrequencies: [UInt32: Int]

  package init(pointCount: Int, documentFrequencies: [UInt32: Int]) {
    self.pointCount = pointCount
    self.documentFrequencies = documentFrequencies
  }

  /// ln((N − df + 0.5) / (df + 0.5) + 1)
  package static func factor(pointCount: Int, documentFrequency: Int) -> Double {
    log(
      (Double(pointCount) - Double(documentFrequency) + 0.5) / (Double(documentFrequency) + 0.5) + 1
    )
  }

  /// The query with each weight multiplied by its dimension's factor.
  package func applied(to query: SparseVector) -> SparseVector {
    let weights = zip(query.dimensions, query.weights).map { dimension, weight in
      let factor = Self.factor(
        pointCount: pointCount, documentFrequency: documentFrequencies[dimension] ?? 0)
      return Float(saturating: Double(weight) * factor)
    }
    return SparseVector(ascending: query.dimensions, weights: weights)
  }
}
