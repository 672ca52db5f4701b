internal import JSONCodec
internal import StorageIO

/// Which points have which token at a text-indexed key.
struct TokenPostings: Sendable {
  /// Points with more than one string, where tokens may come from different ones.
  let several: PointMask
  private let bounds: PackedIntegers
  private let text: SharedBytes
  private let starts: PackedIntegers
  fileprivate let postings: PackedIntegers

  init(
    pointCount: Int, boundWidth: Int, _ reader: inout ByteReader
  ) throws(StorageError) {
    let tokenCount = try reader.boundedCount(elementByteCount: 1)
    let textByteCount = try reader.boundedCount(elementByteCount: 1)
    let postingCount = try reader.boundedCount(elementByteCount: 4)
    let words = try reader.packed(count: (pointCount + 63) / 64, width: 8)
    several = PointMask(count: pointCount, words: (0..<words.count).map { words[$0] })
    bounds = try reader.packed(count: tokenCount + 1, width: boundWidth)
    guard bounds.areBounds(upTo: textByteCount) else {
      throw reader.corrupt("ascending token bounds")
    }
    text = try reader.padded(textByteCount)
    starts = try reader.packed(count: tokenCount + 1, width: boundWidth)
    guard starts.areBounds(upTo: postingCount) else {
      throw reader.corrupt("ascending posting starts")
    }
    postings = try reader.packed(count: postingCount, width: 4)
    guard postingCount == 0 || postings.greatest() < UInt64(pointCount) else {
      throw reader.corrupt("postings below \(pointCount)")
    }
  }

  func mask(of token: ByteString) -> PointMask {
    var mask = PointMask(count: several.count)
    guard let index = index(of: Array(token.text.utf8)) else { return mask }
    for posting in range(of: index) {
      mask[postings.offset(posting)] = true
    }
    return mask
  }

  fileprivate func range(of token: Int) -> Range<Int> {
    starts.offset(token)..<starts.offset(token + 1)
  }

  private func index(of token: [UInt8]) -> Int? {
    let count = max(0, bounds.count - 1)
    let index = lowerBound(in: 0..<count) {
      bytes($0).withUnsafeBytes { $0.lexicographicallyPrecedes(token) }
    }
    guard index < count, bytes(index).withUnsafeBytes({ $0.elementsEqual(token) }) else {
      return nil
    }
    return index
  }

  private func bytes(_ token: Int) -> SharedBytes {
    text.slice(bounds.offset(token)..<bounds.offset(token + 1))
  }
}

extension TokenPostings: TextTable {
  var textCount: Int { bounds.count - 1 }

  func textBytes(_ token: Int) -> UnsafeRawBufferPointer {
    let range = bounds.offset(token)..<bounds.offset(token + 1)
    return UnsafeRawBufferPointer(start: text.base + range.lowerBound, count: range.count)
  }
}

/// The postings of the same text index in several inputs, merged token by token.
struct TokenPostingsMerge: PayloadBlock {
  let header: PayloadColumnHeader
  private let inputs: [TokenPostings]
  private let order: MergeOrder

  init(_ inputs: [TokenPostings], order: MergeOrder) {
    self.inputs = inputs
    self.order = order
    let (tokens, postingCount) = Self.tokens(of: inputs, order)
    let width = PackedIntegers.boundWidth(max(tokens.byteCount, postingCount))
    let boundByteCount = SectionPieces.packedByteCount(tokens.count + 1, width: width)
    header = PayloadColumnHeader(
      kind: .raw, valueWidth: 4, boundWidth: width,
      byteCount: 24 + (order.sources.count + 63) / 64 * 8 + 2 * boundByteCount
        + SectionPieces.padded(tokens.byteCount)
        + SectionPieces.packedByteCount(postingCount, width: 4))
  }

  /// The tokens that merged points have, and how many pairs of a token and a point there are.
  private static func tokens(
    of inputs: [TokenPostings], _ order: MergeOrder
  ) -> (tokens: MergedTexts<TokenPostings>, postingCount: Int) {
    var postingCount = 0
    var isUsed: [[Bool]?] = []
    for (input, postings) in inputs.enumerated() {
      if order.shifts[input] != nil {
        postingCount += postings.postings.count
        isUsed.append(nil)
        continue
      }
      let targets = order.targets[input]
      isUsed.append(
        (0..<postings.textCount).map { token in
          let count = postings.range(of: token).count {
            targets[postings.postings.offset($0)] != MergeOrder.absent
          }
          postingCount += count
          return count > 0
        })
    }
    return (MergedTexts(inputs, isUsed: isUsed), postingCount)
  }

