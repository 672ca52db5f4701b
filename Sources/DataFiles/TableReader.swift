import JSONCodec

/// Reads a table of text record by record: separated fields with quotes, or JSON lines.
///
/// A byte order mark, carriage returns (also without newlines), blank lines and a missing last newline are
/// no matter; neither is a first line `sep=;`, which spreadsheets write and heed. Keeps a few megabytes,
/// whatever the size of the file.
///
///     var reader = try TableReader("books.csv")
///     while try reader.next() { use(reader.field(0), reader.lineNumber) }
package struct TableReader {
  package let path: String
  package let shape: TableShape
  /// Where the record at hand begins; from 1.
  package private(set) var lineNumber = 0

  /// A longer record means that a quote is missing, or that this is not text.
  package static let maxRecordByteCount = TextFile.maxLineByteCount
  private static let blockByteCount = 1 << 20
  private static let sampledLineCount = 32

  private let source: ByteSource
  /// The byte that ends a line: a carriage return where the file has no newlines.
  private let newline: UInt8
  /// Invariant: bytes that were read and not given out are at `buffer[start..<end]`.
  private var buffer: [UInt8]
  private var start = 0
  private var end = 0
  private var isAtEnd = false
  private var nextLineNumber = 1
  private var record: RecordFields
  private var lineRange = 0..<0
  private var columnsByName: [ByteString: Int] = [:]

  /// - Parameters:
  ///   - path: see `ByteSource`.
  ///   - isHeaderName: whether a column of that folded name shows that the first line is a header.
  package init(
    _ path: String, _ options: TableShape.Options = .init(),
    isHeaderName: (String) -> Bool = { _ in false }
  ) throws(DataFileError) {
    source = try ByteSource(path)
    self.path = source.name
    // A block, and what was read before of a record and of a line that goes on with it.
    buffer = [UInt8](repeating: 0, count: Self.blockByteCount + 2 * Self.maxRecordByteCount + 2)
    // The first lines must be whole for the shape to be guessed.
    var byteCount = 0
    while !isAtEnd, byteCount < 1 << 16 {
      try Self.fill(&buffer, &byteCount, &isAtEnd, source)
    }
    end = byteCount
    if buffer[..<end].starts(with: [0xEF, 0xBB, 0xBF]) { start = 3 }
    let sample = buffer[start..<end]
    newline = !sample.contains(0x0A) && sample.contains(0x0D) ? 0x0D : 0x0A
    var options = options
    let firstLineEnd = sample.firstIndex(of: newline) ?? end
    if firstLineEnd < end, let separator = Self.statedSeparator(buffer[start..<firstLineEnd]) {
      options.separator = options.separator ?? separator
      start = firstLineEnd + 1
      nextLineNumber += 1
    }
    let lines = Self.firstLines(buffer[start..<end], newline, isWhole: isAtEnd)
    if let first = lines.first, Self.isMarkup(first) {
      throw .unusable(
        path: self.path, reason: "is HTML or XML, not a table: see what has been downloaded")
    }
    shape = TableShape(of: lines, options, isHeaderName: isHeaderName)
    switch shape.layout {
    case .separated(let separator): record = RecordFields(separator: separator)
    case .jsonLines:
      record = RecordFields(separator: [0])
      for (index, name) in (shape.columnNames ?? []).enumerated() { columnsByName[name] = index }
      return
    }
    if let first = lines.first, first.first == UInt8(ascii: "["),
      (first.dropFirst().first { $0 > 0x20 } ?? UInt8(ascii: "{")) == UInt8(ascii: "{")
    {
      throw .unusable(
        path: self.path, reason: "is one JSON array; make lines of it: jq -c '.[]'")
    }
    if shape.columnNames != nil { _ = try next() }
  }

  /// Goes to the next record.
  /// - Returns: false at the end.
  /// - Throws: `.malformedLine`; calling again goes on with the line after it.
  package mutating func next() throws(DataFileError) -> Bool {
    while let lineEnd = try lineEnd(from: start) {
      lineNumber = nextLineNumber
      nextLineNumber += 1
      lineRange = start..<lineEnd
      let line = buffer[lineRange]
      if line.allSatisfy({ $0 <= 0x20 }) {
        start = lineEnd + 1
        continue
      }
      if case .jsonLines = shape.layout {
        start = lineEnd + 1
        try takeObject(line)
        return true
      }
      switch record.split(line) {
      case .complete: start = lineEnd + 1
      case .malformed:
        start = lineEnd + 1
        throw malformed("a separator after the closing quote")
      case .open: try continueRecord(lineEnd)
      }
      return true
    }
    return false
  }

  /// The record as it stands in JSON lines, with the members that are not fields.
  package var line: ArraySlice<UInt8> { buffer[lineRange] }

  /// How many fields the record has.
  package var fieldCount: Int { record.fields.count }

  /// The bytes of a field; none where the record has no such field.
  package func field(_ column: Int) -> ArraySlice<UInt8> {
    column < record.fields.count ? record.bytes[record.fields[column]] : []
  }

  package func malformed(_ expected: String) -> DataFileError {
    .malformedLine(path: path, line: lineNumber, expected: expected)
  }

  /// A quote is open at the end of the line: the record goes on.
  private mutating func continueRecord(_ firstLineEnd: Int) throws(DataFileError) {
    let firstByteCount = firstLineEnd - start
    var byteCount = firstByteCount
    var lineCount = 0
    while byteCount < Self.maxRecordByteCount,
      let lineEnd = try lineEnd(from: start + byteCount + 1)
    {
      byteCount = lineEnd - start
      lineCount += 1
      let outcome = record.split(buffer[start..<lineEnd], goesOn: true)
      if outcome == .open { continue }
      start = lineEnd + 1
      nextLineNumber += lineCount
      if outcome == .malformed { throw malformed("a separator after the closing quote") }
      return
    }
    start += firstByteCount + 1
    throw malformed("a closing quote for the one that is opened here")
  }

  private mutating func takeObject(_ line: ArraySlice<UInt8>) throws(DataFileError) {
    var values: [(column: Int, text: String)] = []
    do throws(JSONError) {
      values = try JSONReader.read(Array(line)) { (reader) throws(JSONError) in
        var values: [(column: Int, text: String)] = []
        try reader.beginObject()
        while let name = try reader.nextName() {
          guard let column = columnsByName[name] else {
            try reader.skipValue()
            continue
          }
          switch try reader.peekKind() {
          case .string: values.append((column, try reader.readString()))
          case .number: values.append((column, try reader.readNumber().description))
          default: try reader.skipValue()
          }
        }
        return values
      }
    } catch {
      throw malformed("a JSON object: \(error.message) at column \(error.column)")
    }
    record.take(values, columnCount: columnsByName.count)
  }

  // MARK: - Lines

  /// Where the line that `position` is in ends; nil when nothing is there. Moves what was read to
  /// the front of the buffer when there is more to read, so that `start` changes, and with it
  /// every position: callers keep distances from it.
  private mutating func lineEnd(from position: Int) throws(DataFileError) -> Int? {
    let distance = position - start
    var searched = distance
    while true {
      let unsearched = buffer[start + searched..<max(end, start + searched)]
      if let index = unsearched.firstIndex(of: newline) {
        guard index - start - distance <= Self.maxRecordByteCount else { throw tooLong }
        return index
      }
      searched = end - start
      guard !isAtEnd else {
        guard searched > distance else { return nil }
        // The last line has no newline, and gets one.
        buffer[end] = newline
        end += 1
        return end - 1
      }
      guard searched - distance <= Self.maxRecordByteCount else { throw tooLong }
      if start > 0 {
        buffer.withUnsafeMutableBytes { bytes in
          bytes.baseAddress!.copyMemory(from: bytes.baseAddress! + start, byteCount: searched)
        }
        (start, end) = (0, searched)
      }
      try Self.fill(&buffer, &end, &isAtEnd, source)
    }
  }

  private var tooLong: DataFileError {
    .unusable(
      path: path,
      reason: "has a line of more than \(Self.maxRecordByteCount) bytes, line \(nextLineNumber)")
  }

  private static func fill(
    _ buffer: inout [UInt8], _ end: inout Int, _ isAtEnd: inout Bool, _ source: ByteSource
  ) throws(DataFileError) {
    var failure: DataFileError?
    let from = end
    let count = buffer.withUnsafeMutableBytes { bytes in
      do throws(DataFileError) {
        // One byte stays for the last newline.
        return try source.read(
          into: UnsafeMutableRawBufferPointer(rebasing: bytes[from..<bytes.count - 1]))
      } catch {
        failure = error
        return 0
      }
    }
    if let failure { throw failure }
    end += count
    isAtEnd = count == 0
  }

  private static func firstLines(
    _ bytes: ArraySlice<UInt8>, _ newline: UInt8, isWhole: Bool
  ) -> [ArraySlice<UInt8>] {
    var lines = bytes.split(
      separator: newline, maxSplits: 4 * sampledLineCount, omittingEmptySubsequences: true)
    if lines.count > 1, !isWhole || lines.count > 4 * sampledLineCount { lines.removeLast() }
    return lines.map { $0.last == 0x0D ? $0.dropLast() : $0 }
      .filter { line in !line.allSatisfy { $0 <= 0x20 } }
      .prefix(sampledLineCount).map { $0 }
  }

  /// The character after `sep=`, where that is all that a first line says.
  private static func statedSeparator(_ line: ArraySlice<UInt8>) -> String? {
    let line = line.last == 0x0D ? line.dropLast() : line
    guard line.count == 5, let separator = line.last, separator < 0x80,
      separator != UInt8(ascii: "\"")
    else { return nil }
    let text = String(decoding: line.dropLast(), as: UTF8.self)
    return text.lowercased() == "sep=" ? String(UnicodeScalar(separator)) : nil
  }

  /// Whether a first line begins as pages of HTML and XML do.
  private static func isMarkup(_ line: ArraySlice<UInt8>) -> Bool {
    let text = String(decoding: line.drop { $0 <= 0x20 }.prefix(9), as: UTF8.self).lowercased()
    return ["<!doctype", "<html", "<?xml"].contains(where: text.hasPrefix)
  }
}
