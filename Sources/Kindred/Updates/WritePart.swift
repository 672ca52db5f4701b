import SparseIndex

/// One part of a large change: as much as the others may wait for, since it is made by the
/// thread that all writes wait for.
struct WritePart {
  private static let operationCount = 4096
  /// Bytes read and written, in memory.
  private static let byteCount = 4 << 20
  private static let duration = Duration.milliseconds(100)

  private(set) var operations: [PointOperation] = []
  private var byteCount = 0
  private let end = ContinuousClock.now + duration

  var isFull: Bool {
    operations.count >= Self.operationCount || byteCount >= Self.byteCount
      || ContinuousClock.now >= end
  }

  /// - Throws: `.tooLarge` for a point that has become larger than one may.
  mutating func append(_ operation: PointOperation) throws(StoreError) {
    let size = operation.approximateByteCount
    guard size <= StoreLimits.pointByteCount else {
      throw .tooLarge(
        "point \(operation.id) would take \(size) bytes, more than the \(StoreLimits.pointByteCount) "
          + "that a point may: spread its payload over several points")
    }
    byteCount += size
    operations.append(operation)
  }

  mutating func count(reading record: Record) { byteCount += record.byteCount }
}

/// A point as a part of a change finds it.
package struct FoundPoint {
  package let id: PointID
  package let exists: Bool
  /// Whether it passes the request's filter.
  package let passes: Bool
  /// Reads the whole point; nil when it does not exist.
  package let read: () throws(StoreError) -> Point?
}
