package import JSONCodec

/// Cuts text into the tokens that text conditions compare.
package struct TextTokenizer: Equatable, Sendable {
  package enum Kind: String, Sendable {
    /// Runs of letters and digits.
    case word
    /// Runs of anything but white space.
    case whitespace
    /// Of words: every prefix in the stored text, the longest allowed one in the query.
    case prefix
    /// As `word`, and every ideograph or kana is a token of its own.
    case multilingual
  }

  package var kind = Kind.word
  package var lowercases = true
  package var foldsToASCII = false
  /// In characters (Unicode scalars).
  package var minimumLength = 0
  package var maximumLength = Int.max
  package var stopwords: Set<String> = []

  package init() {}

  /// As a text index's parameters describe it; unknown ones are ignored.
  package init(parameters: JSONObject) {
    if case .string(let name) = parameters["tokenizer"], let kind = Kind(rawValue: name) {
      self.kind = kind
    }
    lowercases = parameters["lowercase"]?.asBool ?? true
    foldsToASCII = parameters["ascii_folding"]?.asBool ?? false
    if case .integer(let length) = parameters["min_token_len"] { minimumLength = Int(length) }
    if case .integer(let length) = parameters["max_token_len"] { maximumLength = Int(length) }
    var words = parameters["stopwords"]?.asArray ?? []
    words += parameters["stopwords"]?.asObject?["custom"]?.asArray ?? []
    stopwords = Set(words.compactMap(\.asString).map { lowercases ? $0.lowercased() : $0 })
  }

  /// The tokens of stored text, in order.
  package func tokens(ofDocument text: String) -> [String] {
    guard kind == .prefix else { return tokens(of: text) }
    return tokens(of: text, bounded: false).flatMap { word in
      let scalars = Array(word.unicodeScalars)
      let lengths = max(minimumLength, 1)...max(minimumLength, 1, min(maximumLength, scalars.count))
      return lengths.filter { $0 <= scalars.count }.map { Self.text(scalars[..<$0]) }
    }
  }

  /// The tokens of a query, in order.
  package func tokens(ofQuery text: String) -> [String] {
    guard kind == .prefix else { return tokens(of: text) }
    return tokens(of: text, bounded: false).compactMap { word in
      let scalars = Array(word.unicodeScalars)
      guard scalars.count >= max(minimumLength, 1) else { return nil }
      return Self.text(scalars[..<min(scalars.count, maximumLength)])
    }
  }

  private func tokens(of text: String, bounded: Bool = true) -> [String] {
    var tokens: [String] = []
    var token = String.UnicodeScalarView()
    let finish = {
      if !token.isEmpty, let normal = normalized(String(token), bounded: bounded) {
        tokens.append(normal)
      }
      token.removeAll()
    }
    for scalar in text.unicodeScalars {
      if kind == .multilingual && Self.standsAlone(scalar) {
        finish()
        token.append(scalar)
        finish()
      } else if isPart(scalar) {
        token.append(scalar)
      } else {
        finish()
      }
    }
    finish()
    return tokens
  }

  private func isPart(_ scalar: UnicodeScalar) -> Bool {
    if kind == .whitespace { return !scalar.properties.isWhitespace }
    if scalar.isASCII {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9": return true
      default: return false
      }
    }
    return scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }

  private static func standsAlone(_ scalar: UnicodeScalar) -> Bool {
    (0x3040...0x30FF).contains(scalar.value) || scalar.properties.isIdeographic
  }

  private func normalized(_ token: String, bounded: Bool) -> String? {
    var token = lowercases ? token.lowercased() : token
    if foldsToASCII { token = Self.folded(token) }
    if stopwords.contains(token) { return nil }
    guard bounded else { return token }
    let length = token.unicodeScalars.count
    return length >= minimumLength && length <= maximumLength ? token : nil
  }

  /// Latin letters without their marks.
  private static func folded(_ token: String) -> String {
    var folded = ""
    for character in token {
      if character.isASCII {
        folded.append(character)
      } else if let letter = foldings[character] {
        folded += letter
      } else {
        folded.append(character)
      }
    }
    return folded
  }

  /// Swift's characters are equal under canonical equivalence, so `e` with a combining acute stands
  /// for the precomposed `é` too.
  private static let foldings: [Character: String] = {
    var table: [Character: String] = [
      "ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D",
      "ł": "l", "Ł": "L", "þ": "th", "Þ": "TH", "ð": "d", "Ð": "D", "ı": "i", "ħ": "h", "Ħ": "H",
    ]
    for letter in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".unicodeScalars {
      for mark in (0x300...0x338).compactMap(UnicodeScalar.init) {
        var scalars = String.UnicodeScalarView()
        scalars.append(letter)
        scalars.append(mark)
        table[Character(String(scalars))] = String(letter)
      }
    }
    return table
  }()

  private static func text(_ scalars: ArraySlice<UnicodeScalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }
}
