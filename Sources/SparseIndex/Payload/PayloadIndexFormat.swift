package import JSONCodec

/// The constants of `docs/formats/payload-index.md`.
enum PayloadIndexFormat {
  static let version: UInt32 = 1
  static let maxIndexCount = 65_536

  enum Storage: UInt8 {
    case none = 0
    case payloadColumn = 1
    case ownColumn = 2
    case postings = 3
  }

  /// The member of a text index's parameters that says how its texts were cut.
  static let analysisName = "analysis"

  /// Every number at the key is in the index.
  static let hasAllNumbers: UInt8 = 1
}

extension PayloadIndexParameters.Kind {
  init?(code: UInt8) {
    guard let kind = Self.codes.first(where: { $0.code == code })?.kind else { return nil }
    self = kind
  }

  var code: UInt8 { Self.codes.first { $0.kind == self }!.code }

  private static let codes: [(kind: Self, code: UInt8)] = [
    (.keyword, 1), (.integer, 2), (.float, 3), (.bool, 4), (.geo, 5), (.datetime, 6), (.text, 7),
    (.uuid, 8),
  ]

  /// The kinds of payload column that hold just what the index would.
  func isServed(by column: PayloadColumnKind) -> Bool {
    switch self {
    case .keyword: column == .dictionary
    case .integer: column == .integer
    case .float: column == .float || column == .integer
    case .bool: column == .bool
    case .geo, .datetime, .text, .uuid: false
    }
  }

  /// Whether an index of this kind has a place for the value.
  package func holds(_ value: JSONValue) -> Bool { !indexed(value).isEmpty }

  /// The entries that an index of this kind stores for one value at its key; none for values of
  /// other types.
  func indexed(_ value: JSONValue) -> [JSONValue] {
    switch (self, value) {
    case (.keyword, .string), (.integer, .integer), (.bool, .bool): [value]
    case (.integer, .double(let double)):
      Int64(exactly: double).map { [.integer($0)] } ?? []
    case (.float, .integer), (.float, .unsigned), (.float, .double):
      [.double(value.asDouble!)]
    case (.geo, .object):
      GeoPoint(payload: value).map { [.double($0.longitude), .double($0.latitude)] } ?? []
    case (.datetime, .string(let text)):
      Datetime.microseconds(text).map { [.integer($0)] } ?? []
    case (.uuid, .string(let text)):
      PointID(uuid: text).map { [.string($0.description)] } ?? []
    default: []
    }
  }
}
