package import StorageIO

extension LiveSegment {
  /// Checks what reading relies on and checksums do not vouch for, since anybody can compute them:
  /// every id, posting and vector. Reads all of it. Live points must fit the configuration.
  ///
  /// - Throws: `.corrupt`.
  package func checkStructure(
    fitting configuration: CollectionConfiguration, path: String
  ) throws(StorageError) {
    func check(_ defect: String?, of part: String) throws(StorageError) {
      guard let defect else { return }
      throw .corrupt(path: path, offset: 0, expected: "\(part) with \(defect)")
    }
    for offset in 0..<max(0, segment.pointCount - 1)
    where segment.id(at: offset) >= segment.id(at: offset + 1) {
      throw .corrupt(path: path, offset: 0, expected: "ids that ascend from point \(offset) on")
    }
    for (name, sections) in segment.sparseSections {
      try check(sections.postings.defect, of: "postings `\(name)`")
      try check(sections.vectors.defect, of: "vectors `\(name)`")
    }
    for (name, sections) in segment.denseSections {
      var used = sections.presence
      if let deleted { used.subtract(deleted) }
      // A name that was removed and added again may have had another size.
      let parameters = used.isEmpty ? nil : configuration.denseVectors[name]
      try check(sections.defect(fitting: parameters), of: "vectors `\(name)`")
    }
  }
}

extension PostingsReader {
  /// The defect of the codebook or the dimensions; nil when there is none.
  var tableDefect: String? {
    for code in 0..<codebook.codeCount {
      let (lower, upper) = (codebook.lower[code], codebook.upper[code])
      guard lower.isFinite, upper.isFinite, lower <= upper, !codebook.isExact || lower == upper,
        code == 0 || codebook.upper[code - 1] <= lower
      else { return "a codebook that ascends" }
    }
    for rank in 1..<max(dimensionCount, 1) where dimension(at: rank - 1) >= dimension(at: rank) {
      return "dimensions that ascend"
    }
    return nil
  }

  /// The missing part; nil when nothing is missing.
  var defect: String? {
    if let tableDefect { return tableDefect }
    var offsets = [UInt32](repeating: 0, count: pointCount)
    var codes = [UInt8](repeating: 0, count: pointCount)
    var count = 0
    for rank in 0..<dimensionCount {
      guard let list = wholeList(at: rank) else {
        return "a list within the section at rank \(rank)"
      }
      var cursor = PostingCursor(list)
      let decoded = offsets.withUnsafeMutableBufferPointer { offsets in
        codes.withUnsafeMutableBufferPointer { codes in
          cursor.decode(
            below: pointCount, capacity: pointCount, offsets: offsets.baseAddress!,
            codes: codes.baseAddress!)
        }
      }
      let range = list.leastCode...list.greatestCode
      guard decoded == list.count, list.hasWholeMask,
        offsets[..<decoded].isStrictlyAscending, codes[..<decoded].allSatisfy(range.contains)
      else { return "a whole list at rank \(rank)" }
      count += decoded
    }
    return count == postingCount ? nil : "\(postingCount) postings"
  }
}

extension PostingList {
  /// Whether the list's bitmap or mask, if it has one, says as many points or pairs as there are, and none
  /// beyond the segment's.
  fileprivate var hasWholeMask: Bool {
    func memberCount(_ byteCount: Int) -> Int {
      UnsafeRawBufferPointer(start: offsets, count: byteCount)
        .reduce(0) { $0 + $1.nonzeroBitCount }
    }
    switch kind {
    case .bitmap:
      return memberCount(PostingsFormat.bitmapByteCount(pointCount: pointCount)) == count
    case .pairs:
      let byteCount = PairCodes.maskByteCount(pointCount: pointCount)
      let beyond = byteCount * 8 - (pointCount + 1) / 2
      let last = offsets.loadUnaligned(fromByteOffset: byteCount - 8, as: UInt64.self)
      return memberCount(byteCount) == pairCount && last.leadingZeroBitCount >= beyond
    case .gaps, .nibbles, .grouped: return true
    }
  }
}

extension SparseVectorsReader {
  /// The missing part; nil when nothing is missing.
  var defect: String? {
    guard presence.memberCount == vectorCount else { return "\(vectorCount) vectors" }
    var count = 0
    for offset in 0..<presence.count {
      guard norm(at: offset).isFinite, norm(at: offset) >= 0 else {
        return "a length at point \(offset)"
      }
      guard presence[offset] else { continue }
      guard let record = wholeRecord(at: offset), record.isWhole(codeCount: codeCount) else {
        return "a whole vector at point \(offset)"
      }
      count += record.count
    }
    return count == postingCount ? nil : "\(postingCount) weights"
  }
}

extension SparseVectorRecord {
  fileprivate func isWhole(codeCount: Int) -> Bool {
    let ranks = [UInt32](unsafeUninitializedCapacity: max(count, 1)) { buffer, initialized in
      initialized = count == 0 ? 0 : decodeRanks(into: buffer.baseAddress!)
    }
    guard ranks.count == count, ranks[...].isStrictlyAscending else { return false }
    return hasWholeWeights(codeCount: codeCount)
  }
}

extension DenseSections {
  fileprivate func defect(fitting parameters: DenseVectorParameters?) -> String? {
    guard size > 0 else { return "components" }
    if let parameters, parameters.size != size || parameters.isMultivector != isMultivector {
      return "\(parameters.size) components"
    }
    for offset in 0..<presence.count {
      let count = rowCount(at: offset)
      let isRight = presence[offset] ? (isMultivector ? count > 0 : count == 1) : count == 0
      guard isRight, components(at: offset).allSatisfy(\.isFinite) else {
        return "a vector at point \(offset)"
      }
    }
    return nil
  }
}

extension ArraySlice<UInt32> {
  fileprivate var isStrictlyAscending: Bool { zip(self, dropFirst()).allSatisfy { $0 < $1 } }
}
