import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Closes a connection whose first header is not complete in time, or whose body comes a few bytes at
/// a time. (Where nothing comes at all, and between requests, the idle time-out counts.)
final class RequestDeadlineHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart

  private let limits: RequestLimits
  private var deadline: Scheduled<Void>?
  /// Of the body, since the deadline was set.
  private var byteCount = 0

  init(_ limits: RequestLimits) { self.limits = limits }

  func handlerAdded(context: ChannelHandlerContext) {
    let channel = context.channel
    deadline = context.eventLoop.scheduleTask(in: .seconds(limits.headerSeconds)) {
      channel.close(promise: nil)
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) { cancel() }

  func channelInactive(context: ChannelHandlerContext) {
    cancel()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head: watchBody(context)
    case .body(let bytes): byteCount += bytes.readableBytes
    case .end: cancel()
    }
    context.fireChannelRead(data)
  }

  private func watchBody(_ context: ChannelHandlerContext) {
    cancel()
    byteCount = 0
    deadline = context.eventLoop.assumeIsolated().scheduleTask(
      in: .seconds(limits.idleSeconds)
    ) { [self] in
      if byteCount < limits.leastBodyByteRate * Int(limits.idleSeconds) {
        context.close(promise: nil)
      } else {
        watchBody(context)
      }
    }
  }

  private func cancel() {
    deadline?.cancel()
    deadline = nil
  }
}

/// Answers `Expect: 100-continue`, which curl sends before larger bodies and else waits a second for.
final class ContinueHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias OutboundOut = HTTPResponsePart

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .head(let head) = unwrapInboundIn(data),
      head.headerFields[.expect]?.lowercased() == "100-continue"
    {
      context.writeAndFlush(
        wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
    }
    context.fireChannelRead(data)
  }
}
