/// A JSON value as a tree.
///
/// Numbers keep the difference that clients see: `5` is an integer, `5.0` a double. Integers beyond
/// `Int64` but within `UInt64` are `.unsigned`; larger ones become doubles. Strings are equal when
/// their bytes are, not when they are canonically equivalent.
public enum JSONValue: Sendable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A whole number within `Int64`, written without fraction and exponent.
  case integer(Int64)
  /// Only for values above `Int64.max`.
  case unsigned(UInt64)
  /// Any other number, as a Float64.
  case double(Double)
  /// A text, kept byte for byte.
  case string(String)
  /// Values in order.
  case array([JSONValue])
  /// Values by name.
  case object(JSONObject)
}

extension JSONValue: Equatable {
  public static func == (left: JSONValue, right: JSONValue) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let a), .bool(let b)): a == b
    case (.integer(let a), .integer(let b)): a == b
    case (.unsigned(let a), .unsigned(let b)): a == b
    case (.double(let a), .double(let b)): a == b
    case (.string(let a), .string(let b)): a.hasSameBytes(as: b)
    case (.array(let a), .array(let b)): a == b
    case (.object(let a), .object(let b)): a == b
    default: false
    }
  }
}

extension JSONValue {
  /// The text; nil for any value that is not a string.
  public var asString: String? { if case .string(let value) = self { value } else { nil } }
  /// The truth value; nil for any value that is not a boolean.
  public var asBool: Bool? { if case .bool(let value) = self { value } else { nil } }
  /// The elements; nil for any value that is not an array.
  public var asArray: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
  /// The object; nil for any value that is not one.
  public var asObject: JSONObject? { if case .object(let value) = self { value } else { nil } }

  package var isNumber: Bool {
    switch self {
    case .integer, .unsigned, .double: true
    default: false
    }
  }

  /// Any number, as the nearest double.
  public var asDouble: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .unsigned(let value): Double(value)
    case .double(let value): value
    default: nil
    }
  }

  /// How many arrays and objects lie around the innermost value: 0 for a scalar, 1 for `[]`.
  package var nestingDepth: Int {
    switch self {
    case .array(let elements): 1 + (elements.lazy.map(\.nestingDepth).max() ?? 0)
    case .object(let object): 1 + (object.members.lazy.map(\.value.nestingDepth).max() ?? 0)
    default: 0
    }
  }
}

// MARK: Identity

extension JSONValue {
  /// Like `==`, but the order of members counts, and zero is not minus zero: both come out as the
  /// same text.
  package func isIdentical(to other: JSONValue) -> Bool {
    switch (self, other) {
    case (.double(let a), .double(let b)): a.bitPattern == b.bitPattern
    case (.array(let a), .array(let b)):
      a.count == b.count && zip(a, b).allSatisfy { $0.isIdentical(to: $1) }
    case (.object(let a), .object(let b)): a.isIdentical(to: b)
    default: self == other
    }
  }
}

extension JSONObject {
  package func isIdentical(to other: JSONObject) -> Bool {
    count == other.count
      && zip(members, other.members).allSatisfy {
        $0.name.hasSameBytes(as: $1.name) && $0.value.isIdentical(to: $1.value)
      }
  }
}

// MARK: Memory

extension JSONValue {
  /// About what the value takes in memory beside its own place.
  package var memoryByteCount: Int {
    switch self {
    case .string(let text): text.memoryByteCount
    case .array(let elements):
      elements.isEmpty
        ? 0
        : elements.reduce(JSONMemory.blockByteCount) {
          $0 + MemoryLayout<JSONValue>.stride + $1.memoryByteCount
        }
    case .object(let object): object.memoryByteCount
    default: 0
    }
  }
}

extension JSONObject {
  /// About what the members take in memory.
  package var memoryByteCount: Int {
    members.isEmpty
      ? 0
      : members.reduce(JSONMemory.blockByteCount) {
        $0 + MemoryLayout<Member>.stride + $1.name.memoryByteCount + $1.value.memoryByteCount
      }
  }
}

extension String {
  /// Short texts lie in their place.
  fileprivate var memoryByteCount: Int { JSONMemory.byteCount(ofText: utf8.count) }
}

/// The memory that values take, about.
enum JSONMemory {
  /// The overhead of every block: the array's own fields, and the allocator's.
  static let blockByteCount = 48

  static func byteCount(ofText byteCount: Int) -> Int {
    byteCount > 15 ? blockByteCount + byteCount : 0
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .double(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(nilLiteral: ()) { self = .null }
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(
      JSONObject(members: elements.map { JSONObject.Member(name: $0, value: $1) }))
  }
}
