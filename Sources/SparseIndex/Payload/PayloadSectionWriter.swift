package import JSONCodec
internal import StorageIO

/// Makes the payload section of a segment image, point after point in offset order.
/// The format is described in `docs/formats/payload.md`.
package struct PayloadSectionWriter {
  /// For a merger, which fills them itself.
  var columns: [PayloadColumnWriter] = []
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

  /// The field's column, made if there is room for it. Most payloads name the same fields in the
  /// same order, so the column at `index` is the first guess.
  mutating func column(named name: String, near index: Int) -> Int? {
    if index < columns.count, columns[index].name.hasSameBytes(as: name) { return index }
    if let known = columnIndexes[ByteString(name)] { return known }
    guard columns.count < PayloadFormat.maxFieldCount else { return nil }
    columnIndexes[ByteString(name)] = columns.count
    columns.append(PayloadColumnWriter(name: name))
    return columns.count - 1
  }

  /// For a merger that has filled the columns itself.
  mutating func setPointCount(_ count: Int) { pointCount = count }

  /// The section; the writer must not be used afterwards.
  package mutating func finish() -> [UInt8] {
    var named = (columns + [overflow]).filter { !$0.isEmpty }
    columns = []
    let blocks = named.indices.map { named[$0].finish(pointCount: pointCount) }
    var writer = ByteWriter()
    writer.reserveCapacity(blocks.reduce(4096) { $0 + $1.bytes.count })
    writer.u32(PayloadFormat.version)
    writer.u32(UInt32(blocks.count))
    for (column, block) in zip(named, blocks) {
      writer.string(column.name)
      block.header.write(to: &writer)
    }
    writer.pad(toMultipleOf: PayloadFormat.alignment)
    for block in blocks { writer.bytes(block.bytes) }
    return writer.contents
  }
}
