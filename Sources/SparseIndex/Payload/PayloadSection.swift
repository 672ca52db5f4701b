package import JSONCodec
package import StorageIO

/// The payloads of a segment's points, key by key.
/// The format is described in `docs/formats/payload.md`.
package struct PayloadSection: Sendable {
  package let pointCount: Int
  /// Without the overflow column.
  package let columns: [PayloadColumn]
  /// The keys that have no column of their own, as one object a point.
  package let overflow: PayloadColumn?
  private let columnIndexes: [ByteString: Int]

  /// Opens a section and checks everything that later reading relies on.
  /// - Parameters:
  ///   - path: of the file, for errors.
  ///   - baseOffset: where the section starts in the file, for errors.
  package init(
    _ bytes: SharedBytes, pointCount: Int, path: String, baseOffset: Int
  ) throws(StorageError) {
    self.pointCount = pointCount
    var reader = ByteReader(bytes, path: path, fileOffset: baseOffset)
    let version = try reader.u32()
    guard version <= PayloadFormat.version else {
      throw .newerFormat(path: path, found: version, supported: PayloadFormat.version)
    }
    guard version == PayloadFormat.version else { throw reader.corrupt("payload format 1") }
    let columnCount = Int(try reader.u32())
    guard columnCount <= PayloadFormat.maxKeyCount + 1 else {
      throw reader.corrupt("at most \(PayloadFormat.maxKeyCount + 1) columns")
    }

    var entries: [(name: String, header: PayloadColumnHeader)] = []
    for _ in 0..<columnCount {
      entries.append((try reader.string(), try PayloadColumnHeader(&reader)))
    }
    try reader.skipPadding()

    var columns: [PayloadColumn] = []
    var columnIndexes: [ByteString: Int] = [:]
    var overflow: PayloadColumn?
    for entry in entries {
      let start = baseOffset + reader.position
      let block = try reader.bytes(entry.header.byteCount)
      var blockReader = ByteReader(block, path: path, fileOffset: start)
      let column = try PayloadColumn(
        name: entry.name, entry.header, pointCount: pointCount, &blockReader)
      try blockReader.expectEnd()
      if column.kind == .overflow {
        guard overflow == nil else { throw reader.corrupt("one overflow column") }
        overflow = column
      } else {
        guard columnIndexes.updateValue(columns.count, forKey: ByteString(entry.name)) == nil else {
          throw reader.corrupt("column names that differ")
        }
        columns.append(column)
      }
    }
    try reader.expectEnd()
    self.columns = columns
    self.columnIndexes = columnIndexes
    self.overflow = overflow
  }

  /// Nothing, in the place of a section that is damaged.
  init(standInFor pointCount: Int) {
    self.pointCount = pointCount
    columns = []
    overflow = nil
    columnIndexes = [:]
  }

  /// Nil when no point has the key, or it has no column of its own.
  package func column(named name: String) -> PayloadColumn? {
    columnIndexes[ByteString(name)].map { columns[$0] }
  }

  // MARK: Payloads

  /// The whole payload, its members in the order of the columns.
  package func payload(at offset: Int) -> JSONObject {
    var members: [JSONObject.Member] = []
    members.reserveCapacity(columns.count)
    for column in columns {
      if let value = column.value(at: offset) {
        members.append(JSONObject.Member(name: column.name, value: value))
      }
    }
    members += overflowObject(at: offset)?.members ?? []
    return JSONObject(uniqueMembers: members)
  }

  /// The part of the payload that lies on one of the paths; other keys are not read.
  package func payload(at offset: Int, including paths: JSONPathTree) -> JSONObject {
    var members: [JSONObject.Member] = []
    var isInOverflow = false
    for name in paths.firstNames {
      if let column = column(named: name) {
        if let value = column.value(at: offset) { members.append(.init(name: name, value: value)) }
      } else {
        isInOverflow = true
      }
    }
    if isInOverflow, let object = overflowObject(at: offset) {
      members += paths.selection(of: object).members
    }
    let part = JSONObject(uniqueMembers: members)
    return paths.isFlat ? part : paths.selection(of: part)
  }

  /// The payload without what lies at or below one of the paths.
  package func payload(at offset: Int, excluding paths: JSONPathTree) -> JSONObject {
    paths.remainder(of: payload(at: offset))
  }

  /// The value of a top-level key, nil when the point lacks it.
  package func value(at offset: Int, key: String) -> JSONValue? {
    if let column = column(named: key) { return column.value(at: offset) }
    return overflowObject(at: offset)?[key]
  }

  private func overflowObject(at offset: Int) -> JSONObject? {
    guard case .object(let object) = overflow?.value(at: offset) else { return nil }
    return object
  }
}
