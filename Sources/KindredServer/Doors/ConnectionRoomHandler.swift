import NIOCore
import NIOHTTPTypes

/// Tells the room what a connection is doing.
final class ConnectionRoomHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let room: ConnectionRoom
  /// Requests whose answers the client has not got.
  private var openCount = 0

  init(_ room: ConnectionRoom) { self.room = room }

  func handlerAdded(context: ChannelHandlerContext) { room.enter(context.channel) }

  func handlerRemoved(context: ChannelHandlerContext) { room.leave(context.channel) }

  func channelInactive(context: ChannelHandlerContext) {
    room.leave(context.channel)
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head:
      openCount += 1
      noteReceived(context)
    case .body: noteReceived(context)
    case .end: if openCount > 0 { room.note(context.channel, .answering) }
    }
    context.fireChannelRead(data)
  }

  /// A client that has sent its next request already has an answer to come.
  private func noteReceived(_ context: ChannelHandlerContext) {
    if openCount == 1 { room.note(context.channel, .receiving(since: .now)) }
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard case .end = unwrapOutboundIn(data) else { return context.write(data, promise: promise) }
    let promise = promise ?? context.eventLoop.makePromise()
    let channel = context.channel
    promise.futureResult.assumeIsolated().whenComplete { [self] _ in
      openCount -= 1
      if openCount == 0 { room.note(channel, .idle(since: .now)) }
    }
    context.write(data, promise: promise)
  }
}
