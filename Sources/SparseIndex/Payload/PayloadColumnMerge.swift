internal import JSONCodec
internal import StorageIO

/// A typed column made of the columns that several inputs have for a key. It keeps no values: they
/// are read again for each part of the block that is handed on.
struct PayloadColumnMerge: PayloadBlock {
  let header: PayloadColumnHeader
  private let columns: MergedColumns
  private let kind: PayloadColumnKind
  private let figures: Figures
  /// A value is base + slot, for integers.
  private let base: Int64
  private let textByteCount: Int
  private let entryCount: Int

  /// Figures of the values, complete once all have been looked at.
  private struct Figures {
    var hasMissing = false
    var hasNulls = false
    var hasArrays = false
    /// The number of values, without idle slots.
    var valueCount = 0
    var least = Int64.max
    var greatest = Int64.min
  }

  /// - Parameter kind: the kind of all columns that have values; there is at least one.
  init(_ columns: MergedColumns, kind: PayloadColumnKind) {
    precondition(!kind.isText)
    self.columns = columns
    self.kind = kind
    let figures = Self.figures(of: columns, kind)
    self.figures = figures
    let pointCount = columns.sources.count
    let slotCount = figures.hasArrays ? figures.valueCount : pointCount
    base = kind == .integer ? figures.least : 0
    var greatestSlot: UInt64 = 1
    var textByteCount = 0
    var entryCount = 0
    switch kind {
    case .integer: greatestSlot = UInt64(bitPattern: figures.greatest &- figures.least)
    case .float: greatestSlot = .max
    case .dictionary:
      let texts = columns.mergedTexts()
      textByteCount = texts.byteCount
      entryCount = texts.count
      greatestSlot = UInt64(entryCount - 1)
    default: break
    }
    self.textByteCount = textByteCount
    self.entryCount = entryCount
    let valueWidth = PackedIntegers.width(of: greatestSlot)
    let boundWidth = PackedIntegers.boundWidth(max(textByteCount, slotCount))
    let maskByteCount = (pointCount + 63) / 64 * 8
    var flags: PayloadColumnFlags = []
    var byteCount = 8
    if kind == .integer { byteCount += 8 }
    if kind == .dictionary { byteCount += 16 }
    if figures.hasMissing {
      flags.insert(.present)
      byteCount += maskByteCount
    }
    if figures.hasNulls {
      flags.insert(.nulls)
      byteCount += maskByteCount
    }
    if figures.hasArrays {
      flags.insert(.arrays)
      byteCount +=
        maskByteCount + SectionPieces.packedByteCount(pointCount + 1, width: boundWidth)
    }
    if kind == .dictionary {
      byteCount +=
        SectionPieces.packedByteCount(entryCount + 1, width: boundWidth)
        + SectionPieces.padded(textByteCount)
    }
    byteCount += SectionPieces.packedByteCount(slotCount, width: valueWidth)
    header = PayloadColumnHeader(
      kind: kind, flags: flags, valueWidth: valueWidth, boundWidth: boundWidth,
      byteCount: byteCount)
  }

  private static func figures(of columns: MergedColumns, _ kind: PayloadColumnKind) -> Figures {
    var figures = Figures()
    columns.forEach { column, _, offset, state in
      switch state {
      case .missing: figures.hasMissing = true
      case .null: figures.hasNulls = true
      case .single, .array:
        if state == .array { figures.hasArrays = true }
        let slots = column!.slots(at: offset)
        let values = state == .single ? slots.prefix(1) : slots
        figures.valueCount += values.count
        guard kind == .integer else { return }
        for slot in values {
          let integer = column!.integer(atSlot: slot)
          figures.least = min(figures.least, integer)
          figures.greatest = max(figures.greatest, integer)
        }
      }
    }
    return figures
  }

  // MARK: Writing

  func write(_ emit: Emit) throws(StorageError) {
    var pieces = SectionPieces()
    let pointCount = columns.sources.count
    let slotCount = figures.hasArrays ? figures.valueCount : pointCount
    pieces.u64(UInt64(slotCount))
    if kind == .integer { pieces.u64(UInt64(bitPattern: base)) }
    if kind == .dictionary {
      pieces.u64(UInt64(entryCount))
      pieces.u64(UInt64(textByteCount))
    }
    if figures.hasMissing { try writeMask(&pieces, emit) { $0 != .missing } }
    if figures.hasNulls { try writeMask(&pieces, emit) { $0 == .null } }
    if figures.hasArrays {
      try writeMask(&pieces, emit) { $0 == .array }
      try writeStarts(&pieces, emit)
    }
    let texts = kind == .dictionary ? columns.mergedTexts() : nil
    if let texts { try write(texts, &pieces, emit) }
    try writeValues(texts, &pieces, emit)
    try pieces.end(emit)
  }

