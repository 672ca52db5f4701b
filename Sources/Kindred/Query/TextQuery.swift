import SparseIndex

/// Ranks points by BM25 over the texts under a payload key that has a text index with `scoring`.
public struct TextQuery: Equatable, Sendable {
  /// The payload key whose texts are searched.
  public var key: String
  /// The words to look for, cut as the key's index cuts texts.
  public var text: String
  /// How soon repeated words stop counting, at least 0.
  public var k: Double
  /// How much long texts count less, 0 to 1.
  public var b: Double

  /// A query with the usual parameters of BM25.
  public init(_ text: String, in key: String, k: Double = 1.2, b: Double = 0.75) {
    self.key = key
    self.text = text
    self.k = k
    self.b = b
  }
}

extension CollectionView {
  /// Scores every passing point that holds a term of the text. The statistics are over all points
  /// that hold any term under the key (within the scope that `idf` gives), whatever the filter.
  /// Under an index with `nested` every object is a document, and the best of a point's scores counts.
  func textSearch(_ query: TextQuery, _ stage: QueryStage) throws(StoreError) -> [RankedPoint] {
    guard query.k >= 0, query.k <= Double(Float.greatestFiniteMagnitude) else {
      throw .invalid("k of BM25 must be 0 or more, not \(query.k)")
    }
    guard 0...1 ~= query.b else {
      throw .invalid("b of BM25 must be from 0 to 1, not \(query.b)")
    }
    let (key, analysis) = try textKey(query.key)
    try openPayload()
    var terms: Set<ByteString> = []
    var termMeter = WorkMeter(context)
    analysis.forEachQueryTerm(of: query.text) { term in
      let isNew = terms.insert(ByteString(term)).inserted
      return !termMeter.isOver(after: 64) && (!isNew || context.take(96 + term.utf8.count))
    }
    try checkContext()
    let scope: Filter? = if case .corpus(let filter) = stage.idf { filter } else { nil }
    var documents: [(id: PointID, frequencies: [ByteString: Int], length: Int)] = []
    var documentFrequencies: [ByteString: Int] = [:]
    var documentCount = 0
    var termCount = 0
    forEachText(at: key, scored: stage.filter, counted: scope) { id, texts, isScored, isCounted in
      var frequencies: [ByteString: Int] = [:]
      var length = 0
      var meter = WorkMeter(context)
      for text in texts {
        analysis.forEachDocumentTerm(of: text) { term in
          length += 1
          let key = ByteString(term)
          if terms.contains(key) { frequencies[key, default: 0] += 1 }
          return !meter.isOver(after: 32 + term.utf8.count)
        }
      }
      guard length > 0 else { return }
      if isCounted {
        documentCount += 1
        termCount += Self.rounded(length)
        for term in frequencies.keys { documentFrequencies[term, default: 0] += 1 }
      }
      if !frequencies.isEmpty, isScored, context.take(256 + 64 * frequencies.count) {
        documents.append((id, frequencies, Self.rounded(length)))
      }
    }
    try checkContext()
    let averageLength = documentCount == 0 ? 1 : Double(termCount) / Double(documentCount)
    let orderedTerms = terms.sorted()
    var meter = WorkMeter(context)
    var hits: [RankedPoint] = []
    for document in documents {
      if meter.isOver(after: 64 * orderedTerms.count) { break }
      let norm = query.k * (1 - query.b + query.b * Double(document.length) / averageLength)
      var score = 0.0
      for term in orderedTerms {
        guard let count = document.frequencies[term] else { continue }
        let factor = InverseDocumentFrequency.factor(
          pointCount: documentCount, documentFrequency: documentFrequencies[term] ?? 0)
        score += factor * Double(count) * (query.k + 1) / (Double(count) + norm)
      }
      let shown = Float(saturating: score)
      if let threshold = stage.scoreThreshold, !(shown > threshold) { continue }
      guard shown > 0 else { continue }
      // Documents of one point follow one another.
      if let last = hits.last, last.id == document.id {
        hits[hits.count - 1].score = max(last.score, shown)
      } else {
        hits.append(RankedPoint(id: document.id, score: shown))
      }
    }
    let best = hits.best(stage.limit, in: context)
    try checkContext()
    return best
  }

  /// Lengths count with 13 leading bits, as in Qdrant's index: exact below 8,192 terms.
  private static func rounded(_ length: Int) -> Int {
    let lostBitCount = max(0, Int.bitWidth - length.leadingZeroBitCount - 13)
    return (length >> lostBitCount) << lostBitCount
  }

  /// Calls `body` with the texts at the key of every point that has some, those of one document
  /// together, and whether the point passes each filter.
  private func forEachText(
    at key: JSONPath, scored: Filter?, counted: Filter?,
    _ body: (PointID, [String], _ isScored: Bool, _ isCounted: Bool) -> Void
  ) {
    let nested = semantics.nestedKey(of: key)
    for live in segments where !context.isOver {
      let scored = scored.map { candidates(in: live, $0) }
      let counted = counted.map { candidates(in: live, $0) }
      candidates(in: live, nil).forEach(in: context, steps: 1 << 13) { offset in
        let payload = live.payload(at: offset, holding: key)
        let documents =
          nested.map { nested in
            payload.values(at: nested.array).compactMap(\.asObject).map {
              $0.flattenedValues(at: nested.inner)
            }
          } ?? [payload.flattenedValues(at: key)]
        for texts in documents.map({ $0.compactMap(\.asString) }) where !texts.isEmpty {
          body(
            live.segment.id(at: offset), texts, scored?[offset] ?? true, counted?[offset] ?? true)
        }
      }
    }
  }

  /// The key's path and how its index cuts text.
  /// - Throws: `.invalid` when there is no text index with scoring on the key.
  private func textKey(_ key: String) throws(StoreError) -> (JSONPath, TextAnalysis) {
    guard !key.isEmpty else { throw .invalid("a text query needs the payload key to search") }
    guard let path = try? JSONPath(parsing: key), let index = configuration.payloadIndex(at: path),
      index.scoresTexts
    else { throw .invalid("a text query needs a text index with scoring on '\(key)'") }
    do {
      return (path, try index.textAnalysis())
    } catch {
      throw .invalid("the text index on '\(key)' cannot be used: \(error)")
    }
  }
}
