internal import StorageIO

/// The ids of a segment's points, ascending: integers as 8 bytes each, then UUIDs as 16.
struct PointIDs: Sendable {
  let integerCount: Int
  let count: Int
  private let bytes: SharedBytes

  static func encode(_ ids: some Collection<PointID>) -> [UInt8] {
    var integerCount = 0
    for id in ids {
      if case .integer = id { integerCount += 1 }
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + integerCount * 8 + (ids.count - integerCount) * 16)
    bytes.append(littleEndian: UInt64(integerCount))
    for id in ids {
      switch id {
      case .integer(let value): bytes.append(littleEndian: value)
      case .uuid(let value): bytes.append(littleEndian: value)
      }
    }
    return bytes
  }

  init(_ bytes: SharedBytes, pointCount: Int, path: String, position: Int) throws(StorageError) {
    guard bytes.count >= 8, bytes.load(at: 0, as: UInt64.self) <= UInt64(pointCount) else {
      throw .corrupt(path: path, offset: position, expected: "the number of integer ids")
    }
    integerCount = Int(bytes.load(at: 0, as: UInt64.self))
    count = pointCount
    guard bytes.count == 8 + integerCount * 8 + (pointCount - integerCount) * 16 else {
      throw .corrupt(path: path, offset: position, expected: "an id for each of the points")
    }
    self.bytes = bytes
  }

  subscript(offset: Int) -> PointID {
    if offset < integerCount {
      return .integer(integer(at: offset))
    }
    return .uuid(
      bytes.load(at: 8 + integerCount * 8 + (offset - integerCount) * 16, as: UInt128.self))
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
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < id { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func integer(at offset: Int) -> UInt64 {
    bytes.load(at: 8 + offset * 8, as: UInt64.self)
  }
}
