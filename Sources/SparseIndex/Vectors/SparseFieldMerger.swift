internal import StorageIO

/// Merges the sections of one sparse vector name, list by list and vector by vector, handing them
/// over as they grow; weights are translated by code, never decoded, where all codebooks are exact.
struct SparseFieldMerger {
  private let fields: [SparseField?]
  private let order: MergeOrder
  private let codebook: WeightCodebook
  /// For each input, the merged code of each code.
  private let translations: [[UInt8]]

  /// - Parameter fields: by input; nil where an input lacks the name.
  init(_ fields: [SparseField?], order: MergeOrder) {
    self.fields = fields
    self.order = order
    let codebook = WeightCodebook(merging: fields.compactMap { $0?.postings.codebook })
    self.codebook = codebook
    translations = fields.map { field in
      field.map { codebook.translation(of: $0.postings.codebook) } ?? []
    }
  }

  /// The merged rank of each rank of each input, and the merged number of dimensions.
  struct Ranks {
    fileprivate(set) var byInput: [[UInt32]]
    fileprivate(set) var dimensionCount = 0
  }

  /// Hands the postings section over in pieces.
  func mergePostings(
    _ emit: ([UInt8]) throws(StorageError) -> Void
  ) throws(StorageError) -> Ranks {
    var writer = PostingsWriter(pointCount: order.sources.count, codebook: codebook)
    var ranks = Ranks(
      byInput: fields.map {
        [UInt32](repeating: MergeOrder.absent, count: $0?.postings.dimensionCount ?? 0)
      })
    var next = [Int](repeating: 0, count: fields.count)
    var list = MergedList(capacity: fields.map { $0?.postings.pointCount ?? 0 }.reduce(0, +))
    while true {
      var dimension: UInt32?
      for (input, field) in fields.enumerated() {
        guard let field, next[input] < field.postings.dimensionCount else { continue }
        let candidate = field.postings.dimension(at: next[input])
        dimension = min(dimension ?? candidate, candidate)
      }
      guard let dimension else { break }
      list.removeAll()
      for (input, field) in fields.enumerated() {
        guard let field, next[input] < field.postings.dimensionCount,
          field.postings.dimension(at: next[input]) == dimension
        else { continue }
        list.append(
          field.postings.list(at: next[input]), targets: order.targets[input],
          translation: translations[input])
        ranks.byInput[input][next[input]] = UInt32(ranks.dimensionCount)
        next[input] += 1
      }
      guard list.count > 0 else { continue }
      list.sort()
      writer.append(dimension: dimension, offsets: list.offsets, codes: list.codes)
      try writer.drain(emit)
      ranks.dimensionCount += 1
    }
    try emit(writer.finish())
    return ranks
  }

  /// Hands the section of the vectors over in pieces.
  func mergeVectors(
    ranks: Ranks, _ emit: ([UInt8]) throws(StorageError) -> Void
  ) throws(StorageError) {
    var writer = SparseVectorsWriter(
      pointCount: order.sources.count, dimensionCount: ranks.dimensionCount,
      codebook: codebook)
    let capacity = max(1, fields.map { $0?.postings.dimensionCount ?? 0 }.max() ?? 1)
    let rankBuffer = UnsafeMutablePointer<UInt32>.allocate(capacity: capacity)
    let codeBuffer = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    defer {
      rankBuffer.deallocate()
      codeBuffer.deallocate()
    }
    for source in order.sources {
      try writer.drain(emit)
      let input = Int(source.input)
      let offset = Int(source.offset)
      guard let field = fields[input], field.vectors.presence[offset] else {
        writer.appendMissing()
        continue
      }
      let record = field.vectors.record(at: offset)
      let count = record.decodeRanks(into: rankBuffer)
      ranks.byInput[input].withUnsafeBufferPointer { translation in
        for index in 0..<count { rankBuffer[index] = translation[Int(rankBuffer[index])] }
      }
      let norm = field.vectors.norm(at: offset)
      let mergedRanks = UnsafeBufferPointer(start: rankBuffer, count: count)
      if codebook.isExact {
        record.decodeCodes(into: codeBuffer)
        translations[input].withUnsafeBufferPointer { translation in
          for index in 0..<count { codeBuffer[index] = translation[Int(codeBuffer[index])] }
        }
        writer.append(
          ranks: mergedRanks, codes: UnsafeBufferPointer(start: codeBuffer, count: count),
          norm: norm)
      } else {
        record.weights(codebook: field.postings.codebook).withUnsafeBufferPointer {
          writer.append(ranks: mergedRanks, weights: $0, norm: norm)
        }
      }
    }
    try emit(writer.finish())
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
  mutating func append(_ list: PostingList, targets: [UInt32], translation: [UInt8]) {
    var cursor = PostingCursor(list)
    let start = count
    let decodedCount = cursor.decode(
      below: list.pointCount, capacity: list.count, offsets: offsetBuffer + start,
      codes: codeBuffer + start)
    var kept = start
    targets.withUnsafeBufferPointer { targets in
      translation.withUnsafeBufferPointer { translation in
        for index in start..<start + decodedCount {
          let target = targets[Int(offsetBuffer[index])]
          if target == MergeOrder.absent { continue }
          offsetBuffer[kept] = target
          codeBuffer[kept] = translation[Int(codeBuffer[index])]
          kept += 1
        }
      }
    }
    if start > 0, kept > start, offsetBuffer[start] < offsetBuffer[start - 1] {
      isAscending = false
    }
    count = kept
  }

  /// Puts the postings in offset order, where the inputs' points interleave.
  mutating func sort() {
    guard !isAscending else { return }
    var postings = (0..<count).map { UInt64(offsetBuffer[$0]) << 8 | UInt64(codeBuffer[$0]) }
    postings.sort()
    for (index, posting) in postings.enumerated() {
      offsetBuffer[index] = UInt32(truncatingIfNeeded: posting >> 8)
      codeBuffer[index] = UInt8(truncatingIfNeeded: posting)
    }
  }
}
