import CZlib
import NIOCore
import NIOHTTP1

/// How a body comes compressed (`Content-Encoding`, RFC 9110).
enum ContentCoding: Sendable {
  case gzip
  /// Zlib's format as the standard says, or bare as many clients understand it.
  case deflate

  /// What clients may send, for those that ask.
  static let accepted = "gzip, deflate"

  /// - Returns: nil for a body that comes as it is.
  /// - Throws: 415 for a coding that is not known, and for several at once.
  static func of(_ headers: HTTPHeaders) throws(APIError) -> ContentCoding? {
    let codings = headers["content-encoding"]
    if codings.isEmpty { return nil }
    switch codings.joined(separator: ", ").lowercased() {
    case "", "identity": return nil
    case "gzip", "x-gzip": return .gzip
    case "deflate": return .deflate
    case let other:
      throw APIError(
        .unsupportedMediaType,
        "Content encoding error: `\(other)` is not known; send the body as it is, or with one of "
          + accepted)
    }
  }

  /// The body as it was before it was compressed.
  ///
  /// - Parameter admit: called with the length so far before more is kept; throws when it is too much.
  /// - Throws: 400 when the data is damaged or ends too early.
  func inflate(_ body: ByteBuffer, admit: (Int) throws(APIError) -> Void) throws(APIError)
    -> ByteBuffer
  {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer { stream.deallocate() }
    guard
      inflateInit2_(
        stream, windowBits(of: body), ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { throw .unavailable("there is no memory to inflate the body") }
    defer { inflateEnd(stream) }

    var rest = body
    var plain = ByteBuffer()
    var piece = [UInt8](repeating: 0, count: Self.pieceByteCount)
    while true {
      let (outcome, taken, made) = step(stream, rest, &piece)
      rest.moveReaderIndex(forwardBy: taken)
      if made > 0 {
        try admit(plain.readableBytes + made)
        plain.writeBytes(piece[..<made])
      }
      switch outcome {
      case Z_STREAM_END where rest.readableBytes == 0: return plain
      // A gzip file may have several members.
      case Z_STREAM_END where self == .gzip && inflateReset(stream) == Z_OK: continue
      case Z_OK where taken > 0 || made > 0: continue
      default: throw .badRequest("the body's \(self) data is damaged or ends too early")
      }
    }
  }

  private static let pieceByteCount = 64 << 10

  private func step(
    _ stream: UnsafeMutablePointer<z_stream>, _ input: ByteBuffer, _ output: inout [UInt8]
  ) -> (outcome: Int32, taken: Int, made: Int) {
    input.withUnsafeReadableBytes { input in
      output.withUnsafeMutableBufferPointer { output in
        let offered = UInt32(clamping: input.count)
        stream.pointee.next_in = UnsafeMutablePointer(
          mutating: input.bindMemory(to: UInt8.self).baseAddress)
        stream.pointee.avail_in = offered
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(output.count)
        let outcome = CZlib.inflate(stream, Z_NO_FLUSH)
        return (
          outcome, Int(offered - stream.pointee.avail_in),
          output.count - Int(stream.pointee.avail_out)
        )
      }
    }
  }

  /// As zlib wants them: how large a window, and which frame is around the data.
  private func windowBits(of body: ByteBuffer) -> Int32 {
    switch self {
    case .gzip: return 15 + 16
    case .deflate:
      // Zlib's header is a multiple of 31 and names the method 8.
      let header = body.getInteger(at: body.readerIndex, as: UInt16.self) ?? 0
      return header % 31 == 0 && header >> 8 & 0x0F == 8 ? 15 : -15
    }
  }
}
