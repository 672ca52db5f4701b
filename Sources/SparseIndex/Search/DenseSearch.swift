/// Finds the best points of one segment for a dense query by comparing it with every allowed vector:
/// exact, and as fast as memory delivers them.
package enum DenseSearch {
  /// - Parameters:
  ///   - rows: the query's rows, each of the vector's size; more than one compares by max-sim.
  ///   - allowed: points that may be hits; all of them have the vector.
  package static func search(
    rows: [[Float]], _ distance: DenseVectorParameters.Distance, in sections: DenseSections,
    segment: (index: Int, segment: Segment), allowed: PointMask,
    for context: ReadContext = .unlimited, into topK: inout TopK
  ) {
    var meter = WorkMeter(context)
    allowed.forEach(in: context, steps: 8) { offset in
      let components = sections.components(at: offset)
      guard let start = components.baseAddress, !components.isEmpty else { return }
      let score = DenseSimilarity.maxSimilarity(
        distance, query: rows, rows: start, rowCount: sections.rowCount(at: offset),
        size: sections.size, &meter)
      topK.insert(
        score: score, segment: segment.index, offset: offset,
        id: segment.segment.id(at: offset))
    }
  }
}
