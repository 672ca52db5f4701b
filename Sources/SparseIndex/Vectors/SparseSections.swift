/// Everything a segment holds for one sparse vector name: the posting lists, by dimension, and the
/// vectors, by point.
package struct SparseSections: Sendable {
  package let postings: PostingsReader
  package let vectors: SparseVectorsReader
  package let summaries = WeightSummaries()
  package let cache = PostingsCache()
}
