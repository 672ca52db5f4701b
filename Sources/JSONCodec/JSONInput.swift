/// A value of a decoded request together with where it was found, so that errors can say so.
///
/// Unknown members are ignored. Paths read like `prefetch[0].filter.must[2].key`.
package struct JSONInput: Sendable {
  package let value: JSONValue
  private let place: Place
  private let watch: DecodingWatch?

  /// Made into text only where somebody wants to read it: a body can have millions of values.
  fileprivate indirect enum Place: Sendable {
    case path(String)
    case member(Place, String)
    case element(Place, Int)
  }

  /// - Parameter watch: when it is over, values are no longer given out.
  package init(_ value: JSONValue, path: String = "", watch: DecodingWatch? = nil) {
    self.init(value, .path(path), watch)
  }

  fileprivate init(_ value: JSONValue, _ place: Place, _ watch: DecodingWatch?) {
    self.value = value
    self.place = place
    self.watch = watch
  }

  /// Empty for the whole document.
  package var path: String { place.description }

  package var isNull: Bool { value.isNull }

  package func error(_ message: String) -> JSONInputError {
    JSONInputError(path: path, message: message)
  }

  /// An error for a value that is well formed and makes no sense.
  package func validationError(_ message: String) -> JSONInputError {
    JSONInputError(path: path, message: message, isWellFormed: true)
  }

  /// Whether nobody waits for what is made of this any more; looks at the clock now and then.
  package var isAbandoned: Bool { watch?.isOver(after: 1) ?? false }

  /// Counts work of about as many values.
  package func checkWatch(steps: Int = 1) throws(JSONInputError) {
    guard let watch, watch.isOver(after: steps) else { return }
    var error = error("the time for reading this is over")
    error.isAbandoned = true
    throw error
  }

  // MARK: Objects

  package func object() throws(JSONInputError) -> JSONObject {
    guard case .object(let object) = value else { throw mismatch("an object") }
    try checkWatch()
    return object
  }

  /// The member, or nil when it is missing or null.
  package func optional(_ name: String) throws(JSONInputError) -> JSONInput? {
    guard let member = try object()[name], !member.isNull else { return nil }
    return JSONInput(member, .member(place, name), watch)
  }

  package func member(_ name: String) throws(JSONInputError) -> JSONInput {
    guard let member = try optional(name) else { throw error("missing field `\(name)`") }
    return member
  }

  /// A member that is at hand already.
  package func of(_ member: JSONObject.Member) -> JSONInput {
    JSONInput(member.value, .member(place, member.name), watch)
  }

  package func has(_ name: String) -> Bool {
    guard case .object(let object) = value, let member = object[name] else { return false }
    return !member.isNull
  }

  package func string(_ name: String) throws(JSONInputError) -> String {
    try member(name).string()
  }

  package func string(_ name: String, default other: String) throws(JSONInputError) -> String {
    try optional(name)?.string() ?? other
  }

  package func bool(_ name: String, default other: Bool) throws(JSONInputError) -> Bool {
    try optional(name)?.bool() ?? other
  }

  package func int(_ name: String) throws(JSONInputError) -> Int { try member(name).int() }

  package func int(_ name: String, default other: Int) throws(JSONInputError) -> Int {
    try optional(name)?.int() ?? other
  }

  package func double(_ name: String) throws(JSONInputError) -> Double {
    try member(name).double()
  }

  package func double(_ name: String, default other: Double) throws(JSONInputError) -> Double {
    try optional(name)?.double() ?? other
  }

  // MARK: Values

  package func string() throws(JSONInputError) -> String {
    guard case .string(let string) = value else { throw mismatch("a string") }
    try checkWatch()
    return string
  }

  package func bool() throws(JSONInputError) -> Bool {
    guard case .bool(let bool) = value else { throw mismatch("a boolean") }
    return bool
  }

  package func int() throws(JSONInputError) -> Int {
    guard case .integer(let integer) = value else { throw mismatch("an integer") }
    return Int(integer)
  }

  /// An integer that is not negative.
  package func unsigned() throws(JSONInputError) -> UInt64 {
    try checkWatch()
    switch value {
    case .integer(let integer) where integer >= 0: return UInt64(integer)
    case .unsigned(let integer): return integer
    default: throw mismatch("an unsigned integer")
    }
  }

  /// A finite number.
  package func double() throws(JSONInputError) -> Double {
    guard let double = value.asDouble else { throw mismatch("a number") }
    try checkWatch()
    return double
  }

  /// A finite number as it was written.
  package func number() throws(JSONInputError) -> ExactNumber {
    guard let number = ExactNumber(value) else { throw mismatch("a number") }
    return number
  }

  /// The nearest Float32, which must be finite.
  package func float() throws(JSONInputError) -> Float {
    let float = Float(try double())
    guard float.isFinite else { throw error("number is out of range for 32 bits") }
    return float
  }

  package func keyPath() throws(JSONInputError) -> JSONPath {
    let text = try string()
    // Taking a path apart is slow.
    try checkWatch(steps: text.utf8.count / 4)
    do throws(InvalidJSONPath) { return try JSONPath(parsing: text) } catch {
      throw self.error(error.description)
    }
  }

  package func elements() throws(JSONInputError) -> Elements {
    guard case .array(let values) = value else { throw mismatch("an array") }
    try checkWatch()
    return Elements(values: values, place: place, watch: watch)
  }

  /// The nearest Float32 of each element of an array of numbers; they must be finite.
  package func floats() throws(JSONInputError) -> [Float] {
    try numbers(\.asFiniteFloat) { element throws(JSONInputError) in
      try element.float()
    }
  }

  /// The same of a member that is at hand already.
  package func float(of member: JSONObject.Member) throws(JSONInputError) -> Float {
    if let float = member.value.asFiniteFloat { return float }
    return try of(member).float()
  }

  /// The elements of an array of whole numbers of 32 bits.
  package func unsigned32s() throws(JSONInputError) -> [UInt32] {
    try numbers { value in
      guard case .integer(let integer) = value else { return nil }
      return UInt32(exactly: integer)
    } orElse: { element throws(JSONInputError) in
      guard let number = UInt32(exactly: try element.unsigned()) else {
        throw element.error("expected u32")
      }
      return number
    }
  }

  /// Vectors have many: an input is only made of an element that `quick` makes no number of.
  private func numbers<Number>(
    _ quick: (JSONValue) -> Number?, orElse read: (JSONInput) throws(JSONInputError) -> Number
  ) throws(JSONInputError) -> [Number] {
    let elements = try elements()
    try checkWatch(steps: elements.count)
    var numbers: [Number] = []
    numbers.reserveCapacity(elements.count)
    for index in elements.indices {
      if let number = quick(elements.values[index]) {
        numbers.append(number)
      } else {
        numbers.append(try read(elements[index]))
      }
    }
    return numbers
  }

  /// The elements of an array, or the value itself when it is not one; nothing for null.
  package func oneOrMany() throws(JSONInputError) -> Elements {
    switch value {
    case .array(let values): Elements(values: values, place: place, watch: watch)
    case .null: Elements(values: [], place: place, watch: watch)
    default: Elements(values: [value], place: place, watch: watch, isList: false)
    }
  }

  /// Values in a row, each made an input when it is asked for.
  package struct Elements: RandomAccessCollection, Sendable {
    fileprivate let values: [JSONValue]
    fileprivate let place: Place
    fileprivate let watch: DecodingWatch?
    fileprivate var isList = true

    package var startIndex: Int { 0 }
    package var endIndex: Int { values.count }
    package subscript(index: Int) -> JSONInput {
      JSONInput(values[index], isList ? .element(place, index) : place, watch)
    }
  }

  private func mismatch(_ expected: String) -> JSONInputError {
    let found =
      switch value {
      case .null: "null"
      case .bool(let bool): "boolean `\(bool)`"
      case .integer, .unsigned: "integer `\(value)`"
      case .double: "floating point `\(value)`"
      case .string(let string): "string \"\(string.prefix(64))\""
      case .array: "sequence"
      case .object: "map"
      }
    return error("invalid type: \(found), expected \(expected)")
  }
}

extension JSONInput.Place: CustomStringConvertible {
  var description: String {
    switch self {
    case .path(let path): return path
    case .member(let parent, let name):
      let path = parent.description
      return path.isEmpty ? name : "\(path).\(name)"
    case .element(let parent, let index): return "\(parent)[\(index)]"
    }
  }
}

/// The mistake in a request, and where in it.
package struct JSONInputError: Error, Equatable, Sendable, CustomStringConvertible {
  package var path: String
  package var message: String
  /// Whether the value has the right form, and only makes no sense.
  package var isWellFormed: Bool
  /// Nothing is wrong, but nobody waits for it any more.
  package var isAbandoned = false

  package init(path: String, message: String, isWellFormed: Bool = false) {
    self.path = path
    self.message = message
    self.isWellFormed = isWellFormed
  }

  /// `path: message`.
  package var description: String { path.isEmpty ? message : "\(path): \(message)" }
}

extension JSONValue {
  fileprivate var asFiniteFloat: Float? {
    guard let double = asDouble else { return nil }
    let float = Float(double)
    return float.isFinite ? float : nil
  }

  fileprivate var isNull: Bool { if case .null = self { true } else { false } }
}
