#if Remote
  import NIOCore

  /// Tells those who speak HTTP without TLS what this port speaks. Stands before TLS, and only until the
  /// first bytes have come.
  final class PlainRequestHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var hasAnswered = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      // Bytes that still come are read and dropped, so that the answer is not lost.
      if hasAnswered { return }
      let bytes = unwrapInboundIn(data)
      // Methods begin with a capital letter, TLS with the type of a record: 22 (RFC 8446, 5.1).
      guard let first = bytes.getInteger(at: bytes.readerIndex, as: UInt8.self),
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first)
      else {
        context.fireChannelRead(data)
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
        return
      }
      hasAnswered = true
      context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: Self.answer)), promise: nil)
      context.close(mode: .output, promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      if hasAnswered, case .inputClosed? = event as? ChannelEvent {
        return context.close(promise: nil)
      }
      context.fireUserInboundEventTriggered(event)
    }

    private static let answer = {
      let text = "This port speaks TLS: use https://\n"
      return """
        HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n\
        Content-Length: \(text.utf8.count)\r\nConnection: close\r\n\r\n\(text)
        """
    }()
  }
#endif
