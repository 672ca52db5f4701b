internal import JSONCodec
internal import StorageIO

/// Makes the payload index section of a merged segment from those of its inputs. It is the same as one
/// made of the merged payloads.
struct PayloadIndexMerger {
  private let entries: [PayloadIndexEntry]

  /// - Parameters:
  ///   - payload: of the merged segment.
  ///   - indexes: by key path as text, as the collection's configuration has them.
  init(
    _ inputs: [Segment], order: MergeOrder, payload: PayloadSectionMerger,
    indexes: [ByteString: PayloadIndexParameters]
  ) throws(StorageError) {
    var entries: [PayloadIndexEntry] = []
    // A directory of an older version may have more: those are answered from the payloads.
    for (key, parameters) in indexes.sorted(by: { $0.key < $1.key })
      .prefix(PayloadIndexFormat.maxIndexCount)
    {
      guard let path = try? JSONPath(parsing: key.text) else { continue }
      let merge = IndexMerge(path: path, parameters: parameters, inputs: inputs, order: order)
      if let entry = try merge.entry(payload) { entries.append(entry) }
    }
    self.entries = entries
  }

  func write(_ emit: Emit) throws(StorageError) {
    try PayloadIndexFormat.write(entries, emit)
  }
}

/// The merge of one index.
private struct IndexMerge {
  let path: JSONPath
  let parameters: PayloadIndexParameters
  let inputs: [Segment]
  let order: MergeOrder

  func entry(_ payload: PayloadSectionMerger) throws(StorageError) -> PayloadIndexEntry? {
    let key = path.description
    let kind = parameters.kind
    if path.rest.isEmpty, let column = payload.kind(ofColumn: path.first), kind.isServed(by: column)
    {
      return PayloadIndexEntry(
        key: key, kind: kind, storage: .payloadColumn, flags: PayloadIndexFormat.hasAllNumbers)
    }
    if kind == .text {
      guard let analysis = try? parameters.textAnalysis() else { return nil }
      var stored = parameters.parameters
      stored[PayloadIndexFormat.analysisName] = analysis.fingerprint
      var postings: [TokenPostings] = []
      for input in inputs {
        if case .postings(let found)? = index(of: input)?.content {
          postings.append(found)
        } else if case .postings(let made) = try makeIndex(of: input).content {
          postings.append(made)
        }
      }
      return PayloadIndexEntry(
        key: key, kind: kind, storage: .postings, flags: 0,
        parameters: stored.description,
        block: TokenPostingsMerge(postings, order: order))
    }
    var columns: [PayloadColumn?] = []
    var hasAllNumbers = true
    for (input, segment) in inputs.enumerated() {
      let index =
        if let found = self.index(of: segment) { found } else { try makeIndex(of: segment) }
      columns.append(try column(of: index))
      if !index.hasAllNumbers && !self.hasAllNumbers(segment, input) { hasAllNumbers = false }
    }
    let flags = hasAllNumbers ? PayloadIndexFormat.hasAllNumbers : 0
    let merged = MergedColumns(columns: columns, sources: order.sources, isFlattened: true)
    guard let block = try merged.block() else {
      return PayloadIndexEntry(key: key, kind: kind, storage: .none, flags: flags)
    }
    return PayloadIndexEntry(
      key: key, kind: kind, storage: .ownColumn, flags: flags, block: block)
  }

  /// The index that the input has, if it was made with the same parameters, and texts are
  /// cut as they were then.
  private func index(of input: Segment) -> PayloadIndex? {
    guard let index = input.payloadIndexes?.index(for: path), index.kind == parameters.kind,
      !index.isStale,
      index.kind != .text || index.parameters == parameters.parameters
    else { return nil }
    return index
  }

  /// Makes the index in memory.
  private func makeIndex(of input: Segment) throws(StorageError) -> PayloadIndex {
    let bytes = PayloadIndexWriter.write(
      input.payload, indexes: [ByteString(path.description): parameters])
    let section = try PayloadIndexSection(
      SharedBytes(bytes), payload: input.payload, path: "memory", baseOffset: 0)
    guard let index = section.index(for: path) else {
      preconditionFailure("an index that can be parsed can be made")
    }
    return index
  }

  private func column(of index: PayloadIndex) throws(StorageError) -> PayloadColumn? {
    guard case .column(let column) = index.content else { return nil }
    // Where whole numbers serve as an index of floats.
    guard index.kind == .float, column.kind == .integer else { return column }
    var writer = PayloadColumnWriter(name: index.key)
    for offset in 0..<column.pointCount {
      let values = index.values(at: offset)
      if values.count == 1 {
        writer.append(values[0], at: offset)
      } else if !values.isEmpty {
        writer.append(.array(values), at: offset)
      }
    }
    return writer.isEmpty ? nil : try writer.column(pointCount: column.pointCount, kind: nil)
  }

  /// Whether every number of the points that are left is in the index.
  private func hasAllNumbers(_ segment: Segment, _ input: Int) -> Bool {
    order.sources.allSatisfy { source in
      Int(source.input) != input
        || PayloadIndexWriter.elements(segment.payload, path, Int(source.offset)).allSatisfy {
          $0.asDouble == nil || !parameters.kind.indexed($0).isEmpty
        }
    }
  }
}
