extension String {
  /// Accents and other marks taken off Latin letters, and the Latin letters that have no ASCII base
  /// spelled with ASCII ones (`Straße` → `Strasse`). Everything else stays.
  package var foldedToASCII: String {
    if utf8.allSatisfy({ $0 < 0x80 }) { return self }
    var folded = String.UnicodeScalarView()
    var afterASCII = false
    for scalar in normalized(to: .compatibilityDecomposition).unicodeScalars {
      if scalar.isASCII {
        folded.append(scalar)
        afterASCII = true
      } else if let spelling = latinSpellings[scalar] {
        folded.append(contentsOf: spelling.unicodeScalars)
        afterASCII = true
      } else if afterASCII, scalar.properties.generalCategory == .nonspacingMark {
        continue
      } else {
        folded.append(scalar)
        afterASCII = false
      }
    }
    return String(folded).normalized(to: .composition)
  }
}

extension String {
  /// Compatible characters made one, lower case, and accents taken off where they only tell how a
  /// letter sounds: off Latin and Greek letters, Hebrew, Arabic and Thai ones. (`Æ` and `œ` are two
  /// letters.)
  package var foldedForEveryLanguage: String {
    if utf8.allSatisfy({ $0 < 0x80 }) { return lowercased() }
    var folded = String.UnicodeScalarView()
    var afterAccented = false
    for scalar in normalized(to: .compatibilityDecomposition).lowercased().unicodeScalars {
      if scalar.properties.generalCategory == .nonspacingMark {
        if afterAccented { continue }
        folded.append(scalar)
        continue
      }
      afterAccented = scalar.losesAccents
      switch scalar {
      case "æ": folded.append(contentsOf: "ae".unicodeScalars)
      case "œ": folded.append(contentsOf: "oe".unicodeScalars)
      default: folded.append(scalar)
      }
    }
    // Voiced kana and Hangul are single letters again.
    return String(folded).normalized(to: .composition)
  }
}

extension Unicode.Scalar {
  fileprivate var losesAccents: Bool {
    switch value {
    case 0x41...0x24F, 0x1E00...0x1EFF, 0x370...0x3FF, 0x1F00...0x1FFF, 0x590...0x6FF,
      0x0E00...0x0EFF:
      true
    default: false
    }
  }
}

private let latinSpellings: [Unicode.Scalar: String] = [
  "ß": "ss", "ẞ": "SS", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Ø": "O", "ø": "o", "Đ": "D",
  "đ": "d", "Ð": "D", "ð": "d", "Þ": "TH", "þ": "th", "Ł": "L", "ł": "l", "Ħ": "H", "ħ": "h",
  "ı": "i", "Ŋ": "N", "ŋ": "n", "Ŧ": "T", "ŧ": "t", "ĸ": "q", "Ə": "A", "ə": "a", "ƒ": "f",
  "’": "'", "‘": "'", "“": "\"", "”": "\"", "–": "-", "—": "-",
]
