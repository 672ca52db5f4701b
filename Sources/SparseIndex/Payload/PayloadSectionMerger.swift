internal import JSONCodec
package import StorageIO

/// Makes one payload section of the points of several, one column after the other: it holds no
/// payloads, but reads them again for each part of the section.
package struct PayloadSectionMerger {
  private let blocks: [(name: String, block: any PayloadBlock)]

  /// - Parameter sources: the points of the merged section, by offset.
  package init(
    _ inputs: [PayloadSection], sources: [MergeOrder.Source]
  ) throws(StorageError) {
    let keys = try MergedKeys(inputs, sources: sources)
    var blocks: [(name: String, block: any PayloadBlock)] = []
    for (name, columns) in keys.columns {
      let columns = MergedColumns(columns: columns, sources: sources)
      if let block = try columns.block() { blocks.append((name, block)) }
    }
    if let block = PayloadTextMerge(keys.overflow, sources: sources, kind: .overflow) {
      blocks.append(("", block))
    }
    self.blocks = blocks
  }

  /// Hands the section on in pieces.
  package func write(
    _ emit: (UnsafeRawBufferPointer) throws(StorageError) -> Void
  ) throws(StorageError) {
    try PayloadFormat.write(blocks, emit)
  }

  /// The kind of a key's column; nil when it has none.
  func kind(ofColumn name: String) -> PayloadColumnKind? {
    blocks.first { $0.block.header.kind != .overflow && $0.name.hasSameBytes(as: name) }?
      .block.header.kind
  }
}
