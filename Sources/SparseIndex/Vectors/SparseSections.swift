/// Everything a segment holds for one sparse vector name: the posting lists, by dimension, and the
/// vectors, by point.
package final class SparseSections: Sendable {
  package let postings: PostingsReader
  package let vectors: SparseVectorsReader
  package let summaries = WeightSummaries()
  package let cache = PostingsCache()

  init(postings: PostingsReader, vectors: SparseVectorsReader) {
    self.postings = postings
    self.vectors = vectors
  }
}
