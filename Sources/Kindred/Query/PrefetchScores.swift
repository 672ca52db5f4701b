import SparseIndex

/// The scores of prefetched points that a formula asks for, by point and prefetch.
struct PrefetchScores {
  /// Where each point's scores begin in the table.
  private var starts: [PointID: Int] = [:]
  private var table: [Float?] = []
  /// For each prefetch its column of the table, where it has one.
  private let columns: [Int: Int]

  /// - Parameter indexes: of the prefetches whose scores are asked for. There may be more than that.
  init(_ sources: [[RankedPoint]], _ indexes: Set<Int>, for context: ReadContext) {
    let indexes = indexes.filter { sources.indices.contains($0) }.sorted()
    columns = Dictionary(uniqueKeysWithValues: indexes.enumerated().map { ($1, $0) })
    var meter = WorkMeter(context)
    for (index, source) in sources.enumerated() {
      let column = columns[index]
      for hit in source {
        if meter.isOver(after: 32) { return }
        var start = starts[hit.id]
        if start == nil {
          // Tables grow by doubling.
          let byteCount = 2 * indexes.count * MemoryLayout<Float?>.stride
          guard context.take(byteCount) else { return }
          start = table.count
          starts[hit.id] = start
          table.append(contentsOf: repeatElement(nil, count: indexes.count))
        }
        if let start, let column { table[start + column] = hit.score }
      }
    }
  }

  var ids: some Collection<PointID> { starts.keys }

  /// Nil when the point is not in that prefetch.
  func score(of id: PointID, in index: Int) -> Float? {
    guard let column = columns[index], let start = starts[id] else { return nil }
    return table[start + column]
  }
}
