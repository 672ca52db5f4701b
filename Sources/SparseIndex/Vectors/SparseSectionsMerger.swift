internal import StorageIO

/// Merges the sections of one sparse vector name, list by list and vector by vector, handing them
/// over as they grow; weights are translated by code, never decoded, where all codebooks are exact.
struct SparseSectionsMerger {
  private let inputs: [SparseSections?]
  private let order: MergeOrder
  private let codebook: WeightCodebook
  private let translations: [CodeTranslation]

  /// - Parameter inputs: by input; nil where an input lacks the name.
  init(_ inputs: [SparseSections?], order: MergeOrder) {
    self.inputs = inputs
    self.order = order
    let codebook = WeightCodebook(merging: inputs.compactMap { $0?.postings.codebook })
    self.codebook = codebook
    translations = inputs.map { sections in
      CodeTranslation(sections.map { codebook.translation(of: $0.postings.codebook) } ?? [])
    }
  }

  /// The merged rank of each rank of each input, and the merged number of dimensions.
  struct Ranks {
    fileprivate(set) var byInput: [[UInt32]]
    fileprivate(set) var dimensionCount = 0
  }

  /// Hands the postings section over in pieces.
  func mergePostings(_ emit: Emit) throws(StorageError) -> Ranks {
    isWorthTransposing ? try transposeVectors(emit) : try mergeLists(emit)
  }

  /// Short lists cost more to begin than to read, and points that interleave have to be sorted list by
  /// list: then the vectors are quicker.
  private var isWorthTransposing: Bool {
    guard codebook.isExact else { return false }
    var postingCount = 0
    var listCount = 0
    for postings in inputs.lazy.compactMap({ $0?.postings }) {
      postingCount += min(postings.postingCount, Self.transposedPostingCount + 1)
      listCount += postings.dimensionCount
    }
    return postingCount <= Self.transposedPostingCount
      && (order.shifts.contains(nil) || postingCount / Self.shortListPostingCount < listCount)
  }

  /// At most as many postings are held in memory: 10 MB of them.
  private static let transposedPostingCount = 1 << 21
  private static let shortListPostingCount = 16

  /// By a counting sort over the vectors.
  private func transposeVectors(_ emit: Emit) throws(StorageError) -> Ranks {
    var walk = DimensionWalk(inputs.map { $0?.postings })
    var ranks = Ranks(byInput: walk.emptyRanks)
    let buffers = RecordBuffers(inputs)
    let countsByInput = livePostingCounts(buffers)
    var dimensions: [UInt32] = []
    var postingCounts: [UInt32] = []
    while let dimension = walk.next() {
      let count = walk.holders.reduce(0) { $0 + countsByInput[$1.input][$1.rank] }
      // None of the points that had the dimension may be live.
      guard count > 0 else { continue }
      for holder in walk.holders {
        ranks.byInput[holder.input][holder.rank] = UInt32(dimensions.count)
      }
      dimensions.append(dimension)
      postingCounts.append(count)
    }
    ranks.dimensionCount = dimensions.count
    let transposed = TransposedVectors(postingCounts: postingCounts)
    forEachVector { target, input, record in
      let vectorRanks = buffers.ranks(of: record, translated: ranks.byInput[input])
      record.decodeCodes(into: buffers.codes)
      translations[input].apply(buffers.codes, count: vectorRanks.count)
      transposed.append(
        point: target, ranks: vectorRanks,
        codes: UnsafeBufferPointer(start: buffers.codes, count: vectorRanks.count))
    }
    var writer = PostingsWriter(pointCount: order.sources.count, codebook: codebook)
    for (rank, dimension) in dimensions.enumerated() {
      let list = transposed.list(ofRank: rank)
      writer.append(dimension: dimension, offsets: list.offsets, codes: list.codes)
      try writer.drain(emit)
    }
    try writer.finish(emit)
    return ranks
  }

  /// How many live points have a dimension, by input and rank.
  private func livePostingCounts(_ buffers: borrowing RecordBuffers) -> [[UInt32]] {
    var counts = inputs.map { [UInt32](repeating: 0, count: $0?.postings.dimensionCount ?? 0) }
    forEachVector { _, input, record in
      for rank in buffers.ranks(of: record) { counts[input][Int(rank)] &+= 1 }
    }
    return counts
  }

  /// Calls `body` with the merged offset, the input and the record of each point that has a vector.
  private func forEachVector(_ body: (Int, Int, SparseVectorRecord) -> Void) {
    for (target, source) in order.sources.enumerated() {
      let input = Int(source.input)
      let offset = Int(source.offset)
      guard let sections = inputs[input], sections.vectors.presence[offset] else { continue }
      body(target, input, sections.vectors.record(at: offset))
    }
  }

