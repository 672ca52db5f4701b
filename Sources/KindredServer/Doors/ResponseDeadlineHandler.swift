import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Closes a connection whose client takes an answer a few bytes at a time, or has closed its side
/// while the answer is still being made.
final class ResponseDeadlineHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let limits: RequestLimits
  private var deadline: Scheduled<Void>?
  private var isResponding = false
  /// Of bodies, handed on to the socket.
  private var writtenByteCount = 0
  /// Of those, taken by the socket before the deadline was set.
  private var takenByteCount = 0

  /// A client that only sends no more gets what takes no longer.
  private static let patience = TimeAmount.seconds(1)

  init(_ limits: RequestLimits) { self.limits = limits }

  func handlerRemoved(context: ChannelHandlerContext) { cancel() }

  func channelInactive(context: ChannelHandlerContext) {
    cancel()
    context.fireChannelInactive()
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(let head): isResponding = head.status.kind != .informational
    case .body(let bytes): writtenByteCount += bytes.readableBytes
    case .end: isResponding = false
    }
    context.write(data, promise: promise)
  }

  // MARK: Slow readers

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    cancel()
    if !context.channel.isWritable { watch(context) }
    context.fireChannelWritabilityChanged()
  }

  private func watch(_ context: ChannelHandlerContext) {
    takenByteCount = countTaken(context)
    deadline = context.eventLoop.assumeIsolated().scheduleTask(
      in: .seconds(limits.idleSeconds)
    ) { [self] in
      let least = limits.leastBodyByteRate * Int(limits.idleSeconds)
      if countTaken(context) - takenByteCount < least {
        context.close(promise: nil)
      } else {
        watch(context)
      }
    }
  }

  private func countTaken(_ context: ChannelHandlerContext) -> Int {
    let waiting = try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)
    return writtenByteCount - (waiting ?? 0)
  }

  private func cancel() {
    deadline?.cancel()
    deadline = nil
  }

  // MARK: Clients that have gone

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .inputClosed? = event as? ChannelEvent {
      context.eventLoop.assumeIsolated().scheduleTask(in: Self.patience) { [self] in
        if !isResponding { context.close(promise: nil) }
      }
    }
    context.fireUserInboundEventTriggered(event)
  }
}