  private func writeMask(
    _ pieces: inout SectionPieces, _ emit: Emit, _ isMember: (PayloadColumnWriter.State) -> Bool
  ) throws(StorageError) {
    var word: UInt64 = 0
    var point = 0
    try columns.forEach { (_, _, _, state) throws(StorageError) in
      if isMember(state) { word |= 1 << UInt64(point & 63) }
      point += 1
      if point & 63 == 0 || point == columns.sources.count {
        try pieces.packed(word, width: 8, emit)
        word = 0
      }
    }
  }

  private func writeStarts(_ pieces: inout SectionPieces, _ emit: Emit) throws(StorageError) {
    var end = 0
    try pieces.packed(0, width: header.boundWidth, emit)
    try columns.forEach { (column, _, offset, state) throws(StorageError) in
      switch state {
      case .missing, .null: break
      case .single: end += 1
      case .array: end += column!.slots(at: offset).count
      }
      try pieces.packed(UInt64(end), width: header.boundWidth, emit)
    }
    pieces.pad()
  }

  private func write(
    _ texts: MergedTexts<PayloadColumn>, _ pieces: inout SectionPieces, _ emit: Emit
  ) throws(StorageError) {
    var bound = 0
    try pieces.packed(0, width: header.boundWidth, emit)
    for rank in 0..<texts.count {
      bound += texts.text(rank).count
      try pieces.packed(UInt64(bound), width: header.boundWidth, emit)
    }
    pieces.pad()
    for rank in 0..<texts.count { try pieces.bytes(texts.text(rank), emit) }
    pieces.pad()
  }

  private func writeValues(
    _ texts: MergedTexts<PayloadColumn>?, _ pieces: inout SectionPieces, _ emit: Emit
  ) throws(StorageError) {
    let width = header.valueWidth
    let idle = texts.map { columns.firstRank(in: $0) } ?? 0
    try columns.forEach { (column, input, offset, state) throws(StorageError) in
      switch state {
      case .missing, .null:
        if !figures.hasArrays { try pieces.packed(idle, width: width, emit) }
      case .single, .array:
        let slots = column!.slots(at: offset)
        for slot in state == .single ? slots.prefix(1) : slots {
          let value = column!.values[slot]
          let merged =
            switch kind {
            case .dictionary: UInt64(texts!.ranks[input][Int(truncatingIfNeeded: value)])
            case .integer: UInt64(bitPattern: column!.integer(atSlot: slot) &- base)
            case .float: value
            default: value != 0 ? 1 as UInt64 : 0
            }
          try pieces.packed(merged, width: width, emit)
        }
      }
    }
    pieces.pad()
  }
}

/// The columns that the inputs of a merge have for one key.
struct MergedColumns {
  /// A column for each input; nil where no point has the key.
  var columns: [PayloadColumn?]
  let sources: [MergeOrder.Source]
  /// Whether values count as in indexes: null and `[]` as missing, and `[x]` as `x`.
  var isFlattened = false

  /// Calls `body` for the points of the merged section in their order.
  @inline(__always)
  func forEach<E: Error>(
    _ body: (
      _ column: PayloadColumn?, _ input: Int, _ offset: Int, _ state: PayloadColumnWriter.State
    ) throws(E) -> Void
  ) throws(E) {
    for source in sources {
      let column = columns[Int(source.input)]
      let offset = Int(source.offset)
      try body(column, Int(source.input), offset, column.map { state($0, offset) } ?? .missing)
    }
  }

  @inline(__always)
  private func state(_ column: PayloadColumn, _ offset: Int) -> PayloadColumnWriter.State {
    let state = column.state(at: offset)
    guard isFlattened else { return state }
    switch state {
    case .missing, .null: return .missing
    case .single: return .single
    case .array:
      let count = column.slots(at: offset).count
      return count == 0 ? .missing : count == 1 ? .single : .array
    }
  }