  /// List by list: one of them is held in memory.
  private func mergeLists(_ emit: Emit) throws(StorageError) -> Ranks {
    var writer = PostingsWriter(pointCount: order.sources.count, codebook: codebook)
    var walk = DimensionWalk(inputs.map { $0?.postings })
    var ranks = Ranks(byInput: walk.emptyRanks)
    var list = MergedList(capacity: inputs.map { $0?.postings.pointCount ?? 0 }.reduce(0, +))
    while let dimension = walk.next() {
      list.removeAll()
      for holder in walk.holders {
        list.append(
          inputs[holder.input]!.postings.list(at: holder.rank), of: holder.input, order: order,
          translation: translations[holder.input])
        ranks.byInput[holder.input][holder.rank] = UInt32(ranks.dimensionCount)
      }
      guard list.count > 0 else { continue }
      list.sort()
      writer.append(
        dimension: dimension, offsets: list.offsets, codes: list.codes)
      try writer.drain(emit)
      ranks.dimensionCount += 1
    }
    try writer.finish(emit)
    return ranks
  }

  /// Hands the section of the vectors over in pieces.
  func mergeVectors(ranks: Ranks, _ emit: Emit) throws(StorageError) {
    var writer = SparseVectorsWriter(
      pointCount: order.sources.count, dimensionCount: ranks.dimensionCount,
      codebook: codebook)
    let buffers = RecordBuffers(inputs)
    let unchanged = inputs.indices.map { Unchanged(self, ranks, input: $0) }
    for source in order.sources {
      try writer.drain(emit)
      let input = Int(source.input)
      let offset = Int(source.offset)
      guard let sections = inputs[input], sections.vectors.presence[offset] else {
        writer.appendMissing()
        continue
      }
      let record = sections.vectors.record(at: offset)
      let norm = sections.vectors.norm(at: offset)
      if unchanged[input].ranks, unchanged[input].weights {
        writer.append(record, norm: norm)
        continue
      }
      let mergedRanks = buffers.ranks(of: record, translated: ranks.byInput[input])
      if unchanged[input].weights {
        writer.append(ranks: mergedRanks, weightsOf: record, norm: norm)
      } else if codebook.isExact {
        record.decodeCodes(into: buffers.codes)
        translations[input].apply(buffers.codes, count: mergedRanks.count)
        writer.append(
          ranks: mergedRanks,
          codes: UnsafeBufferPointer(start: buffers.codes, count: mergedRanks.count), norm: norm)
      } else {
        record.weights(codebook: sections.postings.codebook).withUnsafeBufferPointer {
          writer.append(ranks: mergedRanks, weights: $0, norm: norm)
        }
      }
    }
    try writer.finish(emit)
  }

  /// The parts of an input's records that stay as they are.
  private struct Unchanged {
    let ranks: Bool
    let weights: Bool

    init(_ merger: SparseSectionsMerger, _ merged: Ranks, input: Int) {
      let translation = merged.byInput[input]
      ranks =
        translation.count == merged.dimensionCount
        && translation.enumerated().allSatisfy { Int($1) == $0 }
      guard let sections = merger.inputs[input] else {
        weights = true
        return
      }
      weights =
        merger.codebook.isExact
        ? sections.postings.codebook == merger.codebook : sections.vectors.isPacked
    }
  }
}

/// Room to decode any record of some inputs into.
private struct RecordBuffers: ~Copyable {
  private let ranks: UnsafeMutablePointer<UInt32>
  let codes: UnsafeMutablePointer<UInt8>

  init(_ inputs: [SparseSections?]) {
    let capacity = inputs.reduce(1) { max($0, $1?.postings.dimensionCount ?? 0) }
    ranks = .allocate(capacity: capacity)
    codes = .allocate(capacity: capacity)
  }

  deinit {
    ranks.deallocate()
    codes.deallocate()
  }

  /// The ranks of the record, valid until the next ones.
  func ranks(of record: SparseVectorRecord) -> UnsafeBufferPointer<UInt32> {
    UnsafeBufferPointer(start: ranks, count: record.decodeRanks(into: ranks))
  }

  /// The same, translated.
  func ranks(
    of record: SparseVectorRecord, translated translation: [UInt32]
  ) -> UnsafeBufferPointer<UInt32> {
    let ranks = ranks
    let count = record.decodeRanks(into: ranks)
    translation.withUnsafeBufferPointer { translation in
      for index in 0..<count { ranks[index] = translation[Int(ranks[index])] }
    }
    return UnsafeBufferPointer(start: ranks, count: count)
  }
}

/// Walks the dimensions of several inputs together, ascending.
private struct DimensionWalk {
  private let dimensions: [[UInt32]]
  /// The rank of each input's next dimension, and the dimension; beyond all where there is none.
  private var nextRanks: [Int]
  private var upcoming: [UInt64]
  /// The inputs that have the current dimension, and its rank in each.
  private(set) var holders: [(input: Int, rank: Int)] = []

  private static let beyondAll = UInt64.max

