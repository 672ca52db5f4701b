import JSONCodec
import SparseIndex

extension Record {
  /// About what the payload and the vectors take in memory.
  package var contentByteCount: Int {
    let payloadByteCount = payload?.memoryByteCount ?? 0
    guard let vectors, !vectors.isEmpty else { return payloadByteCount }
    // The dictionary has a head, and room for more than it holds.
    return vectors.values.reduce(payloadByteCount + 64) { $0 + $1.memoryByteCount }
  }

  /// About what it takes in memory. Arrays of records grow by doubling.
  var byteCount: Int { 2 * MemoryLayout<Record>.stride + contentByteCount }
}
