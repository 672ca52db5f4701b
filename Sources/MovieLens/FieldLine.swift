import DataFiles

/// One line of a file of users or movies, cut into its fields.
struct FieldLine {
  enum Separator {
    case doubleColon
    case bar
    /// Fields may stand in quotes, a quote inside them doubled.
    case comma
  }

  let path: String
  let number: Int
  let fields: [String]

  /// Reads every line that is not blank. Text is UTF-8; in the older formats a line that is not is
  /// taken for Latin-1, which ML-1M and ML-100K are and ML-10M is not.
  ///
  /// - Parameters:
  ///   - header: the first line, when it must be this and is not a record.
  ///   - expected: what a line looks like, for the error when `body` returns false.
  static func forEach(
    in path: String, separator: Separator, header: String? = nil, expected: String,
    _ body: (FieldLine) throws(MovieLensError) -> Bool
  ) throws(MovieLensError) {
    let file = try TextFile.open(path)
    try file.forEachLine { (bytes, number) throws(MovieLensError) in
      if bytes.isEmpty { return }
      let text = decode(bytes, allowsLatin1: separator != .comma)
      if let header, number == 1 {
        if text == header { return }
        throw .malformedLine(path: path, line: number, expected: "the header \(header)")
      }
      guard let text, let fields = split(text, separator),
        try body(FieldLine(path: path, number: number, fields: fields))
      else { throw .malformedLine(path: path, line: number, expected: expected) }
    }
  }

  /// The field as an unsigned number, or nil when there is none there.
  func integer(_ index: Int) -> UInt32? {
    fields.indices.contains(index) ? UInt32(fields[index]) : nil
  }

  private static func decode(_ bytes: [UInt8], allowsLatin1: Bool) -> String? {
    allowsLatin1 ? DataText.decode(bytes) : String(validating: bytes, as: UTF8.self)
  }

  private static func split(_ text: String, _ separator: Separator) -> [String]? {
    switch separator {
    case .doubleColon:
      text.split(separator: "::", omittingEmptySubsequences: false).map(String.init)
    case .bar: text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    case .comma: splitQuoted(text)
    }
  }

  /// Nil when a quote is not closed, or text follows a closing quote.
  private static func splitQuoted(_ text: String) -> [String]? {
    var fields: [String] = []
    var field = String.UnicodeScalarView()
    var isQuoted = false
    var isClosed = false
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      switch scalar {
      case "\"" where isQuoted && rest.first == "\"":
        rest.removeFirst()
        field.append("\"")
      case "\"" where isQuoted: (isQuoted, isClosed) = (false, true)
      case "\"" where field.isEmpty && !isClosed: isQuoted = true
      case "," where !isQuoted:
        fields.append(String(field))
        field.removeAll()
        isClosed = false
      case _ where isClosed: return nil
      default: field.append(scalar)
      }
    }
    guard !isQuoted else { return nil }
    return fields + [String(field)]
  }
}
