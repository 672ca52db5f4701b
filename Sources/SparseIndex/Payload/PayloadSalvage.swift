package import JSONCodec
package import StorageIO

/// The readable part of a damaged payload section.
///
/// One checksum covers the section, so it does not tell which column is damaged, and a number says
/// nothing about itself. A column is kept where its parts fit together, and of texts those that can be
/// read; what is kept may still have values that nobody wrote.
package struct PayloadSalvage: Sendable {
  /// The unreadable parts, in words.
  package private(set) var losses: [String] = []
  private let pointCount: Int
  private var columns: [(name: String, content: Content)] = []
  /// The keys without a column of their own.
  private var overflow: Content?

  private enum Content: Sendable {
    case whole(PayloadColumn)
    case texts(SalvagedTexts)

    func value(at offset: Int) -> JSONValue? {
      switch self {
      case .whole(let column): column.value(at: offset)
      case .texts(let texts): texts.value(at: offset)
      }
    }
  }

  /// Nil when the directory of the columns is damaged.
  package init?(_ bytes: SharedBytes, pointCount: Int, path: String) {
    self.pointCount = pointCount
    var entries: [(name: String, header: PayloadColumnHeader)] = []
    var reader = ByteReader(bytes, path: path)
    do throws(StorageError) {
      guard try reader.u32() == PayloadFormat.version else { return nil }
      let count = Int(try reader.u32())
      guard count <= PayloadFormat.maxKeyCount + 1 else { return nil }
      for _ in 0..<count {
        entries.append((try reader.string(), try PayloadColumnHeader(&reader)))
      }
      try reader.skipPadding()
    } catch {
      return nil
    }
    let room = bytes.count - reader.position
    let names = entries.filter { $0.header.kind != .overflow }.map { ByteString($0.name) }
    guard
      entries.allSatisfy({ $0.header.byteCount <= room }),
      entries.reduce(0, { $0 + $1.header.byteCount }) == room,
      Set(names).count == names.count, entries.count - names.count <= 1
    else { return nil }
    for (name, header) in entries {
      guard let block = try? reader.bytes(header.byteCount) else { return nil }
      read(name, header, block, path: path)
    }
  }

  private mutating func read(
    _ name: String, _ header: PayloadColumnHeader, _ block: SharedBytes, path: String
  ) {
    let isOverflow = header.kind == .overflow
    let what =
      isOverflow ? "the payload keys beyond the first 256" : "the payload key '\(name)'"
    var reader = ByteReader(block, path: path)
    let content: Content
    let unreadableCount: Int
    if let column = try? PayloadColumn(name: name, header, pointCount: pointCount, &reader),
      reader.isAtEnd
    {
      content = .whole(column)
      unreadableCount = (0..<pointCount).count {
        column.state(at: $0) != .missing && column.value(at: $0) == nil
      }
    } else if header.kind.isText,
      let texts = SalvagedTexts(block, width: header.boundWidth, pointCount: pointCount)
    {
      content = .texts(texts)
      unreadableCount = texts.unreadableCount
    } else {
      return losses.append(what)
    }
    if unreadableCount > 0 { losses.append("\(unreadableCount) values of \(what)") }
    if isOverflow { overflow = content } else { columns.append((name, content)) }
  }

  package func payload(at offset: Int) -> JSONObject {
    var payload = JSONObject()
    for (name, content) in columns {
      if let value = content.value(at: offset) { payload[name] = value }
    }
    if case .object(let rest) = overflow?.value(at: offset) {
      for member in rest.members { payload[member.name] = member.value }
    }
    return payload
  }
}

/// The texts of a column whose bounds are damaged: those that are JSON from their beginning to their
/// end.
private struct SalvagedTexts: Sendable {
  private(set) var unreadableCount = 0
  private let block: SharedBytes
  private var ranges: [Range<Int>?] = []

  init?(_ block: SharedBytes, width: Int, pointCount: Int) {
    self.block = block
    let (boundByteCount, overflow) = (pointCount + 1).multipliedReportingOverflow(by: width)
    guard !overflow, SectionPieces.padded(boundByteCount) <= block.count else { return nil }
    let start = SectionPieces.padded(boundByteCount)
    let bounds = PackedIntegers(block, width: width, count: pointCount + 1)
    for offset in 0..<pointCount {
      let (lower, upper) = (bounds[offset], bounds[offset + 1])
      guard lower <= upper, upper <= UInt64(block.count - start) else {
        ranges.append(nil)
        unreadableCount += 1
        continue
      }
      ranges.append(start + Int(lower)..<start + Int(upper))
      if lower < upper, value(at: offset) == nil { unreadableCount += 1 }
    }
  }

  func value(at offset: Int) -> JSONValue? {
    guard let range = ranges[offset], !range.isEmpty else { return nil }
    return block.slice(range).withUnsafeBytes {
      try? JSONValue.parse($0, maxDepth: PayloadFormat.maxDepth)
    }
  }
}