  init(_ inputs: [PostingsReader?]) {
    dimensions = inputs.map { postings in
      postings.map { postings in
        (0..<postings.dimensionCount).map { postings.dimension(at: $0) }
      } ?? []
    }
    nextRanks = [Int](repeating: 0, count: inputs.count)
    upcoming = dimensions.map { $0.first.map { UInt64($0) } ?? Self.beyondAll }
  }

  /// Ranks to be filled in: one for each dimension of each input.
  var emptyRanks: [[UInt32]] { dimensions.map { [UInt32](repeating: 0, count: $0.count) } }

  mutating func next() -> UInt32? {
    var least = Self.beyondAll
    for dimension in upcoming { least = min(least, dimension) }
    guard least != Self.beyondAll else { return nil }
    holders.removeAll(keepingCapacity: true)
    for input in upcoming.indices where upcoming[input] == least {
      let rank = nextRanks[input]
      holders.append((input, rank))
      nextRanks[input] = rank + 1
      upcoming[input] =
        rank + 1 < dimensions[input].count
        ? UInt64(dimensions[input][rank + 1]) : Self.beyondAll
    }
    return UInt32(least)
  }
}

/// For each code of an input, the merged one.
private struct CodeTranslation {
  private let codes: [UInt8]
  private let isIdentity: Bool

  init(_ codes: [UInt8]) {
    // Bytes of a mapped file may have changed since they were checked, to codes that are not valid.
    self.codes = codes + [UInt8](repeating: 0, count: 256 - codes.count)
    isIdentity = codes.enumerated().allSatisfy { Int($1) == $0 }
  }

  func apply(_ buffer: UnsafeMutablePointer<UInt8>, count: Int) {
    guard !isIdentity else { return }
    codes.withUnsafeBufferPointer { codes in
      for index in 0..<count { buffer[index] = codes[Int(buffer[index])] }
    }
  }
}

/// One posting list being gathered from several inputs.
private struct MergedList: ~Copyable {
  private let offsetBuffer: UnsafeMutablePointer<UInt32>
  private let codeBuffer: UnsafeMutablePointer<UInt8>
  private(set) var count = 0
  private var isAscending = true

  init(capacity: Int) {
    offsetBuffer = .allocate(capacity: max(capacity, 1))
    codeBuffer = .allocate(capacity: max(capacity, 1))
  }

  deinit {
    offsetBuffer.deallocate()
    codeBuffer.deallocate()
  }

  var offsets: UnsafeBufferPointer<UInt32> { .init(start: offsetBuffer, count: count) }
  var codes: UnsafeBufferPointer<UInt8> { .init(start: codeBuffer, count: count) }

  mutating func removeAll() {
    count = 0
    isAscending = true
  }

  /// Appends the live postings of one input's list.
  mutating func append(
    _ list: PostingList, of input: Int, order: MergeOrder, translation: CodeTranslation
  ) {
    let start = count
    var cursor = PostingCursor(list)
    let decodedCount = cursor.decode(
      below: list.pointCount, capacity: list.count, offsets: offsetBuffer + start,
      codes: codeBuffer + start)
    translation.apply(codeBuffer + start, count: decodedCount)
    if let shift = order.shifts[input] {
      for index in start..<start + decodedCount { offsetBuffer[index] &+= shift }
      count += decodedCount
    } else {
      keepLive(decodedCount, targets: order.targets[input])
    }
    if start > 0, count > start, offsetBuffer[start] < offsetBuffer[start - 1] {
      isAscending = false
    }
  }

  private mutating func keepLive(_ decodedCount: Int, targets: [UInt32]) {
    var kept = count
    targets.withUnsafeBufferPointer { targets in
      for index in count..<count + decodedCount {
        let target = targets[Int(offsetBuffer[index])]
        if target == MergeOrder.absent { continue }
        offsetBuffer[kept] = target
        codeBuffer[kept] = codeBuffer[index]
        kept += 1
      }
    }
    count = kept
  }

  /// Puts the postings in offset order, where the inputs' points interleave.
  mutating func sort() {
    guard !isAscending else { return }
    guard count > Self.shortCount else { return sortShort() }
    var postings = (0..<count).map { UInt64(offsetBuffer[$0]) << 8 | UInt64(codeBuffer[$0]) }
    postings.sort()
    for (index, posting) in postings.enumerated() {
      offsetBuffer[index] = UInt32(truncatingIfNeeded: posting >> 8)
      codeBuffer[index] = UInt8(truncatingIfNeeded: posting)
    }
  }

  private static let shortCount = 32

  /// By insertion: most lists of small runs are short, and consist of a few ascending pieces.
  private mutating func sortShort() {
    for index in 1..<count {
      let (offset, code) = (offsetBuffer[index], codeBuffer[index])
      var place = index
      while place > 0, offsetBuffer[place - 1] > offset {
        offsetBuffer[place] = offsetBuffer[place - 1]
        codeBuffer[place] = codeBuffer[place - 1]
        place -= 1
      }
      (offsetBuffer[place], codeBuffer[place]) = (offset, code)
    }
  }
}
