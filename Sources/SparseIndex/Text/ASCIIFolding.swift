import Foundation

extension String {
  /// Accents and other marks taken off Latin letters, and the Latin letters that have no ASCII base
  /// spelled with ASCII ones (`Straße` → `Strasse`). Everything else stays.
  package var foldedToASCII: String {
    if utf8.allSatisfy({ $0 < 0x80 }) { return self }
    var folded = String.UnicodeScalarView()
    var afterASCII = false
    for scalar in decomposedStringWithCompatibilityMapping.unicodeScalars {
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
    return String(folded).precomposedStringWithCanonicalMapping
  }
}

private let latinSpellings: [Unicode.Scalar: String] = [
  "ß": "ss", "ẞ": "SS", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Ø": "O", "ø": "o", "Đ": "D",
  "đ": "d", "Ð": "D", "ð": "d", "Þ": "TH", "þ": "th", "Ł": "L", "ł": "l", "Ħ": "H", "ħ": "h",
  "ı": "i", "Ŋ": "N", "ŋ": "n", "Ŧ": "T", "ŧ": "t", "ĸ": "q", "Ə": "A", "ə": "a", "ƒ": "f",
  "’": "'", "‘": "'", "“": "\"", "”": "\"", "–": "-", "—": "-",
]
