import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// Says `Connection: close` in every request that is the last of its connection: one that says so in
/// other letters or among other options, and one of HTTP/1.0, whose clients wait for the end of the
/// connection. Only here is the version still known.
final class LastRequestHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(var head) = unwrapInboundIn(data),
      head.version != .http1_1 || !head.isKeepAlive
    else { return context.fireChannelRead(data) }
    head.headers.replaceOrAdd(name: "connection", value: "close")
    context.fireChannelRead(wrapInboundOut(.head(head)))
  }
}

/// Puts it in its place, between NIO's decoder and what turns its parts into those that the other
/// handlers know.
final class LastRequestInstaller: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = NIOAny

  func handlerAdded(context: ChannelHandlerContext) {
    do {
      let pipeline = context.pipeline.syncOperations
      let codec = try pipeline.handler(type: HTTP1ToHTTPServerCodec.self)
      try pipeline.addHandler(LastRequestHandler(), position: .before(codec))
    } catch {
      context.fireErrorCaught(error)
    }
  }
}
