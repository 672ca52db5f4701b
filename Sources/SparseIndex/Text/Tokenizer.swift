/// Cuts text into words. What counts as a letter or digit is Unicode's: alphabetic, or a number.
package enum Tokenizer: String, Sendable, CaseIterable {
  /// Runs of letters and digits.
  case word
  /// Runs of anything but white space.
  case whitespace
  /// Words, and in documents every beginning of each: `sea` gives `s`, `se`, `sea`.
  case prefix
  /// Words in lower case and without accents; those without a letter are left out. In scripts written
  /// without spaces every character is a word. (Qdrant cuts those by dictionary.)
  case multilingual
  /// The parts of identifiers and, in lower case, the whole of those that have several: `getUserName`
  /// and `get_user_name` both give `get`, `user`, `name` and `getusername`.
  case code

  /// The version of the rules above; grows when they change.
  var revision: Int64 {
    switch self {
    case .word, .whitespace, .prefix: 1
    case .multilingual, .code: 2
    }
  }

  /// The words of the text, as written and in order.
  package func words(of text: String) -> [Substring] {
    var words: [Substring] = []
    forEachWord(of: text) { word in
      words.append(word)
      return true
    }
    return words
  }

  /// Calls `body` with one word after the other, until it returns false.
  /// - Parameter joinsParts: whether identifiers in code are words themselves beside their parts.
  func forEachWord(of text: String, joinsParts: Bool = true, _ body: (Substring) -> Bool) {
    switch self {
    case .word, .whitespace, .prefix: _ = forEachRun(of: text, body)
    case .multilingual:
      _ = forEachRun(of: text.foldedForEveryLanguage) { word in
        !word.unicodeScalars.contains { $0.properties.isAlphabetic } || body(word)
      }
    case .code:
      _ = forEachRun(of: text) { identifier in
        let parts = CodeParts.of(identifier)
        for part in parts where !body(part) { return false }
        guard joinsParts, parts.count > 1 else { return true }
        return body(Substring(parts.joined()))
      }
    }
  }

  /// - Returns: false when `body` did.
  private func forEachRun(of text: String, _ body: (Substring) -> Bool) -> Bool {
    let scalars = text.unicodeScalars
    var start: String.Index?
    var index = scalars.startIndex
    while index < scalars.endIndex {
      let scalar = scalars[index]
      let next = scalars.index(after: index)
      if self == .multilingual, scalar.isWrittenWithoutSpaces {
        if let begun = start, !body(text[begun..<index]) { return false }
        guard body(text[index..<next]) else { return false }
        start = nil
      } else if belongsToWord(scalar) {
        if start == nil { start = index }
      } else if let begun = start {
        guard body(text[begun..<index]) else { return false }
        start = nil
      }
      index = next
    }
    guard let start else { return true }
    return body(text[start...])
  }

  private func belongsToWord(_ scalar: Unicode.Scalar) -> Bool {
    switch self {
    case .whitespace: !scalar.properties.isWhitespace
    case .code: scalar == "_" || scalar.isLetterOrDigit
    case .multilingual:
      scalar.isLetterOrDigit || scalar.properties.generalCategory == .nonspacingMark
    case .word, .prefix: scalar.isLetterOrDigit
    }
  }
}

/// The parts that an identifier is made of: between underscores, before a capital letter behind another
/// letter or digit, and before the last of several capital letters that a small one follows.
private enum CodeParts {
  static func of(_ identifier: Substring) -> [Substring] {
    var parts: [Substring] = []
    let scalars = identifier.unicodeScalars
    var start: String.Index?
    /// Whether the part has a letter already: digits alone do not part from a capital.
    var hasLetter = false
    var previous: Unicode.Scalar?
    var index = scalars.startIndex
    while index < scalars.endIndex {
      let scalar = scalars[index]
      let next = scalars.index(after: index)
      if scalar == "_" {
        if let begun = start { parts.append(identifier[begun..<index]) }
        (start, hasLetter, previous) = (nil, false, nil)
        index = next
        continue
      }
      if let begun = start, let previous, scalar.properties.isUppercase, hasLetter {
        let endsCapitals =
          previous.properties.isUppercase && next < scalars.endIndex
          && scalars[next].properties.isLowercase
        if !previous.properties.isUppercase || endsCapitals {
          parts.append(identifier[begun..<index])
          (start, hasLetter) = (index, false)
        }
      }
      if start == nil { start = index }
      if scalar.properties.isAlphabetic { hasLetter = true }
      previous = scalar
      index = next
    }
    if let start { parts.append(identifier[start...]) }
    return parts
  }
}

extension Unicode.Scalar {
  fileprivate var isLetterOrDigit: Bool {
    if value < 0x80 {
      let folded = value | 0x20
      return folded >= 0x61 && folded <= 0x7A || value >= 0x30 && value <= 0x39
    }
    if properties.isAlphabetic { return true }
    switch properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: return true
    default: return false
    }
  }

  /// Han, Hiragana, Katakana, Thai, Lao, Khmer, Myanmar.
  fileprivate var isWrittenWithoutSpaces: Bool {
    switch value {
    case 0x0E01...0x0E30, 0x0E32...0x0E33, 0x0E40...0x0E46, 0x0E81...0x0EB0, 0x0EC0...0x0EC4,
      0x1000...0x102A, 0x1780...0x17B3, 0x3041...0x3096, 0x30A1...0x30FA, 0x3400...0x4DBF,
      0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x323AF:
      true
    default: false
    }
  }
}
