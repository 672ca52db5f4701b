internal import StorageIO

/// The content of a payload column or of a payload index: its size and layout are known, and its bytes
/// are made while they are handed on.
protocol PayloadBlock {
  var header: PayloadColumnHeader { get }
  /// Hands on exactly `header.byteCount` bytes, in pieces.
  func write(_ emit: Emit) throws(StorageError)
}

/// Takes the next bytes of a section.
typealias Emit = (UnsafeRawBufferPointer) throws(StorageError) -> Void

extension [UInt8] {
  /// Everything that `write` hands on, for sections that may lie in memory.
  static func collecting(_ write: (Emit) throws(StorageError) -> Void) -> [UInt8] {
    var bytes: [UInt8] = []
    do throws(StorageError) {
      try write { (piece) throws(StorageError) in bytes.append(contentsOf: piece) }
    } catch {
      preconditionFailure("memory takes every byte: \(error)")
    }
    return bytes
  }
}

/// A block that is small enough to lie in memory.
struct PayloadBlockBytes: PayloadBlock {
  let header: PayloadColumnHeader
  let bytes: [UInt8]

  init(
    kind: PayloadColumnKind, flags: PayloadColumnFlags = [], valueWidth: Int = 1,
    boundWidth: Int = 4, bytes: [UInt8] = []
  ) {
    header = PayloadColumnHeader(
      kind: kind, flags: flags, valueWidth: valueWidth, boundWidth: boundWidth,
      byteCount: bytes.count)
    self.bytes = bytes
  }

  func write(_ emit: Emit) throws(StorageError) { try bytes.withRawBytes(emit) }
}

/// Bytes of a section on their way: a section of any size takes no more memory than one piece.
struct SectionPieces {
  private var piece = ByteWriter()
  private var emittedByteCount = 0
  private static let byteCount = 1 << 18

  init() { piece.reserveCapacity(Self.byteCount + 4096) }

  var byteCount: Int { emittedByteCount + piece.byteCount }

  mutating func u64(_ value: UInt64) { piece.u64(value) }

  /// One of several integers of a width, after which `pad` is due.
  @inline(__always)
  mutating func packed(_ value: UInt64, width: Int, _ emit: Emit) throws(StorageError) {
    switch width {
    case 1: piece.u8(UInt8(truncatingIfNeeded: value))
    case 2: piece.u16(UInt16(truncatingIfNeeded: value))
    case 4: piece.u32(UInt32(truncatingIfNeeded: value))
    default: piece.u64(value)
    }
    if piece.byteCount >= Self.byteCount { try end(emit) }
  }

  mutating func bytes(_ bytes: UnsafeRawBufferPointer, _ emit: Emit) throws(StorageError) {
    if bytes.count >= Self.byteCount {
      try end(emit)
      emittedByteCount += bytes.count
      return try emit(bytes)
    }
    piece.bytes(bytes)
    if piece.byteCount >= Self.byteCount { try end(emit) }
  }

  /// Zeros up to the alignment.
  mutating func pad() {
    while byteCount % PayloadFormat.alignment != 0 { piece.u8(0) }
  }

  /// Hands on what is left.
  mutating func end(_ emit: Emit) throws(StorageError) {
    try piece.contents.withRawBytes(emit)
    emittedByteCount += piece.byteCount
    piece.removeAll()
  }

  /// How long `count` integers of a width are with their padding.
  static func packedByteCount(_ count: Int, width: Int) -> Int { padded(count * width) }

  static func padded(_ byteCount: Int) -> Int {
    (byteCount + PayloadFormat.alignment - 1) / PayloadFormat.alignment * PayloadFormat.alignment
  }
}
