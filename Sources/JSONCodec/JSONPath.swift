/// Where in a JSON document: `a.b`, `a[]`, `a[0].b`, `"quoted.name".b`.
///
/// Names do not step through arrays; `[]` does, to every element.
public struct JSONPath: Sendable {
  /// More steps than any stored value has levels lead nowhere; a path is walked by recursion.
  public static let maxStepCount = 64

  /// A step from a value to one inside it.
  public enum Step: Sendable {
    /// To the member of that name; nowhere from anything but an object.
    case name(String)
    /// To the element at that position, from 0; nowhere from anything but an array.
    case index(Int)
    /// To each element of an array, written `[]`.
    case everyElement
  }

  /// The name of the top-level member.
  public let first: String
  /// At most `maxStepCount` in a path that was parsed.
  public let rest: [Step]

  /// A path from its steps, which are taken as they are: nothing is parsed.
  public init(first: String, rest: [Step] = []) {
    self.first = first
    self.rest = rest
  }

  /// This path with `[]` at its end, unless it ends so already.
  package var everyElement: JSONPath {
    rest.last == .everyElement ? self : JSONPath(first: first, rest: rest + [.everyElement])
  }

  /// The path to what `inner` means inside the objects that this path leads to.
  package func appending(_ inner: JSONPath) -> JSONPath {
    JSONPath(first: first, rest: rest + [.name(inner.first)] + inner.rest)
  }
}

// Names are equal when their bytes are.

extension JSONPath: Hashable {
  public static func == (left: JSONPath, right: JSONPath) -> Bool {
    left.first.hasSameBytes(as: right.first) && left.rest == right.rest
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(ByteString(first))
    hasher.combine(rest)
  }
}

extension JSONPath.Step: Hashable {
  public static func == (left: JSONPath.Step, right: JSONPath.Step) -> Bool {
    switch (left, right) {
    case (.name(let left), .name(let right)): left.hasSameBytes(as: right)
    case (.index(let left), .index(let right)): left == right
    case (.everyElement, .everyElement): true
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .name(let name): hasher.combine(ByteString(name))
    case .index(let index): hasher.combine(index)
    case .everyElement: break
    }
  }
}

extension JSONPath: CustomStringConvertible {
  /// The path as text that parses to the same path.
  public var description: String {
    var text = Self.quotedIfNeeded(first)
    for step in rest {
      switch step {
      case .name(let name): text += "." + Self.quotedIfNeeded(name)
      case .index(let index): text += "[\(index)]"
      case .everyElement: text += "[]"
      }
    }
    return text
  }

  private static func quotedIfNeeded(_ name: String) -> String {
    !name.isEmpty && (name.utf8.allSatisfy(isPlain) || name.unicodeScalars.allSatisfy(isPlain))
      ? name : "\"\(name)\""
  }
}

// MARK: Parsing

extension JSONPath {
  /// Names are letters, digits, `_` and `-`, or anything but `"` and `\` between double quotes.
  public init(parsing text: String) throws(InvalidJSONPath) {
    var scalars = text.unicodeScalars[...]
    guard let first = Self.parseName(&scalars) else { throw InvalidJSONPath(text: text) }
    var rest: [Step] = []
    while let scalar = scalars.popFirst() {
      guard rest.count < Self.maxStepCount,
        let step = Self.parseStep(after: scalar, &scalars)
      else {
        throw InvalidJSONPath(text: text)
      }
      rest.append(step)
    }
    self.init(first: first, rest: rest)
  }

  private static func parseStep(
    after scalar: UnicodeScalar, _ scalars: inout Substring.UnicodeScalarView
  ) -> Step? {
    if scalar == "." { return parseName(&scalars).map(Step.name) }
    guard scalar == "[" else { return nil }
    let digits = scalars.prefix { ("0"..."9").contains($0) }
    scalars = scalars[digits.endIndex...]
    guard scalars.popFirst() == "]" else { return nil }
    if digits.isEmpty { return .everyElement }
    return Int(String(digits)).map(Step.index)
  }

  private static func parseName(_ scalars: inout Substring.UnicodeScalarView) -> String? {
    if scalars.first == "\"" {
      let name = scalars.dropFirst().prefix { $0 != "\"" && $0 != "\\" }
      scalars = scalars[name.endIndex...]
      return scalars.popFirst() == "\"" ? String(name) : nil
    }
    let name = scalars.prefix(while: isPlain)
    scalars = scalars[name.endIndex...]
    return name.isEmpty ? nil : String(name)
  }

  /// The same of ASCII, which needs no table.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  private static func isPlain(_ scalar: UnicodeScalar) -> Bool {
    if scalar.isASCII { return isPlain(UInt8(truncatingIfNeeded: scalar.value)) }
    return scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }
}

/// A text that is not a path.
public struct InvalidJSONPath: Error, Equatable, Sendable, CustomStringConvertible {
  /// The text as it was given.
  public var text: String

  /// An error about that text.
  public init(text: String) { self.text = text }

  public var description: String { "Invalid json path: '\(text)'" }
}
