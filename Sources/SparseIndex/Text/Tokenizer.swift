/// Cuts text into words. What counts as a letter or digit is Unicode's: alphabetic, or a number.
package enum Tokenizer: String, Sendable, CaseIterable {
  /// Runs of letters and digits.
  case word
  /// Runs of anything but white space.
  case whitespace
  /// Words, and in documents every beginning of each: `sea` gives `s`, `se`, `sea`.
  case prefix
  /// Words; in scripts written without spaces every character is a word. (Qdrant cuts those by
  /// dictionary.)
  case multilingual
  /// Words; kept apart in the configuration only.
  case code

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
  func forEachWord(of text: String, _ body: (Substring) -> Bool) {
    let scalars = text.unicodeScalars
    var start: String.Index?
    var index = scalars.startIndex
    while index < scalars.endIndex {
      let scalar = scalars[index]
      let next = scalars.index(after: index)
      if self == .multilingual, scalar.isWrittenWithoutSpaces {
        if let begun = start, !body(text[begun..<index]) { return }
        guard body(text[index..<next]) else { return }
        start = nil
      } else if belongsToWord(scalar) {
        if start == nil { start = index }
      } else if let begun = start {
        guard body(text[begun..<index]) else { return }
        start = nil
      }
      index = next
    }
    if let start { _ = body(text[start...]) }
  }

  private func belongsToWord(_ scalar: Unicode.Scalar) -> Bool {
    self == .whitespace ? !scalar.properties.isWhitespace : scalar.isLetterOrDigit
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
