package import JSONCodec

/// From text to the terms that are counted and compared. Each word goes through: folding to ASCII,
/// lower case, stop words, stemming, and the limits on its length (in Unicode scalars).
package struct TextAnalysis: Equatable, Sendable {
  package var tokenizer: Tokenizer
  package var lowercase: Bool
  package var asciiFolding: Bool
  /// Words that are left out; lower-case when `lowercase` is on.
  package var stopwords: Set<ByteString>
  package var stemmer: Stemmer?
  package var minTokenLength: Int?
  package var maxTokenLength: Int?

  /// The defaults of a full-text index.
  package init(
    tokenizer: Tokenizer = .word, lowercase: Bool = true, asciiFolding: Bool = false,
    stopwords: Set<ByteString> = [], stemmer: Stemmer? = nil, minTokenLength: Int? = nil,
    maxTokenLength: Int? = nil
  ) {
    self.tokenizer = tokenizer
    self.lowercase = lowercase
    self.asciiFolding = asciiFolding
    self.stopwords = stopwords
    self.stemmer = stemmer
    self.minTokenLength = minTokenLength
    self.maxTokenLength = maxTokenLength
  }

  /// Beginnings of words longer than this are not indexed, so that a text has not many times its
  /// length in terms.
  private static let maxPrefixLength = 128

  /// The terms of a text to be found, repeated as often as they occur.
  package func documentTerms(_ text: String) -> [String] {
    var terms: [String] = []
    forEachDocumentTerm(of: text) { term in
      terms.append(term)
      return true
    }
    return terms
  }

  /// Calls `body` with one term of a text to be found after the other, until it returns false.
  package func forEachDocumentTerm(of text: String, _ body: (String) -> Bool) {
    guard tokenizer == .prefix else {
      forEachWholeTerm(of: text, body)
      return
    }
    let longest = longestPrefix
    forEachProcessedWord(of: text) { term in
      let scalars = term.unicodeScalars
      let least = max(1, minTokenLength ?? 1)
      var end = scalars.startIndex
      var length = 0
      while length < longest, end < scalars.endIndex {
        end = scalars.index(after: end)
        length += 1
        if length >= least, !body(String(scalars[..<end])) { return false }
      }
      return true
    }
  }

  /// The terms to find. They are the document's, except that of prefixes only the longest is taken.
  package func queryTerms(_ text: String) -> [String] {
    var terms: [String] = []
    guard tokenizer == .prefix else {
      forEachWholeTerm(of: text) { term in
        terms.append(term)
        return true
      }
      return terms
    }
    let longest = longestPrefix
    forEachProcessedWord(of: text) { term in
      let prefix = String(term.unicodeScalars.prefix(longest))
      if prefix.unicodeScalars.count >= minTokenLength ?? 1 { terms.append(prefix) }
      return true
    }
    return terms
  }

  private var longestPrefix: Int {
    min(maxTokenLength ?? Self.maxPrefixLength, Self.maxPrefixLength)
  }

  private func forEachWholeTerm(of text: String, _ body: (String) -> Bool) {
    guard minTokenLength != nil || maxTokenLength != nil else {
      forEachProcessedWord(of: text, body)
      return
    }
    forEachProcessedWord(of: text) { term in
      let count = term.unicodeScalars.count
      return count < minTokenLength ?? 0 || count > maxTokenLength ?? .max || body(term)
    }
  }

  private func forEachProcessedWord(of text: String, _ body: (String) -> Bool) {
    tokenizer.forEachWord(of: text) { word in
      var term = String(word)
      if asciiFolding { term = term.foldedToASCII }
      if lowercase { term = term.lowercased() }
      return stopwords.contains(ByteString(term)) || body(stemmer?.stem(term) ?? term)
    }
  }
}

/// Cuts words down to their stems.
package enum Stemmer: String, Sendable, CaseIterable {
  case english

  /// - Parameter word: lower-case; a word of other letters comes back as it is.
  package func stem(_ word: String) -> String {
    switch self {
    case .english: EnglishStemmer.stem(word)
    }
  }
}
