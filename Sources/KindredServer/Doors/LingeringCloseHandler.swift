import NIOCore
import NIOHTTPTypes

/// After the last answer of a connection, reads and drops what its client still sends: a client that
/// was refused before its body was read reads the answer only once it has sent everything. Ends when the
/// client closes its side, or with the idle time.
final class LingeringCloseHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private var isLingering = false

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    context.close(mode: mode, promise: promise)
    if mode == .output {
      isLingering = true
      context.read()
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if !isLingering { context.fireChannelRead(data) }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    context.fireChannelReadComplete()
    if isLingering { context.read() }
  }
}
