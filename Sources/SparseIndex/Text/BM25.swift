/// Text as a sparse vector whose dot products, on a vector with the IDF modifier, are BM25 scores.
///
/// A term's dimension is a hash of it, so no vocabulary is kept, and vectors made here, by Qdrant and
/// by fastembed (`qdrant/bm25`) can be mixed.
package struct BM25: Equatable, Sendable {
  /// How soon repeated words stop counting, at least 0.
  package var k: Double
  /// How much long texts count less, 0 to 1.
  package var b: Double
  /// The expected number of terms a text, above 0.
  package var averageLength: Double
  package var analysis: TextAnalysis

  package init(
    k: Double = 1.2, b: Double = 0.75, averageLength: Double = 256,
    analysis: TextAnalysis = .english
  ) {
    self.k = k
    self.b = b
    self.averageLength = averageLength
    self.analysis = analysis
  }

  /// A term that occurs n times in a text of m terms weighs
  /// n·(k + 1) / (n + k·(1 − b + b·m / averageLength)).
  package func documentVector(_ text: String) -> SparseVector {
    let terms = analysis.documentTerms(text)
    var occurrences: [UInt32: Double] = [:]
    for term in terms { occurrences[Self.dimension(of: term), default: 0] += 1 }
    let norm = k * (1 - b + b * Double(terms.count) / averageLength)
    let pairs = occurrences.sorted { $0.key < $1.key }
    return SparseVector(
      ascending: pairs.map(\.key),
      weights: pairs.map { Float(saturating: $0.value * (k + 1) / ($0.value + norm)) })
  }

  /// Each term of the query once, with weight 1.
  /// - Parameter isAbandoned: asked after each term whether to leave the others out.
  package func queryVector(
    _ text: String, unless isAbandoned: () -> Bool = { false }
  ) -> SparseVector {
    var terms: Set<UInt32> = []
    analysis.forEachQueryTerm(of: text) { term in
      terms.insert(Self.dimension(of: term))
      return !isAbandoned()
    }
    let dimensions = terms.sorted()
    return SparseVector(
      ascending: dimensions, weights: Array(repeating: 1, count: dimensions.count))
  }

  /// The magnitude of the term's hash taken as a signed number.
  package static func dimension(of term: String) -> UInt32 {
    Int32(bitPattern: Murmur3.hash(term.utf8)).magnitude
  }
}

extension TextAnalysis {
  /// The defaults of the BM25 model.
  package static let english = TextAnalysis(
    stopwords: Stopwords.words(of: .english), stemmer: Stemmer(.english))
}