  func write(_ emit: Emit) throws(StorageError) {
    // Made again, so that not the tokens of all indexes lie in memory together.
    let (tokens, postingCount) = Self.tokens(of: inputs, order)
    var pieces = SectionPieces()
    pieces.u64(UInt64(tokens.count))
    pieces.u64(UInt64(tokens.byteCount))
    pieces.u64(UInt64(postingCount))
    var several = PointMask(count: order.sources.count)
    for (point, source) in order.sources.enumerated()
    where inputs[Int(source.input)].several[Int(source.offset)] {
      several[point] = true
    }
    for word in several.words { try pieces.packed(word, width: 8, emit) }
    var bound = 0
    try pieces.packed(0, width: header.boundWidth, emit)
    for token in 0..<tokens.count {
      bound += tokens.text(token).count
      try pieces.packed(UInt64(bound), width: header.boundWidth, emit)
    }
    pieces.pad()
    for token in 0..<tokens.count { try pieces.bytes(tokens.text(token), emit) }
    pieces.pad()
    var end = 0
    try pieces.packed(0, width: header.boundWidth, emit)
    try forEachList(tokens) { (points) throws(StorageError) in
      end += points.count
      try pieces.packed(UInt64(end), width: header.boundWidth, emit)
    }
    pieces.pad()
    try forEachList(tokens) { (points) throws(StorageError) in
      for point in points { try pieces.packed(UInt64(point), width: 4, emit) }
    }
    pieces.pad()
    try pieces.end(emit)
  }

  /// Calls `body` for each token with the merged points that have it, ascending.
  private func forEachList(
    _ tokens: MergedTexts<TokenPostings>, _ body: ([UInt32]) throws(StorageError) -> Void
  ) throws(StorageError) {
    var next = [Int](repeating: 0, count: inputs.count)
    var points: [UInt32] = []
    for token in 0..<tokens.count {
      points.removeAll(keepingCapacity: true)
      for (input, postings) in inputs.enumerated() {
        let ranks = tokens.ranks[input]
        while next[input] < ranks.count, ranks[next[input]] == MergedTexts<TokenPostings>.unused {
          next[input] += 1
        }
        guard next[input] < ranks.count, Int(ranks[next[input]]) == token else { continue }
        for posting in postings.range(of: next[input]) {
          let target = order.targets[input][postings.postings.offset(posting)]
          if target != MergeOrder.absent { points.append(target) }
        }
        next[input] += 1
      }
      points.sort()
      try body(points)
    }
  }
}

/// Collects the tokens of the strings at a key, point after point.
struct TokenPostingsWriter {
  let analysis: TextAnalysis
  private var postings: [ByteString: [UInt32]] = [:]
  private var several: [Int] = []

  init(analysis: TextAnalysis) { self.analysis = analysis }

  mutating func append(_ strings: [String], at offset: Int) {
    if strings.count > 1 { several.append(offset) }
    for string in strings {
      analysis.forEachDocumentTerm(of: string) { token in
        let key = ByteString(token)
        if postings[key]?.last != UInt32(offset) {
          postings[key, default: []].append(UInt32(offset))
        }
        return true
      }
    }
  }

  func finish(pointCount: Int) -> PayloadBlockBytes {
    let tokens = postings.keys.map(\.text)
    let sorted = tokens.orderByBytes().map { index in
      (key: ByteString(tokens[index]), value: postings[ByteString(tokens[index])]!)
    }
    let textByteCount = sorted.reduce(0) { $0 + $1.key.text.utf8.count }
    let postingCount = sorted.reduce(0) { $0 + $1.value.count }
    let width = PackedIntegers.boundWidth(max(textByteCount, postingCount))

    var writer = ByteWriter()
    writer.u64(UInt64(sorted.count))
    writer.u64(UInt64(textByteCount))
    writer.u64(UInt64(postingCount))
    var mask = PointMask(count: pointCount)
    for offset in several { mask[offset] = true }
    writer.packed(mask.words, width: 8)
    var bounds: [UInt64] = [0]
    var starts: [UInt64] = [0]
    for (token, offsets) in sorted {
      bounds.append(bounds.last! + UInt64(token.text.utf8.count))
      starts.append(starts.last! + UInt64(offsets.count))
    }
    writer.packed(bounds, width: width)
    for (token, _) in sorted { writer.bytes(Array(token.text.utf8)) }
    writer.pad(toMultipleOf: PayloadFormat.alignment)
    writer.packed(starts, width: width)
    writer.packed(sorted.lazy.flatMap(\.value).map { UInt64($0) }, width: 4)
    return PayloadBlockBytes(
      kind: .raw, flags: [], valueWidth: 4, boundWidth: width, bytes: writer.contents)
  }
}
