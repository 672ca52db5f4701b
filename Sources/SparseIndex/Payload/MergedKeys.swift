internal import JSONCodec
internal import StorageIO

/// Which keys of a merge have columns of their own, and what each input has for them.
///
/// Where there are more keys than columns, keys may move between columns and the overflow. Those
/// that gain a column are read from the overflow into memory, as long as they are not much; else they
/// stay in the overflow, and what other inputs have in columns joins them.
struct MergedKeys {
  /// For each key, its column in each input; nil where no point has the key.
  private(set) var columns: [(name: String, columns: [PayloadColumn?])] = []
  /// What goes into the overflow, for each input.
  private(set) var overflow: [PayloadTexts]

  /// Values that may move from the overflow into columns.
  private static let movedByteCount = 8 << 20

  init(_ inputs: [PayloadSection], sources: [MergeOrder.Source]) throws(StorageError) {
    var places: [ByteString: Int] = [:]
    for (index, input) in inputs.enumerated() {
      for (rank, column) in input.columns.enumerated() {
        let place: Int
        if rank < columns.count, columns[rank].name.hasSameBytes(as: column.name) {
          place = rank
        } else if let known = places[column.name] {
          place = known
        } else {
          place = columns.count
          columns.append((column.name, Array(repeating: nil, count: inputs.count)))
        }
        places[column.name] = place
        columns[place].columns[index] = column
      }
    }
    overflow = inputs.map { $0.overflow.map { .stored($0) } ?? .none }
    let overflowing = inputs.filter { $0.overflow != nil }
    if overflowing.isEmpty && columns.count <= PayloadFormat.maxKeyCount { return }

    columns = columns.filter { Self.hasValues($0.columns, sources) }
    let isSettled =
      columns.count == PayloadFormat.maxKeyCount
      && overflowing.allSatisfy { input in
        columns.allSatisfy { input.column(named: $0.name) != nil }
      }
    if !isSettled { try moveKeys(of: inputs, sources) }
  }

  private static func hasValues(
    _ columns: [PayloadColumn?], _ sources: [MergeOrder.Source]
  ) -> Bool {
    sources.contains { source in
      columns[Int(source.input)].map { $0.state(at: Int(source.offset)) != .missing } ?? false
    }
  }

  private mutating func moveKeys(
    of inputs: [PayloadSection], _ sources: [MergeOrder.Source]
  ) throws(StorageError) {
    let demoted = columns.dropFirst(PayloadFormat.maxKeyCount)
    columns = Array(columns.prefix(PayloadFormat.maxKeyCount))
    var keys = OverflowKeys(
      wanted: columns.map { ByteString($0.name) },
      room: PayloadFormat.maxKeyCount - columns.count)
    for source in sources { keys.count(inputs[Int(source.input)], at: Int(source.offset)) }
    // Keys that would take too much memory on the way stay where they are.
    var left = Self.movedByteCount
    var moved: Set<ByteString> = []
    var lost = Array(demoted)
    for (name, byteCount) in keys.byteCounts {
      if byteCount > left {
        if let index = columns.firstIndex(where: { ByteString($0.name) == name }) {
          lost.append(columns.remove(at: index))
        }
      } else if byteCount > 0 {
        left -= byteCount
        moved.insert(name)
        if !columns.contains(where: { ByteString($0.name) == name }) {
          columns.append((name.text, Array(repeating: nil, count: inputs.count)))
        }
      }
    }
    for (index, input) in inputs.enumerated() {
      let offsets = sources.filter { Int($0.input) == index }.map { Int($0.offset) }.sorted()
      let read = try OverflowKeys.columns(of: moved, in: input, at: offsets)
      for place in columns.indices {
        if let column = read[columns[place].name] { columns[place].columns[index] = column }
      }
      let rest = PayloadRest(
        columns: lost.compactMap { $0.columns[index] }, overflow: input.overflow, leftOut: moved)
      if !moved.isEmpty || !rest.columns.isEmpty { overflow[index] = .rest(rest) }
    }
  }
}

/// How much some keys take in the overflow of the inputs.
private struct OverflowKeys {
  private(set) var byteCounts: [(name: ByteString, byteCount: Int)]
  private var places: [ByteString: Int]
  /// How many more keys may be met and counted.
  private var room: Int

  init(wanted: [ByteString], room: Int) {
    byteCounts = wanted.map { ($0, 0) }
    places = Dictionary(uniqueKeysWithValues: wanted.enumerated().map { ($1, $0) })
    self.room = room
  }

  mutating func count(_ input: PayloadSection, at offset: Int) {
    input.overflow?.withText(at: offset) { text in
      guard !text.isEmpty else { return }
      try? JSONReader.readMembers(text) { (name, reader) throws(JSONError) in
        let start = reader.byteOffset
        try reader.skipValue()
        let name = ByteString(name)
        if places[name] == nil, room > 0 {
          room -= 1
          places[name] = byteCounts.count
          byteCounts.append((name, 0))
        }
        if let place = places[name] {
          byteCounts[place].byteCount += reader.byteOffset - start
        }
      }
    }
  }

  /// The values of the keys as columns in memory.
  static func columns(
    of names: Set<ByteString>, in input: PayloadSection, at offsets: [Int]
  ) throws(StorageError) -> [ByteString: PayloadColumn] {
    guard !names.isEmpty, let overflow = input.overflow else { return [:] }
    var writers: [ByteString: PayloadColumnWriter] = [:]
    for offset in offsets {
      guard case .object(let object) = overflow.value(at: offset) else { continue }
      for member in object.members where names.contains(ByteString(member.name)) {
        writers[ByteString(member.name), default: PayloadColumnWriter(name: member.name)]
          .append(member.value, at: offset)
      }
    }
    var columns: [ByteString: PayloadColumn] = [:]
    for (name, writer) in writers {
      columns[name] = try writer.column(pointCount: input.pointCount, kind: nil)
    }
    return columns
  }
}

extension JSONReader {
  /// Calls `body` for each member of an object, which reads or skips its value.
  fileprivate static func readMembers(
    _ text: UnsafeRawBufferPointer,
    _ body: (String, inout JSONReader) throws(JSONError) -> Void
  ) throws(JSONError) {
    var reader = JSONReader(text, maxDepth: PayloadFormat.maxDepth)
    try reader.beginObject()
    while let name = try reader.nextName() { try body(name, &reader) }
  }
}
