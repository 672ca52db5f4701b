package import JSONCodec
internal import StorageIO

/// Makes the payload section of a segment image, point after point in offset order.
/// The format is described in `docs/formats/payload.md`.
package struct PayloadSectionWriter {
  private var columns: [PayloadColumnWriter] = []
  private var columnIndexes: [ByteString: Int] = [:]
  private var overflow = PayloadColumnWriter(name: "", kind: .overflow)
  private var pointCount = 0

  package init() {}

  package mutating func append(_ payload: JSONObject) {
    var rest: [JSONObject.Member] = []
    for (index, member) in payload.members.enumerated() {
      if let column = column(named: member.name, near: index) {
        columns[column].append(member.value, at: pointCount)
      } else {
        rest.append(member)
      }
    }
    if !rest.isEmpty {
      overflow.append(.object(JSONObject(uniqueMembers: rest)), at: pointCount)
    }
    pointCount += 1
  }

  /// The key's column, made if there is room for it. Most payloads name the same keys in the
  /// same order, so the column at `index` is the first guess.
  private mutating func column(named name: String, near index: Int) -> Int? {
    if index < columns.count, columns[index].name.hasSameBytes(as: name) { return index }
    if let known = columnIndexes[ByteString(name)] { return known }
    guard columns.count < PayloadFormat.maxKeyCount else { return nil }
    columnIndexes[ByteString(name)] = columns.count
    columns.append(PayloadColumnWriter(name: name))
    return columns.count - 1
  }

  /// The section; the writer must not be used afterwards.
  package mutating func finish() -> [UInt8] {
    let blocks = takeBlocks()
    return .collecting { (emit) throws(StorageError) in try PayloadFormat.write(blocks, emit) }
  }

  /// Hands the section on; the writer must not be used afterwards.
  mutating func finish(_ emit: Emit) throws(StorageError) {
    try PayloadFormat.write(takeBlocks(), emit)
  }

  private mutating func takeBlocks() -> [(name: String, block: any PayloadBlock)] {
    var named = columns + [overflow]
    columns = []
    overflow = PayloadColumnWriter(name: "", kind: .overflow)
    return named.indices.compactMap { index in
      guard !named[index].isEmpty else { return nil }
      let name = named[index].name
      let block = named[index].finish(pointCount: pointCount)
      // The column's values are let go before the next block is made.
      named[index] = PayloadColumnWriter(name: name)
      return (name, block)
    }
  }
}
