/// Appends JSON text to a buffer, with commas where they are due.
///
/// The caller keeps the structure right: names only in objects, each followed by one value, every
/// `begin` with its `end`. Floats print as the shortest text that reads back as the same Float32,
/// doubles likewise for Float64; whole ones with `.0`. NaN and infinity, which JSON lacks, print as
/// `null`.
package struct JSONWriter {
  package private(set) var bytes: [UInt8] = []
  private var needsComma = false

  package init(reservingByteCount count: Int = 0) {
    bytes.reserveCapacity(count)
  }

  package mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    needsComma = false
  }

  // MARK: Structure

  package mutating func beginObject() { open(UInt8(ascii: "{")) }
  package mutating func endObject() { close(UInt8(ascii: "}")) }
  package mutating func beginArray() { open(UInt8(ascii: "[")) }
  package mutating func endArray() { close(UInt8(ascii: "]")) }

  package mutating func name(_ name: String) {
    separate()
    appendQuoted(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// Appends fixed text that ends where a value is due, such as `{"id":` or `,"score":`, in one go. A
  /// comma that is due comes first, unless the text begins with one.
  package mutating func fragment(_ text: StaticString) {
    let text = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    if needsComma, text.first != UInt8(ascii: ",") { bytes.append(UInt8(ascii: ",")) }
    bytes.append(contentsOf: text)
    needsComma = false
  }

  // MARK: Values

  package mutating func null() { word("null") }
  package mutating func write(_ value: Bool) { word(value ? "true" : "false") }

  package mutating func write(_ value: String) {
    separate()
    appendQuoted(value)
  }

  package mutating func write(_ value: Int64) { write(short: { $0.append(value) }) }
  package mutating func write(_ value: UInt64) { write(short: { $0.append(value) }) }

  package mutating func write(_ value: Int) { write(Int64(value)) }
  package mutating func write(_ value: UInt32) { write(UInt64(value)) }

  package mutating func write(_ value: Float) { write(short: { $0.append(value) }) }
  package mutating func write(_ value: Double) { write(short: { $0.append(value) }) }

  /// Appends one value whose text is short, in one go.
  /// - Parameter make: puts the text together, at most `ShortText.maxByteCount` bytes.
  @inline(__always)
  package mutating func write(short make: (inout ShortText) -> Void) {
    separate()
    append(make)
  }

  package mutating func write(_ values: [UInt32]) {
    open(UInt8(ascii: "["))
    // Ten digits and a comma hold every value.
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: values.count * 11) { text in
      var end = 0
      for value in values {
        var rest = value
        let start = end
        end += Self.digitCount(of: value)
        for position in (start..<end).reversed() {
          text[position] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
          rest /= 10
        }
        text[end] = UInt8(ascii: ",")
        end += 1
      }
      bytes.append(contentsOf: text[..<max(0, end - 1)])
    }
    close(UInt8(ascii: "]"))
  }

  package mutating func write(_ values: [Float]) {
    open(UInt8(ascii: "["))
    for (index, value) in values.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      append { $0.append(value) }
    }
    close(UInt8(ascii: "]"))
  }

  package mutating func write(_ value: JSONValue) {
    switch value {
    case .null: null()
    case .bool(let bool): write(bool)
    case .integer(let integer): write(integer)
    case .unsigned(let integer): write(integer)
    case .double(let double): write(double)
    case .string(let string): write(string)
    case .array(let elements):
      beginArray()
      for element in elements { write(element) }
      endArray()
    case .object(let object): write(object)
    }
  }

  package mutating func write(_ object: JSONObject) {
    beginObject()
    for member in object.members {
      name(member.name)
      write(member.value)
    }
    endObject()
  }

  /// Appends text that is one JSON value already.
  package mutating func write(rawValue text: UnsafeRawBufferPointer) {
    separate()
    bytes.append(contentsOf: text)
  }

  // MARK: Bytes

  private mutating func open(_ bracket: UInt8) {
    separate()
    bytes.append(bracket)
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    bytes.append(bracket)
    needsComma = true
  }

  @inline(__always)
  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func word(_ word: String) {
    separate()
    append(word)
  }

  private mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { bytes.append(contentsOf: $0) }
  }

  @inline(__always)
  private mutating func append(_ make: (inout ShortText) -> Void) {
    withUnsafeTemporaryAllocation(byteCount: ShortText.maxByteCount, alignment: 1) { room in
      var short = ShortText(in: room)
      make(&short)
      bytes.append(contentsOf: short.text)
    }
  }

  private static func digitCount(of value: UInt32) -> Int {
    var count = 1
    var bound: UInt64 = 10
    while UInt64(value) >= bound {
      count += 1
      bound *= 10
    }
    return count
  }

  private mutating func appendQuoted(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { utf8 in
      var plainStart = 0
      for index in 0..<utf8.count {
        let byte = utf8[index]
        guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else {
          continue
        }
        bytes.append(contentsOf: utf8[plainStart..<index])
        plainStart = index + 1
        appendEscape(byte)
      }
      bytes.append(contentsOf: utf8[plainStart...])
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func appendEscape(_ byte: UInt8) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case 0x08: bytes.append(UInt8(ascii: "b"))
    case 0x0C: bytes.append(UInt8(ascii: "f"))
    case 0x0A: bytes.append(UInt8(ascii: "n"))
    case 0x0D: bytes.append(UInt8(ascii: "r"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(byte)
    default:
      let digits = Array("0123456789abcdef".utf8)
      append("u00")
      bytes.append(digits[Int(byte >> 4)])
      bytes.append(digits[Int(byte & 15)])
    }
  }
}

extension JSONValue {
  /// The value as JSON text without white space.
  public var encoded: [UInt8] {
    var writer = JSONWriter()
    writer.write(self)
    return writer.bytes
  }
}

extension JSONObject {
  /// The object as JSON text without white space.
  public var encoded: [UInt8] { JSONValue.object(self).encoded }
}

extension JSONValue: CustomStringConvertible {
  public var description: String { String(decoding: encoded, as: UTF8.self) }
}

extension JSONObject: CustomStringConvertible {
  public var description: String { String(decoding: encoded, as: UTF8.self) }
}
