internal import JSONCodec
internal import StorageIO

/// Which points have which token at a text-indexed key.
struct TokenPostings: Sendable {
  /// Points with more than one string, where tokens may come from different ones.
  let several: PointMask
  private let bounds: PackedIntegers
  private let text: SharedBytes
  private let starts: PackedIntegers
  private let postings: PackedIntegers

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
    guard postingCount == 0 || postings.maximum() < UInt64(pointCount) else {
      throw reader.corrupt("postings below \(pointCount)")
    }
  }

  func mask(of token: ByteString) -> PointMask {
    var mask = PointMask(count: several.count)
    guard let index = index(of: Array(token.text.utf8)) else { return mask }
    for posting in starts.offset(index)..<starts.offset(index + 1) {
      mask[postings.offset(posting)] = true
    }
    return mask
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

  func finish(pointCount: Int) -> PayloadColumnWriter.Block {
    let tokens = postings.keys.map(\.text)
    let sorted = tokens.orderByBytes().map { index in
      (key: ByteString(tokens[index]), value: postings[ByteString(tokens[index])]!)
    }
    let textByteCount = sorted.reduce(0) { $0 + $1.key.text.utf8.count }
    let postingCount = sorted.reduce(0) { $0 + $1.value.count }
    let width = max(textByteCount, postingCount) <= Int(UInt32.max) ? 4 : 8

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
    return PayloadColumnWriter.Block(
      kind: .raw, flags: [], valueWidth: 4, boundWidth: width, bytes: writer.contents)
  }
}
