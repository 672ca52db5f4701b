internal import StorageIO

/// The constants of `docs/formats/payload.md`.
enum PayloadFormat {
  static let version: UInt32 = 1
  /// Keys beyond this many share the overflow column.
  static let maxKeyCount = 256
  static let alignment = 8
  /// Deeper than requests may nest, so that whatever was accepted is read again.
  static let maxDepth = 512
}

/// The form in which the values of a payload column are stored.
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

/// The directory entry of a column; its block follows the directory.
struct PayloadColumnHeader {
  var kind: PayloadColumnKind
  var flags: PayloadColumnFlags
  var valueWidth: Int
  var boundWidth: Int
  var byteCount: Int

  init(
    kind: PayloadColumnKind, flags: PayloadColumnFlags = [], valueWidth: Int = 1,
    boundWidth: Int = 4, byteCount: Int = 0
  ) {
    self.kind = kind
    self.flags = flags
    self.valueWidth = valueWidth
    self.boundWidth = boundWidth
    self.byteCount = byteCount
  }

  init(_ reader: inout ByteReader) throws(StorageError) {
    guard let kind = PayloadColumnKind(rawValue: try reader.u8()) else {
      throw reader.corrupt("a column kind")
    }
    self.kind = kind
    flags = PayloadColumnFlags(rawValue: try reader.u8())
    valueWidth = Int(try reader.u8())
    boundWidth = Int(try reader.u8())
    guard flags.isSubset(of: .all), [1, 2, 4, 8].contains(valueWidth),
      boundWidth == 4 || boundWidth == 8
    else { throw reader.corrupt("column flags and widths") }
    byteCount = try reader.count()
  }

  func write(to writer: inout ByteWriter) {
    writer.u8(kind.rawValue)
    writer.u8(flags.rawValue)
    writer.u8(UInt8(valueWidth))
    writer.u8(UInt8(boundWidth))
    writer.count(byteCount)
  }
}

extension ByteReader {
  /// Passes over the zeros up to the next multiple of the alignment.
  mutating func skipPadding() throws(StorageError) {
    let excess = position % PayloadFormat.alignment
    if excess > 0 { _ = try bytes(PayloadFormat.alignment - excess) }
  }
}

extension PayloadFormat {
  /// Hands a section of these columns on.
  static func write(
    _ columns: [(name: String, block: any PayloadBlock)], _ emit: Emit
  ) throws(StorageError) {
    var head = ByteWriter()
    head.u32(version)
    head.u32(UInt32(columns.count))
    for (name, block) in columns {
      head.string(name)
      block.header.write(to: &head)
    }
    head.pad(toMultipleOf: alignment)
    try head.contents.withRawBytes(emit)
    for (_, block) in columns { try block.write(emit) }
  }
}
