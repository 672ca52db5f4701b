internal import JSONCodec
internal import StorageIO

/// Collects the values of one key, point after point, in the narrowest kind that holds them all.
///
/// The kind is open until the first value; a value that does not fit turns the column to raw text.
struct PayloadColumnWriter {
  enum State: UInt8 {
    case missing, null, single, array
  }

  let name: String
  /// Nil until a value has been seen.
  private(set) var kind: PayloadColumnKind?
  /// One for each point up to the last that has the key.
  private var states: [State] = []
  /// Where each point's values start; the end of the last is the slot count. Empty until an array
  /// is met: up to then every point has one slot.
  private var starts: [Int] = []

  private var codes: [UInt32] = []
  private var entries: [String] = []
  private var entryCodes: [ByteString: UInt32] = [:]
  private var integers: [Int64] = []
  private var floats: [Double] = []
  private var bools: [Bool] = []
  private var text: [UInt8] = []
  /// The end of each point's text.
  private var textEnds: [Int] = []

  init(name: String, kind: PayloadColumnKind? = nil) {
    self.name = name
    self.kind = kind
  }

  /// No point has the key.
  var isEmpty: Bool { states.isEmpty }

  private var slotCount: Int {
    switch kind {
    case .dictionary: codes.count
    case .integer: integers.count
    case .float: floats.count
    case .bool: bools.count
    default: 0
    }
  }

  // MARK: Appending

  /// - Precondition: `point` is above every point appended before.
  mutating func append(_ value: JSONValue, at point: Int) {
    fillMissing(upTo: point)
    if kind?.isText != true {
      switch value {
      case .null: return appendState(.null)
      case .array(let elements):
        if elements.allSatisfy({ accepts($0) }) && areAlike(elements) {
          appendState(.array)
          for element in elements { push(element) }
          return
        }
      default:
        if accepts(value) {
          appendState(.single)
          push(value)
          return
        }
      }
      turnToText()
    }
    states.append(.single)
    text.append(contentsOf: value.encoded)
    textEnds.append(text.count)
  }

  private mutating func fillMissing(upTo point: Int) {
    precondition(point >= states.count)
    while states.count < point { appendState(.missing) }
  }

  /// Appends a point's state; without arrays, points that have no value take an idle slot.
  private mutating func appendState(_ state: State) {
    if kind?.isText == true {
      states.append(state)
      textEnds.append(text.count)
      return
    }
    if state == .array && starts.isEmpty {
      // From idle slots to starts.
      var slot = 0
      var kept = 0
      for earlier in states {
        starts.append(kept)
        if earlier == .single {
          moveSlot(from: slot, to: kept)
          kept += 1
        }
        if kind != nil { slot += 1 }
      }
      truncateSlots(to: kept)
    }
    if !starts.isEmpty || state == .array {
      starts.append(slotCount)
    } else if state != .single {
      pushIdle()
    }
    states.append(state)
  }

  private func accepts(_ value: JSONValue) -> Bool {
    switch value {
    case .string: kind == nil || kind == .dictionary
    case .integer: kind == nil || kind == .integer
    case .double: kind == nil || kind == .float
    case .bool: kind == nil || kind == .bool
    default: false
    }
  }

  private func areAlike(_ elements: [JSONValue]) -> Bool {
    guard kind == nil, let first = elements.first else { return true }
    return elements.allSatisfy {
      switch (first, $0) {
      case (.string, .string), (.integer, .integer), (.double, .double), (.bool, .bool): true
      default: false
      }
    }
  }

  private mutating func push(_ value: JSONValue) {
    switch value {
    case .string(let string):
      settle(.dictionary)
      codes.append(code(of: string))
    case .integer(let integer):
      settle(.integer)
      integers.append(integer)
    case .double(let double):
      settle(.float)
      floats.append(double)
    case .bool(let bool):
      settle(.bool)
      bools.append(bool)
    default: preconditionFailure("not a typed value")
    }
  }

  /// Fixes the kind at the first value, which makes idle slots for the points before.
  private mutating func settle(_ settled: PayloadColumnKind) {
    guard kind == nil else { return }
    kind = settled
    if starts.isEmpty { for _ in states.dropLast() { pushIdle() } }
  }

  private mutating func pushIdle() {
    switch kind {
    case .dictionary: codes.append(0)
    case .integer: integers.append(0)
    case .float: floats.append(0)
    case .bool: bools.append(false)
    default: break
    }
  }

  private mutating func moveSlot(from source: Int, to target: Int) {
    switch kind {
    case .dictionary: codes[target] = codes[source]
    case .integer: integers[target] = integers[source]
    case .float: floats[target] = floats[source]
    case .bool: bools[target] = bools[source]
    default: break
    }
  }

  private mutating func truncateSlots(to count: Int) {
    switch kind {
    case .dictionary: codes.removeLast(codes.count - count)
    case .integer: integers.removeLast(integers.count - count)
    case .float: floats.removeLast(floats.count - count)
    case .bool: bools.removeLast(bools.count - count)
    default: break
    }
  }

  private mutating func code(of string: String) -> UInt32 {
    let key = ByteString(string)
    if let code = entryCodes[key] { return code }
    let code = UInt32(entries.count)
    entries.append(string)
    entryCodes[key] = code
    return code
  }

  // MARK: Turning to text

