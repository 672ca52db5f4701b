package import JSONCodec

/// Why text parameters cannot be used; the text names the parameter.
package struct InvalidTextParameters: Error, Equatable, Sendable {
  package let description: String
}

extension TextAnalysis {
  /// Reads the parameters that full-text indexes and the BM25 model share: `tokenizer`, `lowercase`,
  /// `ascii_folding`, `stopwords`, `stemmer`, `min_token_len`, `max_token_len`. Unknown members are
  /// for others to judge.
  /// - Parameter language: whose stop words and stemmer to use where `stopwords` or `stemmer` is not
  ///   given; nil uses none.
  package init(
    parameters: JSONObject, language: Language? = nil
  ) throws(InvalidTextParameters) {
    self.init()
    if let name = try parameters.string("tokenizer") {
      guard let tokenizer = Tokenizer(rawValue: name) else {
        throw InvalidTextParameters(
          description: "tokenizer: unknown variant `\(name)`, expected one of "
            + Tokenizer.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", "))
      }
      self.tokenizer = tokenizer
    }
    lowercase = try parameters.bool("lowercase") ?? true
    asciiFolding = try parameters.bool("ascii_folding") ?? false
    minTokenLength = try parameters.count("min_token_len")
    maxTokenLength = try parameters.count("max_token_len")
    if let given = parameters["stopwords"], given != .null {
      stopwords = try Self.stopwords(given, lowercase)
    } else if let language {
      stopwords = Stopwords.words(of: language)
    }
    if let given = parameters["stemmer"], given != .null {
      stemmer = try Self.stemmer(given)
    } else if let language {
      stemmer = Stemmer(language)
    }
  }

  private static func stopwords(
    _ value: JSONValue, _ lowercase: Bool
  ) throws(InvalidTextParameters) -> Set<ByteString> {
    switch value {
    case .string(let language): return try words(of: language)
    case .object(let object):
      var stopwords: Set<ByteString> = []
      for language in try object.strings("languages") {
        stopwords.formUnion(try words(of: language))
      }
      for word in try object.strings("custom") {
        stopwords.insert(ByteString(lowercase ? word.lowercased() : word))
      }
      return stopwords
    default:
      throw InvalidTextParameters(
        description: "stopwords: expected a language or {languages, custom}")
    }
  }

  private static func words(of name: String) throws(InvalidTextParameters) -> Set<ByteString> {
    guard let language = Language(named: name), Language.withStopwords.contains(language) else {
      throw InvalidTextParameters(description: "stopwords: unknown language `\(name)`")
    }
    return Stopwords.words(of: language)
  }

  private static func stemmer(_ value: JSONValue) throws(InvalidTextParameters) -> Stemmer? {
    guard case .object(let object) = value else {
      throw InvalidTextParameters(description: "stemmer: expected {type, language}")
    }
    switch try object.string("type") {
    case "none": return nil
    case "snowball":
      guard let name = try object.string("language") else {
        throw InvalidTextParameters(description: "stemmer: missing field `language`")
      }
      guard let language = Language(named: name), let stemmer = Stemmer(language) else {
        throw InvalidTextParameters(description: "stemmer: unknown language `\(name)`")
      }
      return stemmer
    case let type:
      throw InvalidTextParameters(
        description: "stemmer: unknown type `\(type ?? "")`, expected `snowball` or `none`")
    }
  }
}

extension BM25 {
  /// Reads a document's `options`: `k`, `b`, `avg_len`, `language` (English when missing) and those of
  /// `TextAnalysis`.
  package init(options: JSONObject) throws(InvalidTextParameters) {
    let known: Set = [
      "k", "b", "avg_len", "language", "tokenizer", "lowercase", "ascii_folding", "stopwords",
      "stemmer", "min_token_len", "max_token_len",
    ]
    if let stranger = options.members.first(where: { !known.contains($0.name) }) {
      throw InvalidTextParameters(description: "unknown field `\(stranger.name)`")
    }
    let name = try options.string("language") ?? Language.english.rawValue
    let language = Language(named: name)
    // `none` is how older clients say that they want neither stop words nor stems.
    guard name == "none" || language.map(Language.withStopwords.contains) ?? false else {
      throw InvalidTextParameters(description: "unsupported language: \"\(name)\"")
    }
    self.init(analysis: try TextAnalysis(parameters: options, language: language))
    k = try options.number("k") ?? k
    b = try options.number("b") ?? b
    averageLength = try options.number("avg_len") ?? averageLength
    guard k >= 0 else { throw InvalidTextParameters(description: "k: must be 0.0 or larger") }
    guard 0...1 ~= b else { throw InvalidTextParameters(description: "b: must be from 0.0 to 1.0") }
    guard averageLength > 0 else {
      throw InvalidTextParameters(description: "avg_len: must be larger than 0.0")
    }
  }
}

extension JSONObject {
  fileprivate func string(_ name: String) throws(InvalidTextParameters) -> String? {
    switch self[name] {
    case nil, .null: return nil
    case .string(let value): return value
    default: throw InvalidTextParameters(description: "\(name): expected a string")
    }
  }

  fileprivate func bool(_ name: String) throws(InvalidTextParameters) -> Bool? {
    switch self[name] {
    case nil, .null: return nil
    case .bool(let value): return value
    default: throw InvalidTextParameters(description: "\(name): expected a boolean")
    }
  }

  fileprivate func count(_ name: String) throws(InvalidTextParameters) -> Int? {
    switch self[name] {
    case nil, .null: return nil
    case .integer(let value) where value >= 0: return Int(value)
    default: throw InvalidTextParameters(description: "\(name): expected a non-negative integer")
    }
  }

  fileprivate func number(_ name: String) throws(InvalidTextParameters) -> Double? {
    switch self[name] {
    case nil, .null: return nil
    case .integer(let value): return Double(value)
    case .double(let value) where value.isFinite: return value
    default: throw InvalidTextParameters(description: "\(name): expected a number")
    }
  }

  fileprivate func strings(_ name: String) throws(InvalidTextParameters) -> [String] {
    guard let value = self[name], value != .null else { return [] }
    guard case .array(let elements) = value else {
      throw InvalidTextParameters(description: "\(name): expected a list of strings")
    }
    var strings: [String] = []
    for element in elements {
      guard case .string(let string) = element else {
        throw InvalidTextParameters(description: "\(name): expected a list of strings")
      }
      strings.append(string)
    }
    return strings
  }
}
