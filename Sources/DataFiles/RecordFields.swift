/// One record of a table of text, cut into its fields.
///
/// A field that begins with a quote ends with one: a separator or a newline inside is text, and a
/// quote is doubled or has a backslash before it. White space around other fields is not part of them; spaces
/// that separate may be several, also before the first field and behind the last.
struct RecordFields {
  enum Outcome {
    case complete
    /// A quote is not closed.
    case open
    /// Text follows a closing quote.
    case malformed
  }

  /// At least one byte.
  let separator: [UInt8]
  /// The bytes that the ranges in `fields` refer to.
  private(set) var bytes: [UInt8] = []
  private(set) var fields: [Range<Int>] = []
  /// After `.open`: how many bytes of the record were taken, and where its open field begins in `bytes`.
  private var openField: (taken: Int, start: Int)?

  /// Tables between `::`, and those between spaces, know no quotes.
  private var knowsQuotes: Bool { separator.count == 1 && separator[0] != UInt8(ascii: " ") }
  /// Tables between tabs rarely mean anything by a quote.
  private var mayBeLiteral: Bool { separator == [UInt8(ascii: "\t")] }

  init(separator: [UInt8]) {
    precondition(!separator.isEmpty)
    self.separator = separator
  }

  /// Takes a record without its newline; an empty one has one empty field.
  /// - Parameter goesOn: the record is the one that was `.open`, and more: what was taken of it is not
  ///   taken again.
  mutating func split(_ record: ArraySlice<UInt8>, goesOn: Bool = false) -> Outcome {
    if goesOn, let openField { return splitQuoted(record, from: openField) }
    fields.removeAll(keepingCapacity: true)
    bytes.removeAll(keepingCapacity: true)
    if knowsQuotes, record.contains(UInt8(ascii: "\"")) {
      let outcome = splitQuoted(record)
      guard outcome != .complete, mayBeLiteral else { return outcome }
      fields.removeAll(keepingCapacity: true)
      bytes.removeAll(keepingCapacity: true)
    }
    bytes.append(contentsOf: record)
    splitPlain()
    return .complete
  }

  private mutating func splitPlain() {
    let (first, width) = (separator[0], separator.count)
    var start = 0
    var position = 0
    while position < bytes.count {
      if bytes[position] == first, width == 1 || hasSeparator(at: position) {
        takePlain(start..<position)
        position += width
        start = position
      } else {
        position += 1
      }
    }
    takePlain(start..<bytes.count)
  }

  private mutating func takePlain(_ range: Range<Int>) {
    let field = trimmed(range)
    if separator == [UInt8(ascii: " ")], field.isEmpty { return }
    fields.append(field)
  }

  private func hasSeparator(at position: Int) -> Bool {
    bytes[position...].starts(with: separator)
  }

  /// - Parameter open: where an open field goes on; see `openField`.
  private mutating func splitQuoted(
    _ record: ArraySlice<UInt8>, from open: (taken: Int, start: Int)? = nil
  ) -> Outcome {
    let separator = separator[0]
    var position = record.startIndex + (open?.taken ?? 0)
    /// Where the quoted field at hand begins in `bytes`.
    var quotedStart = open?.start
    openField = nil
    while true {
      if quotedStart == nil {
        while position < record.endIndex, isSpace(record[position]) { position += 1 }
        if position < record.endIndex, record[position] == UInt8(ascii: "\"") {
          position += 1
          quotedStart = bytes.count
        }
      }
      if let start = quotedStart {
        guard takeQuoted(record, &position) else {
          openField = (position - record.startIndex, start)
          return .open
        }
        fields.append(start..<bytes.count)
        quotedStart = nil
        while position < record.endIndex, isSpace(record[position]) { position += 1 }
        guard position < record.endIndex else { return .complete }
        guard record[position] == separator else { return .malformed }
      } else {
        let start = bytes.count
        while position < record.endIndex, record[position] != separator {
          bytes.append(record[position])
          position += 1
        }
        fields.append(trimmed(start..<bytes.count))
        guard position < record.endIndex else { return .complete }
      }
      position += 1
    }
  }

  /// Takes the text of a quoted field, and the quote that closes it.
  /// - Returns: whether there is one.
  private mutating func takeQuoted(_ record: ArraySlice<UInt8>, _ position: inout Int) -> Bool {
    let quote = UInt8(ascii: "\"")
    while position < record.endIndex {
      let byte = record[position]
      let next = position + 1 < record.endIndex ? record[position + 1] : nil
      switch (byte, next) {
      case (quote, quote):
        bytes.append(quote)
        position += 2
      case (UInt8(ascii: "\\"), quote):
        // A backslash may also be the last character before the closing quote.
        let after = position + 2 < record.endIndex ? record[position + 2] : separator[0]
        if after == separator[0] || after == UInt8(ascii: "\r") {
          bytes.append(byte)
          position += 1
        } else {
          bytes.append(quote)
          position += 2
        }
      case (quote, _):
        position += 1
        return true
      default:
        bytes.append(byte)
        position += 1
      }
    }
    return false
  }

  private func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, isSpace(bytes[start]) { start += 1 }
    while start < end, isSpace(bytes[end - 1]) { end -= 1 }
    return start..<end
  }

  private func isSpace(_ byte: UInt8) -> Bool {
    (byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r"))
      && byte != separator[0]
  }
}

extension RecordFields {
  /// Takes the members of a JSON object that are `columns`' for fields; those that are missing or
  /// null are empty.
  mutating func take(_ values: [(column: Int, text: String)], columnCount: Int) {
    bytes.removeAll(keepingCapacity: true)
    fields = Array(repeating: 0..<0, count: columnCount)
    for (column, text) in values {
      let start = bytes.count
      bytes.append(contentsOf: text.utf8)
      fields[column] = start..<bytes.count
    }
  }
}
