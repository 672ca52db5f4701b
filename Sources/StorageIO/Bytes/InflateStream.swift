import CZlib

/// Undoes deflate (RFC 1951) a piece at a time, with the frame around it taken off and verified.
package final class InflateStream {
  package enum Frame: Sendable {
    /// RFC 1952
    case gzip
    /// RFC 1950
    case zlib
    /// Bare deflate, as in zip archives.
    case none
  }

  package enum Outcome: Equatable, Sendable {
    /// There may be more to come; what was not taken is to be offered again.
    case more
    /// The data is complete.
    case end
    /// The data is not deflate, or nothing was left to do with what was offered.
    case damaged
  }

  /// Stays where it is: zlib keeps a pointer to it.
  private let stream: UnsafeMutablePointer<z_stream>

  /// Nil when there is no memory.
  package init?(_ frame: Frame) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let windowBits: Int32 =
      switch frame {
      case .gzip: 15 + 16
      case .zlib: 15
      case .none: -15
      }
    guard
      inflateInit2_(stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return nil }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Takes bytes from `input` and makes bytes in `output`, which has room for at least one.
  package func step(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> (outcome: Outcome, taken: Int, made: Int) {
    let (offered, room) = (UInt32(clamping: input.count), UInt32(clamping: output.count))
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: input.bindMemory(to: UInt8.self).baseAddress)
    stream.pointee.avail_in = offered
    stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
    stream.pointee.avail_out = room
    let code = inflate(stream, Z_NO_FLUSH)
    let taken = Int(offered - stream.pointee.avail_in)
    let made = Int(room - stream.pointee.avail_out)
    switch code {
    case Z_STREAM_END: return (.end, taken, made)
    case Z_OK where taken > 0 || made > 0: return (.more, taken, made)
    default: return (.damaged, taken, made)
    }
  }

  /// Begins again after `.end`: a gzip file may have several members.
  package func restart() -> Bool { inflateReset(stream) == Z_OK }
}

/// CRC-32 as gzip and zip have it (not the CRC-32C of our own files).
package enum ZlibCRC32 {
  package static func extend(_ crc: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var crc = UInt(crc)
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      crc = crc32(crc, piece.bindMemory(to: UInt8.self).baseAddress, UInt32(piece.count))
      rest = rest.dropFirst(piece.count)
    }
    return UInt32(truncatingIfNeeded: crc)
  }
}
