import JSONCodec
import SparseIndex

extension Record {
  /// About what the payload and the vectors take in memory.
  package var contentByteCount: Int {
    (vectors ?? [:]).values.reduce(payload?.memoryByteCount ?? 0) { $0 + $1.memoryByteCount }
  }

  /// About what it takes in memory. Arrays of records grow by doubling.
  var byteCount: Int { 2 * MemoryLayout<Record>.stride + contentByteCount }
}
