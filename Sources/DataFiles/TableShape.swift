import JSONCodec
import StorageIO

/// The layout of a table of text, as its first lines show it.
package struct TableShape: Equatable, Sendable {
  package enum Layout: Equatable, Sendable {
    /// Fields between these bytes.
    case separated(by: [UInt8])
    /// One JSON object a line.
    case jsonLines
  }

  package var layout: Layout
  /// From the header, or the names of the first objects' members; nil where there are none.
  package var columnNames: [String]?
  /// The greatest number of columns among the first records.
  package var columnCount: Int

  /// A user's own statements about the shape, which win over what is found.
  package struct Options: Equatable, Sendable {
    /// One character, or several such as `::`.
    package var separator: String?
    package var hasHeader: Bool?

    package init(separator: String? = nil, hasHeader: Bool? = nil) {
      self.separator = separator
      self.hasHeader = hasHeader
    }
  }

  /// Tried in this order: where several cut as many lines alike, the first is it.
  private static let candidates = ["\t", "::", ";", ",", "|", " "]

  /// - Parameters:
  ///   - lines: the first ones that are not blank, without their newlines.
  ///   - isHeaderName: whether a column of that (folded) name shows that the line is a header.
  init(
    of lines: [ArraySlice<UInt8>], _ options: Options, isHeaderName: (String) -> Bool
  ) {
    if options.separator == nil, lines.first?.first == UInt8(ascii: "{") {
      layout = .jsonLines
      var names: [String] = []
      for line in lines {
        guard case .object(let object)? = try? JSONValue.parse(Array(line)) else { continue }
        for member in object.members
        where !names.contains(where: { $0.hasSameBytes(as: member.name) }) {
          names.append(member.name)
        }
      }
      (columnNames, columnCount) = (names, names.count)
      return
    }
    let separator = options.separator ?? Self.guessSeparator(lines)
    let records = lines.map { Self.fields($0, separator) }
    layout = .separated(by: Array(separator.utf8))
    columnCount = records.map(\.count).max() ?? 0
    let first = records.first ?? []
    if options.hasHeader ?? Self.isHeader(first, before: records.dropFirst().first, isHeaderName) {
      columnNames = first
      columnCount = max(columnCount, first.count)
    }
  }

  /// `User-ID` and `user_id` are the same name.
  package static func folded(_ name: String) -> String {
    String(
      decoding: name.lowercased().utf8.filter { byte in
        (0x61...0x7A).contains(byte) || byte.isDigit || byte >= 0x80
      }, as: UTF8.self)
  }

  /// For messages: `tab`, `','`, `JSON lines`.
  package var name: String {
    switch layout {
    case .jsonLines: "JSON lines"
    case .separated([UInt8(ascii: "\t")]): "separated by tabs"
    case .separated([UInt8(ascii: " ")]): "separated by spaces"
    case .separated(let bytes): "separated by '\(String(decoding: bytes, as: UTF8.self))'"
    }
  }

  /// The candidate that cuts the most lines into one same number of fields: columns are as many on
  /// every line, commas in text are not.
  private static func guessSeparator(_ lines: [ArraySlice<UInt8>]) -> String {
    var best = (separator: ",", lineCount: 0)
    for candidate in candidates {
      var lineCounts: [Int: Int] = [:]
      for line in lines {
        let fieldCount = fields(line, candidate).count
        if fieldCount >= 2 { lineCounts[fieldCount, default: 0] += 1 }
      }
      let lineCount = lineCounts.values.max() ?? 0
      if lineCount > best.lineCount { best = (candidate, lineCount) }
    }
    return best.separator
  }

  /// None for a line that is not a whole record.
  private static func fields(_ line: ArraySlice<UInt8>, _ separator: String) -> [String] {
    var record = RecordFields(separator: Array(separator.utf8))
    guard record.split(line) == .complete else { return [] }
    return record.fields.map { DataText.decode(record.bytes[$0]) }
  }

  private static func isHeader(
    _ first: [String], before second: [String]?, _ isHeaderName: (String) -> Bool
  ) -> Bool {
    if first.contains(where: { isHeaderName(folded($0)) }) { return true }
    func isNumber(_ text: String) -> Bool { Double(text) != nil }
    guard let second else { return false }
    return !first.contains(where: isNumber) && second.contains(where: isNumber)
  }
}
