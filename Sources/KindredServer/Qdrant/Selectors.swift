import JSONCodec
import Kindred

extension JSONInput {
  /// `with_payload`: a bool, a list of keys, `{"include": […]}` or `{"exclude": […]}`.
  func payloadSelector(default other: PayloadSelector) throws -> PayloadSelector {
    guard let input = try optional("with_payload") else { return other }
    switch input.value {
    case .bool(let wanted): return wanted ? .all : .none
    case .array: return .include(try input.elements().map { try $0.keyPath() })
    case .object:
      if let keys = try input.optional("include") {
        return .include(try keys.elements().map { try $0.keyPath() })
      }
      if let keys = try input.optional("exclude") {
        return .exclude(try keys.elements().map { try $0.keyPath() })
      }
      throw input.error("expected `include` or `exclude`")
    default: throw input.error("expected a boolean, a list of keys, or `include` or `exclude`")
    }
  }

  /// `with_vector` (or `with_vectors`): a bool or a list of names.
  func vectorSelector(default other: VectorSelector = .none) throws -> VectorSelector {
    guard let input = try optional("with_vector") ?? optional("with_vectors") else { return other }
    switch input.value {
    case .bool(let wanted): return wanted ? .all : .none
    case .array: return .names(try input.elements().map { try $0.string() })
    case .string(let name): return .names([name])
    default: throw input.error("expected a boolean or a list of vector names")
    }
  }

  /// `filter`, which is no constraint when it is missing.
  func filter(_ name: String = "filter") throws -> Filter? {
    try optional(name).map { input in
      let filter = try Filter(json: input)
      do throws(InvalidFilter) {
        try filter.validate()
      } catch {
        throw APIError.validation(input.path, error.description)
      }
      return filter
    }
  }

  /// Looks whether `shard_key` is what clients may send: a name or a number, several of them, or
  /// `{target, fallback}`. With one shard it means nothing.
  func checkShardKey() throws {
    guard let input = try optional("shard_key") else { return }
    switch input.value {
    case .array: for key in try input.elements() { try key.checkIsShardKey() }
    case .object:
      try input.member("target").checkIsShardKey()
      try input.member("fallback").checkIsShardKey()
    default: try input.checkIsShardKey()
    }
  }

  private func checkIsShardKey() throws {
    switch value {
    case .string: _ = try string()
    case .integer, .unsigned: _ = try unsigned()
    default:
      throw error(
        "expected a string, an unsigned integer, a list of them, or `target` and `fallback`")
    }
  }

  /// Where Qdrant's validation sees a member: behind `prefix`, within the request it belongs to when
  /// there are several: `searches[2].internal.limit`.
  private static func path(_ path: String, _ prefix: String) -> String {
    guard path.hasPrefix("searches["), let end = path.firstIndex(of: "]") else {
      return prefix + path
    }
    let rest = path[path.index(after: end)...].drop { $0 == "." }
    return "\(path[...end]).\(prefix)\(rest)"
  }

  /// `limit` (or `top`), at least `least`.
  func limit(
    _ names: [String] = ["limit"], default other: Int, least: Int = 1, prefix: String = ""
  ) throws -> Int {
    for name in names {
      guard let input = try optional(name) else { continue }
      let value = try input.unsigned()
      guard value >= least else {
        throw APIError.tooSmall(Self.path(input.path, prefix), value, least: least)
      }
      return Int(clamping: value)
    }
    return other
  }
}

/// Which points a change is for: `points` by id, or all that pass `filter`.
extension PointSelection {
  /// A filter beside ids must make sense, and does nothing.
  init(_ input: JSONInput) throws {
    try input.checkShardKey()
    let filter = try input.filter()
    if let points = try input.optional("points") {
      self = .ids(try points.pointIDs())
    } else if let filter {
      self = .filter(filter)
    } else {
      throw input.error("Either list of point ids or filter must be provided")
    }
  }
}

extension Call {
  /// The body as a tree.
  func json() throws -> JSONInput {
    let watch = DecodingWatch { [context] in context.isOver }
    if let tree { return JSONInput(tree, watch: watch) }
    guard body.readableBytes > 0 else {
      throw APIError.format("EOF while parsing a value at line 1 column 0")
    }
    return JSONInput(try decode { try $0.readValue() }, watch: watch)
  }

  /// Like `json`, but an empty body is an empty object.
  func optionalJSON() throws -> JSONInput {
    body.readableBytes == 0 && tree == nil ? JSONInput(.object([:])) : try json()
  }
}

extension JSONReader {
  /// Reads `shard_key`, which is checked and means nothing.
  mutating func readShardKey() throws {
    try JSONInput(["shard_key": try readValue()]).checkShardKey()
  }
}
