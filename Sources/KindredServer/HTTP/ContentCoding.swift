import NIOCore
import NIOHTTP1
import StorageIO

/// The way in which a body is compressed (`Content-Encoding`, RFC 9110).
enum ContentCoding: Sendable {
  case gzip
  /// Zlib's format as the standard says, or bare as many clients understand it.
  case deflate

  /// The codings that clients may send, for those that ask.
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
    guard let stream = InflateStream(frame(of: body)) else {
      throw .unavailable("there is no memory to inflate the body")
    }
    var rest = body
    var plain = ByteBuffer()
    var piece = [UInt8](repeating: 0, count: Self.pieceByteCount)
    while true {
      let (outcome, taken, made) = rest.withUnsafeReadableBytes { input in
        piece.withUnsafeMutableBytes { stream.step(input, into: $0) }
      }
      rest.moveReaderIndex(forwardBy: taken)
      if made > 0 {
        try admit(plain.readableBytes + made)
        plain.writeBytes(piece[..<made])
      }
      switch outcome {
      case .end where rest.readableBytes == 0: return plain
      // A gzip file may have several members.
      case .end where self == .gzip && stream.restart(): continue
      case .more: continue
      default: throw .badRequest("the body's \(self) data is damaged or ends too early")
      }
    }
  }

  private static let pieceByteCount = 64 << 10

  private func frame(of body: ByteBuffer) -> InflateStream.Frame {
    switch self {
    case .gzip: return .gzip
    case .deflate:
      // Zlib's header is a multiple of 31 and names the method 8.
      let header = body.getInteger(at: body.readerIndex, as: UInt16.self) ?? 0
      return header % 31 == 0 && header >> 8 & 0x0F == 8 ? .zlib : .none
    }
  }
}
