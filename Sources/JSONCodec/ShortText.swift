/// The text of a value that is never long, put together on the stack: a number, or an object of a fixed
/// shape (`JSONWriter.write(short:)`).
package struct ShortText {
  /// Bytes that it holds at most.
  package static let maxByteCount = 128

  private let bytes: UnsafeMutableRawBufferPointer
  private(set) var byteCount = 0

  /// - Parameter bytes: room for `maxByteCount`.
  init(in bytes: UnsafeMutableRawBufferPointer) { self.bytes = bytes }

  var text: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[..<byteCount]) }

  @inline(__always)
  package mutating func append(_ text: StaticString) {
    append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  @inline(__always)
  package mutating func append(_ value: UInt64) {
    // Twenty digits hold every value. They are made from the last to the first.
    let start = byteCount
    let end = start + Self.digitCount(of: value)
    precondition(end <= bytes.count, "a short text has become too long")
    byteCount = end
    var rest = value
    var position = end
    repeat {
      position -= 1
      bytes[position] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    } while position > start
  }

  package mutating func append(_ value: Int64) {
    if value < 0 { append("-") }
    append(value.magnitude)
  }

  /// As `JSONWriter` describes it.
  package mutating func append(_ value: Float) { append(value, wholeBelow: 0x1p24) }

  /// As `JSONWriter` describes it.
  package mutating func append(_ value: Double) { append(value, wholeBelow: 0x1p53) }

  @inline(__always)
  private mutating func append<Value: BinaryFloatingPoint & CustomStringConvertible>(
    _ value: Value, wholeBelow limit: Value
  ) {
    if abs(value) < limit, value == Value(Int64(value)) {
      appendWhole(UInt64(abs(value)), isNegative: value.sign == .minus)
    } else if value.isFinite {
      append(description: value.description)
    } else {
      append("null")
    }
  }

  private mutating func appendWhole(_ magnitude: UInt64, isNegative: Bool) {
    if isNegative { append("-") }
    append(magnitude)
    append(".0")
  }

  private mutating func append(description text: String) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  @inline(__always)
  private mutating func append(_ text: UnsafeRawBufferPointer) {
    precondition(text.count <= bytes.count - byteCount, "a short text has become too long")
    UnsafeMutableRawBufferPointer(rebasing: bytes[byteCount...]).copyMemory(from: text)
    byteCount += text.count
  }

  private static func digitCount(of value: UInt64) -> Int {
    var count = 1
    var rest = value
    while rest >= 10 {
      rest /= 10
      count += 1
    }
    return count
  }
}
