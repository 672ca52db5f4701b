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

  /// The terms of a text to be found, repeated as often as they occur.
  package func documentTerms(_ text: String) -> [String] {
    guard tokenizer == .prefix else { return wholeTerms(text) }
    var terms: [String] = []
    for term in processedWords(text) {
      let count = term.unicodeScalars.count
      let longest = min(count, maxTokenLength ?? count)
      for length in stride(from: max(1, minTokenLength ?? 1), through: longest, by: 1) {
        terms.append(String(term.unicodeScalars.prefix(length)))
      }
    }
    return terms
  }

  /// The terms to find. They are the document's, except that of prefixes only the longest is taken.
  package func queryTerms(_ text: String) -> [String] {
    guard tokenizer == .prefix else { return wholeTerms(text) }
    return processedWords(text).compactMap { term in
      let count = term.unicodeScalars.count
      guard count >= minTokenLength ?? 1 else { return nil }
      guard let longest = maxTokenLength, count > longest else { return term }
      return String(term.unicodeScalars.prefix(longest))
    }
  }

  private func wholeTerms(_ text: String) -> [String] {
    guard minTokenLength != nil || maxTokenLength != nil else { return processedWords(text) }
    return processedWords(text).filter { term in
      let count = term.unicodeScalars.count
      return count >= minTokenLength ?? 0 && count <= maxTokenLength ?? .max
    }
  }

  private func processedWords(_ text: String) -> [String] {
    tokenizer.words(of: text).compactMap { word in
      var term = String(word)
      if asciiFolding { term = term.foldedToASCII }
      if lowercase { term = term.lowercased() }
      if stopwords.contains(ByteString(term)) { return nil }
      return stemmer?.stem(term) ?? term
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
