import JSONCodec
import SparseIndex

/// The id of a point as people write it: a number from 0 to 2^64 - 1, or a UUID.
package enum PointIDText {
  /// - Throws: `CommandFailure` (usage) for anything else.
  package static func json(_ text: String) throws(CommandFailure) -> JSONValue {
    if let number = UInt64(text), !text.hasPrefix("+") {
      return Int64(exactly: number).map { .integer($0) } ?? .unsigned(number)
    }
    if let id = PointID(uuid: text) { return .string(id.description) }
    throw CommandFailure(
      .usage, "'\(text)' is not a point id: a number from 0 to \(UInt64.max), or a UUID")
  }

  package static func json(_ texts: [String]) throws(CommandFailure) -> [JSONValue] {
    var ids: [JSONValue] = []
    for text in texts { ids.append(try json(text)) }
    return ids
  }

  /// - Returns: nil for what is not an id.
  static func id(_ json: JSONValue?) -> PointID? {
    switch json {
    case .integer(let number)?: UInt64(exactly: number).map { .integer($0) }
    case .unsigned(let number)?: .integer(number)
    case .string(let text)?: PointID(uuid: text)
    default: nil
    }
  }

  /// Without quotes.
  package static func text(_ id: JSONValue) -> String { id.asString ?? id.description }
}
