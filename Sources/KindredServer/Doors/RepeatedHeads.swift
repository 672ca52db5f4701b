import NIOCore

/// Recognises the requests of a connection whose head is the same as that of an earlier one but for the
/// length of the body, as most clients send them: what such a head says is known, so it is not decoded,
/// and the request goes straight to the `ConnectionHandler`. Everything else goes through the decoder,
/// which stands behind this and never notices what has passed it by.
///
/// Invariants:
/// - While `isBetweenRequests`, all that has come has been taken to the last byte: the decoder would take
///   what comes next for the beginning of a request.
/// - `known` has been decoded, from the first byte of a request on, and has been let in.
final class RepeatedHeads: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private let connection: ConnectionHandler
  private let maxBodyByteCount: Int
  private var isBetweenRequests = true
  private var known: KnownHead?
  private var decoding: Decoding?

  /// The request that is being decoded. It began with a whole head.
  private struct Decoding {
    let head: [UInt8]
    /// Requests that had been decoded before.
    let number: Int
    /// Bytes that have come since it began.
    var byteCount = 0
  }

  init(before connection: ConnectionHandler, maxBodyByteCount: Int) {
    self.connection = connection
    self.maxBodyByteCount = maxBodyByteCount
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var buffer = unwrapInboundIn(data)
    if isBetweenRequests, let known, connection.mayRepeat {
      while buffer.readableBytes > 0,
        let length = buffer.withUnsafeReadableBytes({ known.length(in: $0) }),
        length.body <= maxBodyByteCount,
        length.head + length.body <= buffer.readableBytes
      {
        buffer.moveReaderIndex(forwardBy: length.head)
        guard let body = buffer.readSlice(length: length.body) else { break }
        connection.take(known.request, body)
        guard connection.mayRepeat else { break }
      }
    }
    if buffer.readableBytes > 0 { decode(buffer, context) }
  }

  private func decode(_ buffer: ByteBuffer, _ context: ChannelHandlerContext) {
    if isBetweenRequests {
      decoding = buffer.withUnsafeReadableBytes { bytes in
        KnownHead.end(in: bytes).map {
          Decoding(head: Array(bytes[..<$0]), number: connection.decodedCount)
        }
      }
    }
    decoding?.byteCount += buffer.readableBytes
    isBetweenRequests = false
    context.fireChannelRead(wrapInboundOut(buffer))
    // One request has come since it was between two, all of it, and nothing more.
    guard let decoding, connection.decodedCount == decoding.number + 1,
      let request = connection.decodedRequest,
      decoding.byteCount == decoding.head.count + (request.contentLength ?? 0)
    else { return }
    known = KnownHead(decoding.head, request)
    self.decoding = nil
    isBetweenRequests = true
  }
}
