/// The constants of `docs/payload-format.md`.
enum PayloadFormat {
  static let version: UInt32 = 1
  /// Fields beyond this many share the overflow column.
  static let maximumFieldCount = 256
  static let alignment = 8
  /// Deeper than requests may nest, so that whatever was accepted is read again.
  static let maximumDepth = 512
}

/// How the values of a payload column are stored.
package enum PayloadColumnKind: UInt8, Sendable {
  case dictionary = 1
  case integer = 2
  case float = 3
  case bool = 4
  case raw = 5
  case overflow = 6

  var isText: Bool { self == .raw || self == .overflow }
}

struct PayloadColumnFlags: OptionSet {
  var rawValue: UInt8

  static let present = PayloadColumnFlags(rawValue: 1)
  static let nulls = PayloadColumnFlags(rawValue: 2)
  static let arrays = PayloadColumnFlags(rawValue: 4)
  static let all: PayloadColumnFlags = [.present, .nulls, .arrays]
}
