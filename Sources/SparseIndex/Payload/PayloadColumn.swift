package import JSONCodec
internal import StorageIO

/// The values of one key for every point of a segment.
///
/// Invariant, checked on opening: all offsets and codes lie where they may, so that no accessor
/// reads elsewhere.
package final class PayloadColumn: Sendable {
  package let name: String
  package let kind: PayloadColumnKind
  package let pointCount: Int
  /// Bit `i`: point `i` has the key. Nil: all have it. Null counts as having.
  private let present: PackedIntegers?
  private let nulls: PackedIntegers?
  private let arrays: PackedIntegers?
  private let starts: PackedIntegers?
  /// Text bounds: of the dictionary's entries, or of each point's JSON.
  private let bounds: PackedIntegers?
  private let text: SharedBytes
  private let base: Int64
  /// Slots of a typed column.
  package let values: PackedIntegers

  init(
    name: String, _ header: PayloadColumnHeader, pointCount: Int, _ reader: inout ByteReader
  ) throws(StorageError) {
    self.name = name
    kind = header.kind
    self.pointCount = pointCount
    let (flags, valueWidth, boundWidth) = (header.flags, header.valueWidth, header.boundWidth)
    let wordCount = (pointCount + 63) / 64

    if kind.isText {
      let bounds = try reader.packed(count: pointCount + 1, width: boundWidth)
      let textByteCount = bounds[pointCount]
      guard textByteCount <= UInt64(reader.remainingByteCount),
        bounds.areBounds(upTo: Int(textByteCount))
      else { throw reader.corrupt("ascending text bounds") }
      (present, nulls, arrays, starts) = (nil, nil, nil, nil)
      self.bounds = bounds
      text = try reader.padded(Int(textByteCount))
      base = 0
      values = PackedIntegers(.empty, width: 1, count: 0)
      return
    }

    let slotCount = try reader.boundedCount(elementByteCount: valueWidth)
    base = kind == .integer ? try reader.i64() : 0
    var entryCount = 0
    var textByteCount = 0
    if kind == .dictionary {
      entryCount = try reader.boundedCount(elementByteCount: boundWidth)
      textByteCount = try reader.boundedCount(elementByteCount: 1)
    }
    present = flags.contains(.present) ? try reader.packed(count: wordCount, width: 8) : nil
    nulls = flags.contains(.nulls) ? try reader.packed(count: wordCount, width: 8) : nil
    if flags.contains(.arrays) {
      arrays = try reader.packed(count: wordCount, width: 8)
      let starts = try reader.packed(count: pointCount + 1, width: boundWidth)
      guard starts.areBounds(upTo: slotCount) else { throw reader.corrupt("ascending starts") }
      self.starts = starts
    } else {
      guard slotCount == pointCount else { throw reader.corrupt("a slot for each point") }
      (arrays, starts) = (nil, nil)
    }
    if kind == .dictionary {
      let bounds = try reader.packed(count: entryCount + 1, width: boundWidth)
      guard bounds.areBounds(upTo: textByteCount) else {
        throw reader.corrupt("ascending entry bounds")
      }
      self.bounds = bounds
      text = try reader.padded(textByteCount)
    } else {
      bounds = nil
      text = .empty
    }
    values = try reader.packed(count: slotCount, width: valueWidth)
    switch kind {
    case .dictionary:
      guard slotCount == 0 || values.greatest() < UInt64(entryCount) else {
        throw reader.corrupt("codes below \(entryCount)")
      }
    case .float:
      guard valueWidth == 8 else { throw reader.corrupt("doubles of 8 bytes") }
    case .bool:
      guard valueWidth == 1 else { throw reader.corrupt("booleans of 1 byte") }
    default: break
    }
  }

  // MARK: Points

  func state(at offset: Int) -> PayloadColumnWriter.State {
    if kind.isText { return textRange(at: offset).isEmpty ? .missing : .single }
    if let present, !Self.bit(present, offset) { return .missing }
    if let nulls, Self.bit(nulls, offset) { return .null }
    if let arrays, Self.bit(arrays, offset) { return .array }
    // A damaged mask could leave a single value without its slot.
    return slots(at: offset).isEmpty ? .missing : .single
  }

  /// The slots of the point's values; those of a point without any may be idle ones.
  @inline(__always)
  package func slots(at offset: Int) -> Range<Int> {
    guard let starts else { return offset..<offset + 1 }
    return starts.offset(offset)..<starts.offset(offset + 1)
  }

  /// The value, nil when the point lacks the key.
  package func value(at offset: Int) -> JSONValue? {
    precondition(offset >= 0 && offset < pointCount)
    if kind.isText {
      let range = textRange(at: offset)
      guard !range.isEmpty else { return nil }
      let piece = text.slice(range)
      defer { Self.release(piece) }
      return piece.withUnsafeBytes {
        try? JSONValue.parse($0, maxDepth: PayloadFormat.maxDepth)
      }
    }
    switch state(at: offset) {
    case .missing: return nil
    case .null: return .null
    case .single: return value(atSlot: slots(at: offset).lowerBound)
    case .array: return .array(slots(at: offset).map { value(atSlot: $0) })
    }
  }

  private static func bit(_ words: PackedIntegers, _ offset: Int) -> Bool {
    words[offset >> 6] >> UInt64(offset & 63) & 1 == 1
  }

  // MARK: Slots

  package func value(atSlot slot: Int) -> JSONValue {
    switch kind {
    case .dictionary: .string(entry(Int(truncatingIfNeeded: values[slot])))
    case .integer: .integer(integer(atSlot: slot))
    case .float: .double(Double(bitPattern: values[slot]))
    default: .bool(values[slot] != 0)
    }
  }

  func integer(atSlot slot: Int) -> Int64 { base &+ Int64(bitPattern: values[slot]) }

  func code(at offset: Int) -> Int {
    Int(truncatingIfNeeded: values[slots(at: offset).lowerBound])
  }

  /// The smallest integer of the column, from which slots count.
  package var frameBase: Int64 { base }

  // MARK: Text

  /// Distinct strings of a dictionary column; they ascend by bytes.
  package var entryCount: Int { kind == .dictionary ? bounds!.count - 1 : 0 }

  package func entry(_ code: Int) -> String {
    let piece = entryBytes(code)
    defer { Self.release(piece) }
    return piece.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }

  /// Keeps a reader of many long texts of a mapped file from holding all of them in memory.
  private static func release(_ piece: SharedBytes) {
    if piece.count >= 64 << 10 { piece.releasePages() }
  }

  /// The code of the entry with exactly these bytes.
  package func code(of string: String) -> Int? {
    let wanted = Array(string.utf8)
    let code = lowerBound(in: 0..<entryCount) {
      entryBytes($0).withUnsafeBytes { $0.lexicographicallyPrecedes(wanted) }
    }
    guard code < entryCount, entryBytes(code).withUnsafeBytes({ $0.elementsEqual(wanted) }) else {
      return nil
    }
    return code
  }

  private func entryBytes(_ code: Int) -> SharedBytes {
    text.slice(bounds!.offset(code)..<bounds!.offset(code + 1))
  }

  /// How long the JSON text of a raw column is.
  func textByteCount(at offset: Int) -> Int { textRange(at: offset).count }

  /// Which typed columns could hold a value that stands as text.
  enum TextKind {
    /// All of them: null, `[]`, or no text.
    case any
    case one(PayloadColumnKind)
    case mixed
  }

  /// For raw columns.
  func kindOfText(at offset: Int) -> TextKind {
    // Most raw columns hold objects, which the first byte tells.
    let isObject = withText(at: offset) { $0.first == UInt8(ascii: "{") }
    guard !isObject, let value = value(at: offset) else { return isObject ? .mixed : .any }
    guard case .array(let elements) = value else { return Self.kind(of: value) }
    var kind: PayloadColumnKind?
    for element in elements {
      guard case .one(let found) = Self.kind(of: element), kind == nil || kind == found else {
        return .mixed
      }
      kind = found
    }
    return kind.map { .one($0) } ?? .any
  }

  private static func kind(of value: JSONValue) -> TextKind {
    switch value {
    case .null: .any
    case .string: .one(.dictionary)
    case .integer: .one(.integer)
    case .double: .one(.float)
    case .bool: .one(.bool)
    default: .mixed
    }
  }

  /// Writes the value as JSON, nothing when the point lacks the key. For typed columns.
  func writeValue(at offset: Int, to writer: inout JSONWriter) {
    switch state(at: offset) {
    case .missing: break
    case .null: writer.null()
    case .single: writer.write(value(atSlot: slots(at: offset).lowerBound))
    case .array:
      writer.beginArray()
      for slot in slots(at: offset) { writer.write(value(atSlot: slot)) }
      writer.endArray()
    }
  }

  private func textRange(at offset: Int) -> Range<Int> {
    bounds!.offset(offset)..<bounds!.offset(offset + 1)
  }

  /// The JSON text of a raw column, empty when the point lacks the key.
  func withText<R, E: Error>(
    at offset: Int, _ body: (UnsafeRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    try text.slice(textRange(at: offset)).withUnsafeBytes(body)
  }

  // MARK: Masks

  /// Points that have the key, null counting as having it. For typed columns.
  package func presentMask() -> PointMask {
    guard let present else { return PointMask(count: pointCount, filled: true) }
    return mask(present)
  }

  package func nullMask() -> PointMask { nulls.map(mask) ?? PointMask(count: pointCount) }
  package var hasArrays: Bool { arrays != nil }
  /// Some slots belong to no value.
  package var hasIdleSlots: Bool { starts == nil && (present != nil || nulls != nil) }

  private func mask(_ words: PackedIntegers) -> PointMask {
    PointMask(count: pointCount, words: (0..<words.count).map { words[$0] })
  }
}

/// The entries of a dictionary column.
extension PayloadColumn: TextTable {
  var textCount: Int { entryCount }

  func textBytes(_ code: Int) -> UnsafeRawBufferPointer {
    let range = bounds!.offset(code)..<bounds!.offset(code + 1)
    return UnsafeRawBufferPointer(start: text.base + range.lowerBound, count: range.count)
  }
}
