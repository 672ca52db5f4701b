import Kindred

/// Documents found by their words: a text index ranks them by BM25.
/// - Returns: ids, best first.
public func keywordSearch(for words: String, in directory: String) async throws -> [PointID] {
  let store = try Store.open(directory)
  try await store.createCollection(
    "documents",
    CollectionConfiguration(
      payloadIndexes: ["text": .text(scoring: true)]))
  let texts = [
    "The log is written first, and synced.",
    "A segment holds posting lists.",
    "Compaction merges one segment with another segment.",
  ]
  try await store.upsert(
    texts.enumerated().map { index, text in
      Point(id: .integer(UInt64(index)), vectors: [:], payload: ["text": .string(text)])
    }, into: "documents")

  let hits = try store.collection("documents").query(
    QueryRequest(QueryStage(query: .text(TextQuery(words, in: "text")))))
  try await store.close()
  return hits.map(\.id)
}
