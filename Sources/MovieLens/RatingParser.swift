import DataFiles

/// Reads rating lines from blocks of bytes into a table. The ratings are nearly all of a set's
/// bytes, so this reads digits itself and makes no strings.
struct RatingParser {
  private let path: String
  private let shape: RatingLine
  private let keepsTimes: Bool
  private var table: RatingTable.Builder
  private var lineNumber = 0

  /// Reads a whole file.
  /// - Parameters:
  ///   - keepsTimes: takes timestamps, too, which are then at most 2³² − 1.
  ///   - onBlock: called now and then with the bytes that have been read.
  static func read(
    _ path: String, _ shape: RatingLine, keepsTimes: Bool = false,
    onBlock: (Int) -> Void = { _ in }
  ) throws(MovieLensError) -> RatingTable {
    let file = try TextFile.open(path)
    // About the shortest line there is in each of the sets.
    var parser = RatingParser(
      path: path, shape: shape, keepsTimes: keepsTimes, expectedCount: file.byteCount / 20)
    var byteCount = 0
    try file.forEachBlock { (block) throws(MovieLensError) in
      try parser.consume(block)
      byteCount += block.count
      onBlock(byteCount)
    }
    return parser.table.finish()
  }

  private init(path: String, shape: RatingLine, keepsTimes: Bool, expectedCount: Int) {
    self.path = path
    self.shape = shape
    self.keepsTimes = keepsTimes
    table = RatingTable.Builder(expectedCount: expectedCount, keepsTimes: keepsTimes)
  }

  /// `block` holds whole lines, each with its newline.
  private mutating func consume(_ block: Span<UInt8>) throws(MovieLensError) {
    var position = 0
    if lineNumber == 0, let header = shape.header {
      position = try skipHeader(header, in: block)
    }
    while position < block.count {
      lineNumber += 1
      guard readLine(block, &position) else {
        throw .malformedLine(path: path, line: lineNumber, expected: shape.description)
      }
    }
  }

  /// Reads one line, leaving `position` after its newline. False when it is not a rating.
  @inline(__always)
  private mutating func readLine(_ block: Span<UInt8>, _ position: inout Int) -> Bool {
    let start = position
    guard let user = readInteger(block, &position) else {
      return position == start && skipBlankLine(block, &position)
    }
    guard skipSeparator(block, &position), let item = readInteger(block, &position),
      skipSeparator(block, &position), let halfStars = readHalfStars(block, &position),
      skipSeparator(block, &position),
      let time = keepsTimes
        ? readInteger(block, &position) : skipTimestamp(block, &position),
      skipRest(block, &position)
    else { return false }
    table.append(user: user, item: item, halfStars: halfStars, time: time)
    return true
  }

  @inline(__always)
  private func readInteger(_ block: Span<UInt8>, _ position: inout Int) -> UInt32? {
    var value: UInt64 = 0
    let start = position
    while true {
      let digit = block[position] &- UInt8(ascii: "0")
      guard digit < 10 else { break }
      value = value &* 10 &+ UInt64(digit)
      position += 1
    }
    guard position > start, position - start <= 10 else { return nil }
    return UInt32(exactly: value)
  }

  @inline(__always)
  private func skipSeparator(_ block: Span<UInt8>, _ position: inout Int) -> Bool {
    guard block[position] == shape.separator else { return false }
    position += 1
    if shape.isDoubled {
      guard block[position] == shape.separator else { return false }
      position += 1
    }
    return true
  }

  /// `4`, `4.0` or `3.5`; from half a star to five.
  @inline(__always)
  private func readHalfStars(_ block: Span<UInt8>, _ position: inout Int) -> UInt8? {
    let digit = block[position] &- UInt8(ascii: "0")
    guard digit <= 5 else { return nil }
    position += 1
    var halfStars = digit * 2
    if block[position] == UInt8(ascii: ".") {
      switch block[position + 1] {
      case UInt8(ascii: "5"): halfStars += 1
      case UInt8(ascii: "0"): break
      default: return nil
      }
      position += 2
    }
    return (1...10).contains(halfStars) ? halfStars : nil
  }

  /// Passes over digits, of which there is one at least.
  @inline(__always)
  private func skipTimestamp(_ block: Span<UInt8>, _ position: inout Int) -> UInt32? {
    let start = position
    while block[position] &- UInt8(ascii: "0") < 10 { position += 1 }
    return position > start ? 0 : nil
  }

  /// Passes over the end of the line.
  @inline(__always)
  private func skipRest(_ block: Span<UInt8>, _ position: inout Int) -> Bool {
    if shape.allowsFurtherColumns, block[position] == shape.separator {
      while block[position] != UInt8(ascii: "\n") { position += 1 }
    }
    if block[position] == UInt8(ascii: "\r") { position += 1 }
    guard block[position] == UInt8(ascii: "\n") else { return false }
    position += 1
    return true
  }

  private func skipBlankLine(_ block: Span<UInt8>, _ position: inout Int) -> Bool {
    if block[position] == UInt8(ascii: "\r") { position += 1 }
    guard block[position] == UInt8(ascii: "\n") else { return false }
    position += 1
    return true
  }

  private mutating func skipHeader(
    _ header: String, in block: Span<UInt8>
  ) throws(MovieLensError) -> Int {
    lineNumber = 1
    var position = 0
    for byte in header.utf8 {
      guard block[position] == byte else {
        throw .malformedLine(path: path, line: 1, expected: "the header \(header)")
      }
      position += 1
    }
    guard skipBlankLine(block, &position) else {
      throw .malformedLine(path: path, line: 1, expected: "the header \(header)")
    }
    return position
  }
}
