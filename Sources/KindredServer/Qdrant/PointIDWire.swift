import JSONCodec
import Kindred

/// Point ids on the wire: an unsigned number, or a UUID as text.
extension JSONReader {
  mutating func readPointID() throws -> PointID {
    switch try peekKind() {
    case .number:
      return .integer(try readUInt64())
    case .string:
      let text = try readString()
      guard let id = PointID(uuid: text) else { throw PointIDWire.unreadable("\"\(text)\"") }
      return id
    default:
      throw error(PointIDWire.expectation)
    }
  }
}

enum PointIDWire {
  static let expectation = "a point ID must be an unsigned integer or a UUID"

  static func unreadable(_ text: String) -> APIError { .format(PointID.refusal(of: text)) }

  /// Reads an id in a URL's path.
  static func parse(_ text: String) throws(APIError) -> PointID {
    if let number = UInt64(text) { return .integer(number) }
    if let id = PointID(uuid: text) { return id }
    throw .badRequest("Can not recognize \"\(text)\" as point id")
  }
}

extension JSONInput {
  func pointIDs() throws -> [PointID] { try elements().map { try $0.pointID() } }
}

extension JSONWriter {
  mutating func write(_ id: PointID) {
    switch id {
    case .integer(let number): write(number)
    case .uuid: write(id.description)
    }
  }
}