  /// The texts that merged points have, for dictionary columns.
  func mergedTexts() -> MergedTexts<PayloadColumn> {
    var isUsed = columns.map { $0.map { [Bool](repeating: false, count: $0.entryCount) } }
    forEach { column, input, offset, state in
      guard state == .single || state == .array else { return }
      let slots = column!.slots(at: offset)
      for slot in state == .single ? slots.prefix(1) : slots {
        isUsed[input]![Int(truncatingIfNeeded: column!.values[slot])] = true
      }
    }
    return MergedTexts(columns, isUsed: isUsed)
  }

  /// The rank of the first value, which idle slots have.
  func firstRank(in texts: MergedTexts<PayloadColumn>) -> UInt64 {
    for source in sources {
      guard let column = columns[Int(source.input)] else { continue }
      let offset = Int(source.offset)
      switch state(column, offset) {
      case .single, .array:
        guard let slot = column.slots(at: offset).first else { continue }
        return UInt64(
          texts.ranks[Int(source.input)][Int(truncatingIfNeeded: column.values[slot])])
      case .missing, .null: continue
      }
    }
    return 0
  }

  // MARK: The kind

  /// The narrowest block that holds all values; nil when no point has the key.
  ///
  /// - Throws: nothing that an intact input could cause.
  func block() throws(StorageError) -> (any PayloadBlock)? {
    let survey = survey()
    guard survey.hasValues else { return nil }
    guard let kind = survey.kind else {
      return PayloadTextMerge(
        columns.map { column in
          column.map { $0.kind.isText ? .stored($0) : .values($0) } ?? .none
        }, sources: sources, kind: .raw)
    }
    var typed = self
    for (input, column) in columns.enumerated() where column?.kind.isText ?? false {
      typed.columns[input] = try retyped(column!, of: input, as: kind)
    }
    return PayloadColumnMerge(typed, kind: kind)
  }

  private struct Survey {
    var hasValues = false
    /// Nil when only text holds the values.
    var kind: PayloadColumnKind?
  }

  /// Texts beyond this stay text, even if their values have come to be of one type.
  private static let retypedByteCount = 8 << 20

  private func survey() -> Survey {
    var hasValues = false
    var kind: PayloadColumnKind?
    var textByteCount = 0
    /// Whether a value of the typed column has been met; by column.
    var isSettled = columns.map { $0 == nil }
    var unsettledCount = isSettled.count { !$0 }
    for source in sources where !isSettled[Int(source.input)] {
      let column = columns[Int(source.input)]!
      let offset = Int(source.offset)
      let state = state(column, offset)
      guard state != .missing else { continue }
      hasValues = true
      if column.kind.isText {
        textByteCount += column.textByteCount(at: offset)
        guard textByteCount <= Self.retypedByteCount,
          Self.settle(&kind, column.kindOfText(at: offset))
        else { return Survey(hasValues: true, kind: nil) }
      } else if state == .single || (state == .array && !column.slots(at: offset).isEmpty) {
        guard Self.settle(&kind, .one(column.kind)) else {
          return Survey(hasValues: true, kind: nil)
        }
        isSettled[Int(source.input)] = true
        unsettledCount -= 1
        if unsettledCount == 0 { break }
      }
    }
    return Survey(hasValues: hasValues, kind: kind)
  }

  /// - Returns: whether one kind still holds all values.
  private static func settle(
    _ kind: inout PayloadColumnKind?, _ found: PayloadColumn.TextKind
  ) -> Bool {
    switch found {
    case .any: return true
    case .mixed: return false
    case .one(let found):
      if kind == nil { kind = found }
      return kind == found
    }
  }

  /// The values of the merged points as a typed column in memory.
  private func retyped(
    _ column: PayloadColumn, of input: Int, as kind: PayloadColumnKind
  ) throws(StorageError) -> PayloadColumn? {
    var writer = PayloadColumnWriter(name: column.name)
    let offsets = sources.filter { Int($0.input) == input }.map(\.offset).sorted()
    for offset in offsets {
      if let value = column.value(at: Int(offset)) { writer.append(value, at: Int(offset)) }
    }
    guard !writer.isEmpty else { return nil }
    return try writer.column(pointCount: column.pointCount, kind: kind)
  }
}
