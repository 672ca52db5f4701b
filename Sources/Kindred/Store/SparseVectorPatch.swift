import SparseIndex

/// A change to single entries of one of a point's sparse vectors. A point that does not exist is made
/// with what is set, if anything is, and has an empty payload; of one that exists everything else stays.
///
/// Patches are small in the log, however long the vector is. Setting what is there and removing what is
/// not are not mistakes.
public struct SparseVectorPatch: Equatable, Sendable {
  /// The point that is changed.
  public var id: PointID
  /// The name of the sparse vector.
  public var vectorName: ByteString
  /// The entries that are set.
  public var entries: SparseVector
  /// The dimensions that are removed, ascending and unique; none of them is set as well.
  public var removed: [UInt32]

  /// A patch that sets entries and removes none, unless it says which.
  public init(
    id: PointID, vectorName: ByteString, entries: SparseVector, removed: [UInt32] = []
  ) {
    self.id = id
    self.vectorName = vectorName
    self.entries = entries
    self.removed = removed
  }

  /// The point as the patch leaves it.
  /// - Parameter point: as it is; nil when there is none.
  func applied(to point: Point?) -> Point {
    var point = point ?? Point(id: id)
    guard case .sparse(let vector)? = point.vectors[vectorName] else {
      if entries.count > 0 { point.vectors[vectorName] = .sparse(entries) }
      return point
    }
    point.vectors[vectorName] = .sparse(merged(into: vector))
    return point
  }

  private func merged(into vector: SparseVector) -> SparseVector {
    var dimensions: [UInt32] = []
    var weights: [Float] = []
    dimensions.reserveCapacity(vector.count + entries.count)
    weights.reserveCapacity(vector.count + entries.count)
    var next = 0
    func appendEntries(below dimension: UInt64) {
      while next < entries.count, UInt64(entries.dimensions[next]) < dimension {
        dimensions.append(entries.dimensions[next])
        weights.append(entries.weights[next])
        next += 1
      }
    }
    var nextRemoved = 0
    for (dimension, weight) in zip(vector.dimensions, vector.weights) {
      appendEntries(below: UInt64(dimension))
      while nextRemoved < removed.count, removed[nextRemoved] < dimension { nextRemoved += 1 }
      if nextRemoved < removed.count, removed[nextRemoved] == dimension { continue }
      if next < entries.count, entries.dimensions[next] == dimension { continue }
      dimensions.append(dimension)
      weights.append(weight)
    }
    appendEntries(below: .max)
    return SparseVector(ascending: dimensions, weights: weights)
  }
}
