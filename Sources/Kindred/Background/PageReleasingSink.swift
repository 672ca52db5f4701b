import SparseIndex
import StorageIO

/// A sink that, while a merge writes into it, lets go again and again of what the merge has read of its
/// inputs: mapped files of any size take little memory then.
struct PageReleasingSink<Base: ByteSink>: ByteSink {
  var base: Base
  let inputs: [Segment]
  private var heldByteCount = 0
  /// Written between two times.
  private static var intervalByteCount: Int { 8 << 20 }

  init(base: Base, inputs: [Segment]) {
    self.base = base
    self.inputs = inputs
  }

  var byteCount: Int { base.byteCount }
  var bufferedByteCount: Int { base.bufferedByteCount }

  mutating func append(_ bytes: UnsafeRawBufferPointer) throws(StorageError) {
    try base.append(bytes)
    heldByteCount += bytes.count
    guard heldByteCount >= Self.intervalByteCount else { return }
    heldByteCount = 0
    for input in inputs { input.releasePages() }
  }
}
