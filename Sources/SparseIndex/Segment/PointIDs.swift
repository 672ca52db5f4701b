internal import StorageIO

/// The ids of a segment's points, ascending: integers as 8 bytes each, of consecutive ones only the
/// first, then UUIDs as 16.
struct PointIDs: Sendable {
  let integerCount: Int
  let count: Int
  private let bytes: SharedBytes
  private let isConsecutive: Bool
  /// Where the UUIDs begin.
  private let uuidsOffset: Int

  private typealias Format = PointIDsFormat

  static func encode(_ ids: some Collection<PointID>) -> [UInt8] {
    var integerCount = 0
    var first: UInt64?
    var isConsecutive = true
    for case .integer(let value) in ids {
      let start = first ?? value
      first = start
      isConsecutive = isConsecutive && value - start == UInt64(integerCount)
      integerCount += 1
    }
    isConsecutive = isConsecutive && integerCount > 1
    let storedCount = isConsecutive ? 1 : integerCount
    var bytes: [UInt8] = []
    bytes.reserveCapacity(
      Format.headerByteCount + storedCount * 8 + (ids.count - integerCount) * 16)
    bytes.append(
      littleEndian: UInt64(integerCount) | (isConsecutive ? Format.consecutiveFlag : 0))
    for (index, id) in ids.enumerated() {
      switch id {
      case .integer(let value): if index < storedCount { bytes.append(littleEndian: value) }
      case .uuid(let value): bytes.append(littleEndian: value)
      }
    }
    return bytes
  }

  init(_ bytes: SharedBytes, pointCount: Int, path: String, position: Int) throws(StorageError) {
    let head = bytes.count >= Format.headerByteCount ? bytes.load(at: 0, as: UInt64.self) : .max
    isConsecutive = head & Format.consecutiveFlag != 0
    guard head & ~Format.consecutiveFlag <= UInt64(pointCount) else {
      throw .corrupt(path: path, offset: position, expected: "the number of integer ids")
    }
    integerCount = Int(head & ~Format.consecutiveFlag)
    count = pointCount
    uuidsOffset = Format.headerByteCount + (isConsecutive ? 1 : integerCount) * 8
    guard bytes.count == uuidsOffset + (pointCount - integerCount) * 16 else {
      throw .corrupt(path: path, offset: position, expected: "an id for each of the points")
    }
    self.bytes = bytes
    guard !isConsecutive || (integerCount > 0 && integer(at: 0) <= .max - UInt64(integerCount - 1))
    else {
      throw .corrupt(
        path: path, offset: position + Format.headerByteCount, expected: "the first of the ids")
    }
  }

  /// Ids that hardly anybody has, for a section that is damaged: the last that there are.
  init(standInFor pointCount: Int) {
    integerCount = pointCount
    count = pointCount
    isConsecutive = true
    uuidsOffset = Format.headerByteCount + 8
    var bytes: [UInt8] = []
    bytes.append(littleEndian: UInt64(pointCount) | Format.consecutiveFlag)
    bytes.append(littleEndian: UInt64.max - UInt64(max(pointCount - 1, 0)))
    self.bytes = SharedBytes(bytes)
  }

  subscript(offset: Int) -> PointID {
    if offset < integerCount {
      return .integer(integer(at: offset))
    }
    return .uuid(
      bytes.load(at: uuidsOffset + (offset - integerCount) * 16, as: UInt128.self))
  }

  func offset(of id: PointID) -> Int? {
    let offset = firstOffset(notBelow: id)
    return offset < count && self[offset] == id ? offset : nil
  }

  /// The least offset whose id is not below `id`; `count` when all are.
  func firstOffset(notBelow id: PointID) -> Int {
    var low = 0
    var high = count
    if case .integer(let value) = id {
      high = integerCount
      // Ids are often consecutive: then the offset is the distance to the first.
      if integerCount > 0 {
        let first = integer(at: 0)
        if value < first { return 0 }
        let guess = value - first
        if guess < UInt64(integerCount), integer(at: Int(guess)) == value { return Int(guess) }
      }
    } else {
      low = integerCount
    }
    return lowerBound(in: low..<high) { self[$0] < id }
  }

  private func integer(at offset: Int) -> UInt64 {
    isConsecutive
      ? bytes.load(at: Format.headerByteCount, as: UInt64.self) &+ UInt64(offset)
      : bytes.load(at: Format.headerByteCount + offset * 8, as: UInt64.self)
  }
}