  private mutating func turnToText() {
    var writer = JSONWriter()
    for (point, state) in states.enumerated() {
      writer.removeAll()
      let slot = starts.isEmpty ? point : starts[point]
      let end = starts.isEmpty ? slot + 1 : point + 1 < starts.count ? starts[point + 1] : slotCount
      switch state {
      case .missing: break
      case .null: writer.null()
      case .single: write(slot, to: &writer)
      case .array:
        writer.beginArray()
        for slot in slot..<end { write(slot, to: &writer) }
        writer.endArray()
      }
      text.append(contentsOf: writer.bytes)
      textEnds.append(text.count)
    }
    kind = .raw
    starts = []
    codes = []
    entries = []
    entryCodes = [:]
    integers = []
    floats = []
    bools = []
  }

  private func write(_ slot: Int, to writer: inout JSONWriter) {
    switch kind {
    case .dictionary: writer.write(entries[Int(codes[slot])])
    case .integer: writer.write(integers[slot])
    case .float: writer.write(floats[slot])
    case .bool: writer.write(bools[slot])
    default: preconditionFailure("not a typed column")
    }
  }

  // MARK: Finishing

  /// The column in memory.
  /// - Parameter kind: of a column that has nothing but nulls and empty arrays; nil leaves them text.
  func column(
    pointCount: Int, kind: PayloadColumnKind?
  ) throws(StorageError) -> PayloadColumn {
    var writer = self
    if writer.kind == nil, let kind { writer.settleEmpty(kind) }
    let block = writer.finish(pointCount: pointCount)
    var reader = ByteReader(SharedBytes(block.bytes), path: "memory")
    return try PayloadColumn(name: name, block.header, pointCount: pointCount, &reader)
  }

  /// Fixes the kind although there is no value.
  private mutating func settleEmpty(_ settled: PayloadColumnKind) {
    kind = settled
    // Idle slots have a code too.
    if settled == .dictionary { _ = code(of: "") }
    if starts.isEmpty { for _ in states { pushIdle() } }
  }

  mutating func finish(pointCount: Int) -> PayloadBlockBytes {
    if kind == nil { turnToText() }
    fillMissing(upTo: pointCount)
    return kind!.isText ? textBlock() : typedBlock()
  }

  private func textBlock() -> PayloadBlockBytes {
    let width = PackedIntegers.boundWidth(text.count)
    var writer = ByteWriter()
    writer.packed([0] + textEnds.map { UInt64($0) }, width: width)
    writer.bytes(text)
    writer.pad(toMultipleOf: PayloadFormat.alignment)
    return PayloadBlockBytes(
      kind: kind!, flags: [], valueWidth: 1, boundWidth: width, bytes: writer.contents)
  }

  private mutating func typedBlock() -> PayloadBlockBytes {
    let slots: [UInt64]
    var base: Int64 = 0
    var order: [Int] = []
    switch kind {
    case .dictionary:
      order = entries.orderByBytes()
      var ranks = Array(repeating: UInt64(0), count: order.count)
      for (rank, entry) in order.enumerated() { ranks[entry] = UInt64(rank) }
      slots = codes.map { ranks[Int($0)] }
    case .integer:
      if starts.isEmpty {
        // Idle slots must not widen the frame.
        let least = zip(integers, states).lazy.filter { $1 == .single }.map(\.0).min() ?? 0
        for (point, state) in states.enumerated() where state != .single {
          integers[point] = least
        }
      }
      base = integers.min() ?? 0
      slots = integers.map { UInt64(bitPattern: $0 &- base) }
    case .float: slots = floats.map(\.bitPattern)
    default: slots = bools.map { $0 ? 1 : 0 }
    }
    let textByteCount = entries.reduce(0) { $0 + $1.utf8.count }
    let valueWidth = kind == .float ? 8 : PackedIntegers.width(of: slots.max() ?? 0)
    let boundWidth = PackedIntegers.boundWidth(max(textByteCount, slots.count))

    var writer = ByteWriter()
    var flags: PayloadColumnFlags = []
    writer.u64(UInt64(slots.count))
    if kind == .integer { writer.i64(base) }
    if kind == .dictionary {
      writer.u64(UInt64(entries.count))
      writer.u64(UInt64(textByteCount))
    }
    if states.contains(.missing) {
      flags.insert(.present)
      appendMask(to: &writer) { $0 != .missing }
    }
    if states.contains(.null) {
      flags.insert(.nulls)
      appendMask(to: &writer) { $0 == .null }
    }
    if !starts.isEmpty {
      flags.insert(.arrays)
      appendMask(to: &writer) { $0 == .array }
      writer.packed((starts + [slots.count]).map { UInt64($0) }, width: boundWidth)
    }
    if kind == .dictionary {
      var bound = 0
      var bounds: [UInt64] = [0]
      for entry in order {
        bound += entries[entry].utf8.count
        bounds.append(UInt64(bound))
      }
      writer.packed(bounds, width: boundWidth)
      for entry in order { writer.bytes(Array(entries[entry].utf8)) }
      writer.pad(toMultipleOf: PayloadFormat.alignment)
    }
    writer.packed(slots, width: valueWidth)
    return PayloadBlockBytes(
      kind: kind!, flags: flags, valueWidth: valueWidth, boundWidth: boundWidth,
      bytes: writer.contents)
  }

  private func appendMask(to writer: inout ByteWriter, _ isMember: (State) -> Bool) {
    var word: UInt64 = 0
    for (point, state) in states.enumerated() {
      if isMember(state) { word |= 1 << UInt64(point & 63) }
      if point & 63 == 63 || point == states.count - 1 {
        writer.u64(word)
        word = 0
      }
    }
  }

}
