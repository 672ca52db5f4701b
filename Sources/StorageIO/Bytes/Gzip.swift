import CZlib

/// Compresses as RFC 1952 has it, quickly rather than well.
package enum Gzip {
  /// The time of compressing is mostly that of the first of zlib's nine levels.
  private static let level: Int32 = 1

  /// - Returns: nil when that would not be shorter, or when there is no memory for it.
  package static func compressed(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.count > 1, UInt32(exactly: bytes.count) != nil else { return nil }
    let compressed = [UInt8](unsafeUninitializedCapacity: bytes.count - 1) { output, count in
      count = bytes.withUnsafeBufferPointer { deflate($0, into: output) }
    }
    return compressed.isEmpty ? nil : compressed
  }

  /// - Returns: how many bytes were made; 0 when they do not fit.
  private static func deflate(
    _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
  ) -> Int {
    var stream = z_stream()
    // It stays where it is: zlib keeps a pointer to it.
    return withUnsafeMutablePointer(to: &stream) { stream in
      let windowBits: Int32 = 15 + 16
      guard
        deflateInit2_(
          stream, level, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
          Int32(MemoryLayout<z_stream>.size)) == Z_OK
      else { return 0 }
      defer { deflateEnd(stream) }
      let room = UInt32(clamping: output.count)
      stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
      stream.pointee.avail_in = UInt32(clamping: input.count)
      stream.pointee.next_out = output.baseAddress
      stream.pointee.avail_out = room
      guard CZlib.deflate(stream, Z_FINISH) == Z_STREAM_END else { return 0 }
      return Int(room - stream.pointee.avail_out)
    }
  }
}
