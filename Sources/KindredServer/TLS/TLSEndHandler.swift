#if Remote
  import Logging
  import NIOCore
  import NIOSSL

  /// Ends connections with TLS; stands behind TLS in the pipeline.
  ///
  /// The daemon tells the client that it closes, and does not wait for a reply (RFC 8446, 6.1, asks for
  /// no more): a client that is cut off would hold its connection for longer otherwise.
  final class TLSEndHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer

    /// The context of the TLS handler, which leads to the handlers before it.
    private let transport: ChannelHandlerContext
    private let condition: TLSCondition
    private let logger: Logger
    /// Whether the handshake has; it is told once more when the connection closes.
    private var hasFailed = false

    init(_ transport: ChannelHandlerContext, _ condition: TLSCondition, _ logger: Logger) {
      self.transport = transport
      self.condition = condition
      self.logger = logger
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
      context.close(mode: mode, promise: mode == .all ? nil : promise)
      if mode == .all { transport.close(promise: promise) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      switch error as? NIOSSLError {
      // The client has gone, or sends no more, without a word. The event that follows says which; a
      // request that was cut off is not complete.
      case .uncleanShutdown: return
      case .handshakeFailed where !hasFailed:
        hasFailed = true
        condition.noteFailedHandshake()
        logger.debug(
          "a TLS handshake failed",
          metadata: [
            "client": "\(context.channel.remoteAddress?.description ?? "?")", "reason": "\(error)",
          ])
      default: break
      }
      transport.close(promise: nil)
    }
  }
#endif
