/// Pulls typed values out of UTF-8 JSON without building a tree.
///
/// Strict: one value, no comments, no trailing commas, no NaN or Infinity, valid UTF-8 only, no lone
/// surrogates. Nesting deeper than `maxDepth` is an error, so that recursion over what was read
/// is bounded. Where the caller sets a limit, the values may take no more memory than that: few
/// bytes of text can be many in memory.
///
///     try reader.beginObject()
///     while let name = try reader.nextName() {
///       switch name {
///       case "indices": indices = try reader.readUInt32Array()
///       default: try reader.skipValue()
///       }
///     }
///     try reader.finish()
///
/// After an error the reader's position is unspecified: stop. The bytes must outlive the reader.
package struct JSONReader {
  package enum Kind: Equatable, Sendable {
    case null, bool, number, string, array, object
  }

  package static let defaultMaxDepth = 64

  let bytes: UnsafeBufferPointer<UInt8>
  /// Invariant: `0 ... bytes.count`.
  var position = 0
  private let maxDepth: Int
  private let memoryLimit: Int
  /// Bytes of the limit that are left.
  private var memoryRoom: Int
  private let watch: DecodingWatch?
  private var depth = 0
  /// Nothing has been read yet of the array or object at hand, so no comma is due.
  private var isAtFirstElement = false

  /// - Parameters:
  ///   - memoryLimit: bytes that everything read may take, about.
  ///   - watch: when it is over, reading ends with an error of kind `abandoned`.
  package init(
    _ bytes: UnsafeRawBufferPointer, maxDepth: Int = defaultMaxDepth,
    memoryLimit: Int = .max, watch: DecodingWatch? = nil
  ) {
    self.watch = watch
    self.bytes = bytes.bindMemory(to: UInt8.self)
    self.maxDepth = maxDepth
    self.memoryLimit = memoryLimit
    memoryRoom = memoryLimit
  }

  /// How far the text has been read.
  package var byteOffset: Int { position }

  /// Reads `bytes` with `body`, which must consume exactly one value: anything but white space after
  /// it is an error.
  package static func read<R>(
    _ bytes: [UInt8], maxDepth: Int = defaultMaxDepth,
    _ body: (inout JSONReader) throws(JSONError) -> R
  ) throws(JSONError) -> R {
    try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in
      var reader = JSONReader(UnsafeRawBufferPointer(buffer), maxDepth: maxDepth)
      let result = try body(&reader)
      try reader.finish()
      return result
    }
  }

  /// The kind of the next value, by its first byte.
  package mutating func peekKind() throws(JSONError) -> Kind {
    switch try nextByte() {
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
    case UInt8(ascii: "n"): return .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
    default: throw error("expected value")
    }
  }

  // MARK: Structure

  package mutating func beginObject() throws(JSONError) {
    try begin(UInt8(ascii: "{"), "expected an object")
  }

  package mutating func beginArray() throws(JSONError) {
    try begin(UInt8(ascii: "["), "expected an array")
  }

  /// The next member's name, with the colon after it consumed; nil when the object has ended, which
  /// is consumed too.
  package mutating func nextName() throws(JSONError) -> String? {
    guard try moveToElement(closing: UInt8(ascii: "}")) else { return nil }
    guard try nextByte() == UInt8(ascii: "\"") else { throw error("expected a string as name") }
    let name = try readString()
    guard try nextByte() == UInt8(ascii: ":") else { throw error("expected `:`") }
    position += 1
    return name
  }

  /// Whether another element follows; false when the array has ended, which is consumed.
  package mutating func hasNextElement() throws(JSONError) -> Bool {
    try moveToElement(closing: UInt8(ascii: "]"))
  }

  /// Checks that only white space is left.
  package mutating func finish() throws(JSONError) {
    skipWhitespace()
    if position < bytes.count { throw error("trailing characters") }
  }

  private mutating func begin(_ opening: UInt8, _ message: String) throws(JSONError) {
    guard try nextByte() == opening else { throw error(message) }
    guard depth < maxDepth else { throw error("nested deeper than \(maxDepth) levels") }
    depth += 1
    position += 1
    isAtFirstElement = true
  }

  private mutating func moveToElement(closing: UInt8) throws(JSONError) -> Bool {
    let byte = try nextByte()
    if byte == closing {
      position += 1
      depth -= 1
      isAtFirstElement = false
      return false
    }
    if let watch, watch.isOver(after: 1) { throw abandoned }
    if isAtFirstElement {
      isAtFirstElement = false
      return true
    }
    guard byte == UInt8(ascii: ",") else {
      throw error("expected `,` or `\(Character(UnicodeScalar(closing)))`")
    }
    position += 1
    if try nextByte() == closing { throw error("trailing comma") }
    return true
  }

  // MARK: Scalars

  package mutating func readBool() throws(JSONError) -> Bool {
    switch try nextByte() {
    case UInt8(ascii: "t"): try readWord("true")
    case UInt8(ascii: "f"):
      try readWord("false")
      return false
    default: throw error("expected a boolean")
    }
    return true
  }

  package mutating func readNull() throws(JSONError) {
    guard try nextByte() == UInt8(ascii: "n") else { throw error("expected null") }
    try readWord("null")
  }

  private mutating func readWord(_ word: StaticString) throws(JSONError) {
    let start = position
    for index in 0..<word.utf8CodeUnitCount {
      guard position < bytes.count else { throw endOfInput() }
      guard bytes[position] == word.utf8Start[index] else {
        throw error("expected value", at: start)
      }
      position += 1
    }
  }

  // MARK: Trees

  /// Reads any value as a tree. Of members with the same name the last one wins.
  package mutating func readValue() throws(JSONError) -> JSONValue {
    switch try peekKind() {
    case .null:
      try readNull()
      return .null
    case .bool: return .bool(try readBool())
    case .number: return try readNumber()
    case .string: return .string(try readString())
    case .array:
      try beginArray()
      var elements: [JSONValue] = []
      while try hasNextElement() { try append(try readValue(), to: &elements) }
      return .array(elements)
    case .object: return .object(try readObject())
    }
  }

  package mutating func readObject() throws(JSONError) -> JSONObject {
    try beginObject()
    var members: [JSONObject.Member] = []
    while members.count < JSONObject.linearSearchLimit, let name = try nextName() {
      try append(JSONObject.Member(name: name, value: try readValue()), to: &members)
    }
    guard members.count == JSONObject.linearSearchLimit else { return JSONObject(members: members) }
    return try readLargeObject(JSONObject(members: members).members)
  }

  /// Reads the rest of an object.
  private mutating func readLargeObject(
    _ first: [JSONObject.Member]
  ) throws(JSONError) -> JSONObject {
    var members: [JSONObject.Member] = []
    var table = NameTable()
    for member in first {
      try count(table.reserve())
      _ = table.place(of: member.name, among: members)
      try append(member, to: &members)
    }
    while let name = try nextName() {
      let value = try readValue()
      try count(table.reserve())
      if let place = table.place(of: name, among: members) {
        members[place].value = value
      } else {
        try append(JSONObject.Member(name: name, value: value), to: &members)
      }
    }
    return JSONObject(uniqueMembers: members)
  }

  /// Passes over any value, checking it as strictly as reading would.
  package mutating func skipValue() throws(JSONError) {
    switch try peekKind() {
    case .null: try readNull()
    case .bool: _ = try readBool()
    case .number: _ = try readNumber()
    case .string: _ = try readString()
    case .array:
      try beginArray()
      while try hasNextElement() { try skipValue() }
    case .object:
      try beginObject()
      while try nextName() != nil { try skipValue() }
    }
  }

  // MARK: Memory

  /// Counts bytes that what is read takes.
  @inline(__always)
  package mutating func count(_ byteCount: Int) throws(JSONError) {
    guard byteCount <= memoryRoom else { throw beyondMemoryLimit }
    memoryRoom -= byteCount
  }

  /// Appends, and counts what the array grows by.
  @inline(__always)
  package mutating func append<Element>(
    _ element: Element, to elements: inout [Element]
  ) throws(JSONError) {
    if elements.count == elements.capacity { try grow(&elements) }
    elements.append(element)
  }

  @inline(never)
  private mutating func grow<Element>(_ elements: inout [Element]) throws(JSONError) {
    let old = elements.capacity
    let new = max(2, old * 2)
    try count(
      (new - old) * MemoryLayout<Element>.stride + (old == 0 ? JSONMemory.blockByteCount : 0))
    elements.reserveCapacity(new)
  }

  /// The bytes counted so far.
  package var memoryByteCount: Int { memoryLimit - memoryRoom }

  private var abandoned: JSONError {
    var error = error("the time for reading this text is over")
    error.kind = .abandoned
    return error
  }

  private var beyondMemoryLimit: JSONError {
    var error = error(
      "what this text says would take more than \(memoryLimit) bytes of memory; send it in parts")
    error.kind = .tooLarge
    return error
  }

  // MARK: Bytes

  @inline(__always)
  mutating func skipWhitespace() {
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"):
        position += 1
      default: return
      }
    }
  }

  /// The next byte that is not white space; it is not consumed.
  @inline(__always)
  mutating func nextByte() throws(JSONError) -> UInt8 {
    skipWhitespace()
    guard position < bytes.count else { throw endOfInput() }
    return bytes[position]
  }

  /// An error at the present position, or at `offset`.
  @inline(never)
  package func error(_ message: String, at offset: Int? = nil) -> JSONError {
    let offset = offset ?? position
    return JSONError(
      offset == 0 ? message + (foreignBeginning ?? "") : message, at: offset, in: bytes)
  }

  /// What else than JSON in UTF-8 the text begins with, as some programs write it.
  private var foreignBeginning: String? {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return ", found a byte order mark: leave it out" }
    guard bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) else { return nil }
    return ", found UTF-16: send UTF-8"
  }

  func endOfInput() -> JSONError { error("unexpected end of input", at: bytes.count) }
}

