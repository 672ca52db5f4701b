import JSONCodec

/// Which values a member of a configuration may have. `ConfigurationTable` says it for all of them.
indirect enum ConfigurationShape: Sendable {
  case flag
  /// A whole number.
  case count(ClosedRange<UInt64>)
  case number(ClosedRange<Double>)
  case text
  /// One of the names; other spellings stand for some of them.
  case choice([String], spellings: [String: String] = [:])
  /// Where something is kept in memory; not everything can be pinned there.
  case placement(canBePinned: Bool)
  case record([Member])
  /// One of the members, which says which variant it is.
  case variant([Member])
  /// Under names of the user's own.
  case byName(ConfigurationShape)
  case list(ConfigurationShape)
  /// The user's own.
  case anyObject
  case either(ConfigurationShape, or: ConfigurationShape)

  struct Member: Sendable {
    var name: String
    var shape: ConfigurationShape
    var isRequired = false
    /// Another name that is taken for it.
    var alias: String?

    init(
      _ name: String, _ shape: ConfigurationShape, isRequired: Bool = false, alias: String? = nil
    ) {
      self.name = name
      self.shape = shape
      self.isRequired = isRequired
      self.alias = alias
    }
  }

  /// The value as it is kept: with the names that clients read, without null and without members that
  /// are not in the table, which are passed over.
  /// - Throws: 400 for a value of another type, 422 for one out of its bounds.
  func read(_ input: JSONInput) throws -> JSONValue {
    switch self {
    case .flag: return .bool(try input.bool())
    case .text: return .string(try input.string())
    case .anyObject: return .object(try input.object())
    case .count(let bounds):
      let value = try input.unsigned()
      try Self.check(value, bounds, unbounded: .max, at: input.path)
      return input.value
    case .number(let bounds):
      let value = try input.double()
      try Self.check(value, bounds, unbounded: .greatestFiniteMagnitude, at: input.path)
      return input.value
    case .choice(let names, let spellings):
      let text = try input.string()
      guard let name = spellings[text] ?? names.first(where: { $0 == text }) else {
        let list = names.map { "`\($0)`" }.joined(separator: ", ")
        throw input.error("unknown variant `\(text)`, expected one of \(list)")
      }
      return .string(name)
    case .placement(let canBePinned):
      let placement = try Self.choice(["cold", "cached", "pinned"]).read(input)
      guard canBePinned || placement != "pinned" else {
        throw APIError.validation(input.path, "`pinned` is not supported here")
      }
      return placement
    case .record(let members): return .object(try Self.read(input, members))
    case .variant(let members):
      guard let member = members.first(where: { input.has($0.name) }) else {
        let list = members.map { "`\($0.name)`" }.joined(separator: ", ")
        throw input.error("expected one of \(list)")
      }
      return .object([member.name: try member.shape.read(input.member(member.name))])
    case .byName(let shape):
      let named = try input.object().members.filter { $0.value != .null }
      return .object(
        JSONObject(
          uniqueMembers: try named.map {
            .init(name: $0.name, value: try shape.read(input.of($0)))
          }))
    case .list(let shape): return .array(try input.elements().map { try shape.read($0) })
    case .either(let first, let other):
      if let value = try? first.read(input) { return value }
      return try other.read(input)
    }
  }

  /// The object without the members that do not fit. For objects that earlier versions stored without
  /// a check.
  func readable(_ object: JSONObject) -> JSONObject {
    guard case .record(let members) = self else { return object }
    let input = JSONInput(.object(object))
    return JSONObject(
      uniqueMembers: members.compactMap { member in
        guard let value = try? input.optional(member.name), let read = try? member.shape.read(value)
        else { return nil }
        return .init(name: member.name, value: read)
      })
  }

  private static func read(_ input: JSONInput, _ members: [Member]) throws -> JSONObject {
    _ = try input.object()
    var object: JSONObject = [:]
    for member in members {
      let found = try input.optional(member.name) ?? member.alias.flatMap { try input.optional($0) }
      if let found {
        object[member.name] = try member.shape.read(found)
      } else if member.isRequired {
        throw input.error("missing field `\(member.name)`")
      }
    }
    return object
  }

  private static func check<Value: CustomStringConvertible>(
    _ value: Value, _ bounds: ClosedRange<Value>, unbounded: Value, at path: String
  ) throws(APIError) {
    guard !bounds.contains(value) else { return }
    throw .validation(
      path,
      bounds.upperBound == unbounded
        ? "value \(value) invalid, must be \(bounds.lowerBound) or larger"
        : "value \(value) invalid, must be from \(bounds.lowerBound) to \(bounds.upperBound)")
  }
}

extension ConfigurationShape {
  /// A whole number that is at least `least`.
  static func count(from least: UInt64 = 0) -> ConfigurationShape { .count(least...(.max)) }
}
