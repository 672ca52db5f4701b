import StorageIO

/// A batch ready for the log: encoded, and compressed where that makes it smaller.
package struct EncodedBatch: Sendable {
  package let stored: [UInt8]
  package let rawByteCount: Int
  package let coding: FrameHeader.Coding

  /// - Precondition: `1 ... LogFormat.maxBatchByteCount` bytes.
  package init(_ batch: [UInt8]) {
    precondition(!batch.isEmpty && batch.count <= LogFormat.maxBatchByteCount)
    rawByteCount = batch.count
    if let block = LZ4Block.compress(batch), block.count < batch.count {
      stored = block
      coding = .lz4
    } else {
      stored = batch
      coding = .raw
    }
  }

  var frameByteCount: Int { LogFormat.frameHeaderByteCount + stored.count }
}
