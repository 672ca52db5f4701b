package import JSONCodec

extension JSONInput {
  /// An unsigned integer or a UUID.
  package func pointID() throws(JSONInputError) -> PointID {
    switch value {
    case .integer(let integer) where integer >= 0: return .integer(UInt64(integer))
    case .unsigned(let integer): return .integer(integer)
    case .string(let text):
      if let id = PointID(uuid: text) { return id }
    default: break
    }
    throw error(PointID.refusal(of: "\(value)"))
  }
}

extension PointID {
  /// The message about a value that is no id.
  package static func refusal(of value: String) -> String {
    "value \(value) is not a valid point ID, valid values are either an unsigned integer or a UUID"
  }
}
