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

  /// Calls `body` with one term to find after the other, until it returns false. The terms are the
  /// document's, except that the longest prefix stands for all.
  package func forEachQueryTerm(of text: String, _ body: (String) -> Bool) {
    guard tokenizer == .prefix else {
      forEachWholeTerm(of: text, body)
      return
    }
    let longest = longestPrefix
    forEachProcessedWord(of: text, dropsStopwords: false) { term in
      let prefix = String(term.unicodeScalars.prefix(longest))
      return prefix.unicodeScalars.count < minTokenLength ?? 1 || body(prefix)
    }
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

  /// - Parameter dropsStopwords: not where beginnings of words are looked for: `the` finds `theory`.
  private func forEachProcessedWord(
    of text: String, dropsStopwords: Bool = true, _ body: (String) -> Bool
  ) {
    let stems = stemmer.map { Stems($0) }
    tokenizer.forEachWord(of: text, joinsParts: lowercase) { word in
      var term = String(word)
      if asciiFolding { term = term.foldedToASCII }
      if lowercase { term = term.lowercased() }
      if dropsStopwords, stopwords.contains(ByteString(term)) { return true }
      return body(stems?.stem(term) ?? term)
    }
  }

  /// Identifies the way in which texts are cut, beside the parameters: an index that a segment made
  /// in another way is not used.
  package var fingerprint: JSONValue {
    [
      "revision": .integer(tokenizer.revision),
      "stems": .integer(Int64(stemmer?.fingerprint ?? 0)),
    ]
  }

  /// The same of the versions that did not say: they had an English stemmer of their own.
  package var firstFingerprint: JSONValue {
    ["revision": 1, "stems": .integer(stemmer == nil ? 0 : Self.firstEnglishStems)]
  }

  private static let firstEnglishStems: Int64 = 4_269_193_588
}
