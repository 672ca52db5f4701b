/// Ranks points by BM25 over a payload field that has a text index with `scoring`.
public struct TextQuery: Equatable, Sendable {
  public var text: String
  /// How soon repeated words stop counting, at least 0.
  public var k: Double
  /// How much long texts count less, 0 to 1.
  public var b: Double

  public init(text: String, k: Double = 1.2, b: Double = 0.75) {
    self.text = text
    self.k = k
    self.b = b
  }
}

extension CollectionSnapshot {
  /// Scores every passing point that holds a term of the text. The statistics are over all points
  /// that hold any term in the field (within the scope that `params.idf` gives), whatever the filter.
  func textSearch(_ query: TextQuery, _ stage: QueryStage) throws(StoreError) -> [RankedPoint] {
    guard query.k >= 0 else {
      throw .invalid("BM25 k value \(query.k) is invalid. Must be 0.0 or larger.")
    }
    guard 0...1 ~= query.b else {
      throw .invalid("BM25 b value \(query.b) is invalid. Must be from 0.0 to 1.0.")
    }
    let (key, analysis) = try textField(stage.using)
    let terms = Set(analysis.queryTerms(query.text).map { ByteString($0) })
    let scope: Filter? = if case .corpus(let filter) = stage.params.idf { filter } else { nil }
    var documents: [(id: PointID, frequencies: [ByteString: Int], length: Int)] = []
    var documentFrequencies: [ByteString: Int] = [:]
    var documentCount = 0
    var termCount = 0
    let scored = stage.filter == nil ? nil : Set(ids(matching: stage.filter, limit: .max))
    let counted = scope == nil ? nil : Set(ids(matching: scope, limit: .max))
    forEachText(at: key) { id, texts in
      let found = texts.flatMap(analysis.documentTerms).map { ByteString($0) }
      guard !found.isEmpty else { return }
      var frequencies: [ByteString: Int] = [:]
      for term in found where terms.contains(term) { frequencies[term, default: 0] += 1 }
      if counted?.contains(id) ?? true {
        documentCount += 1
        termCount += Self.rounded(found.count)
        for term in frequencies.keys { documentFrequencies[term, default: 0] += 1 }
      }
      if !frequencies.isEmpty, scored?.contains(id) ?? true {
        documents.append((id, frequencies, Self.rounded(found.count)))
      }
    }
    try checkContext()
    let averageLength = documentCount == 0 ? 1 : Double(termCount) / Double(documentCount)
    let orderedTerms = terms.sorted()
    let hits = documents.compactMap { document -> RankedPoint? in
      let norm = query.k * (1 - query.b + query.b * Double(document.length) / averageLength)
      var score = 0.0
      for term in orderedTerms {
        guard let count = document.frequencies[term] else { continue }
        let factor = InverseDocumentFrequency.factor(
          pointCount: documentCount, documentFrequency: documentFrequencies[term] ?? 0)
        score += factor * Double(count) * (query.k + 1) / (Double(count) + norm)
      }
      if let threshold = stage.scoreThreshold, !(Float(score) > threshold) { return nil }
      return score > 0 ? RankedPoint(id: document.id, score: Float(score)) : nil
    }
    return hits.best(stage.limit)
  }

  /// Lengths count with 13 leading bits, as in Qdrant's index: exact below 8,192 terms.
  private static func rounded(_ length: Int) -> Int {
    let lostBitCount = max(0, Int.bitWidth - length.leadingZeroBitCount - 13)
    return (length >> lostBitCount) << lostBitCount
  }

  private func forEachText(at key: JSONPath, _ body: (PointID, [String]) -> Void) {
    for live in segments {
      candidates(in: live, nil).forEach(in: context, steps: 256) { offset in
        let values = live.payload(at: offset, holding: key).flattenedValues(at: key)
        let texts = values.compactMap(\.asString)
        if !texts.isEmpty { body(live.segment.id(at: offset), texts) }
      }
    }
  }

  /// The field's path and how its index cuts text.
  /// - Throws: `.invalid` when there is no text index with `scoring` on the field.
  private func textField(_ name: String) throws(StoreError) -> (JSONPath, TextAnalysis) {
    guard !name.isEmpty else {
      throw .invalid("A text query needs `using` to name the payload field to search")
    }
    let index = (try? JSONPath(parsing: name)).flatMap(configuration.payloadIndex)
    guard let index, index.kind == .text, let scoring = index.parameters["scoring"],
      scoring != .null, scoring != .bool(false)
    else { throw .invalid("A text query needs a text index with `scoring` on `\(name)`") }
    do {
      return (
        try JSONPath(parsing: name), try TextAnalysis(parameters: index.parameters)
      )
    } catch {
      throw .invalid("The text index on `\(name)` cannot be used: \(error)")
    }
  }
}