extension JSONValue {
  /// Reads exactly one JSON value.
  ///
  /// - Parameter memoryLimit: bytes that the value may take in memory, about; more is an error of kind
  ///   `tooLarge`.
  public static func parse(
    _ bytes: UnsafeRawBufferPointer, maxDepth: Int = 64, memoryLimit: Int = .max
  ) throws(JSONError) -> JSONValue {
    var reader = JSONReader(bytes, maxDepth: maxDepth, memoryLimit: memoryLimit)
    let value = try reader.readValue()
    try reader.finish()
    return value
  }

  /// Reads exactly one JSON value from UTF-8, nested at most `maxDepth` levels deep.
  /// - Throws: `JSONError`, also for anything but white space after the value.
  public static func parse(_ bytes: [UInt8], maxDepth: Int = 64) throws(JSONError) -> JSONValue {
    try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in
      try parse(UnsafeRawBufferPointer(buffer), maxDepth: maxDepth)
    }
  }

  /// Reads exactly one JSON value from a text, nested at most `maxDepth` levels deep.
  /// - Throws: `JSONError`, also for anything but white space after the value; its places count
  ///   UTF-8 bytes.
  public static func parse(_ text: String, maxDepth: Int = 64) throws(JSONError) -> JSONValue {
    try parse(Array(text.utf8), maxDepth: maxDepth)
  }
}
