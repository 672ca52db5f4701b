import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Keeps a connection open until its client has taken the answers written to it: for the server they are
/// over then, and it closes the connection when it is idle long enough or stops. Closes a connection
/// whose client takes an answer a few bytes at a time, or has closed its side while the answer is still
/// being made.
final class ResponseDeliveryHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let limits: RequestLimits
  private let pendingBytes: PendingBytes
  private var deadline: Scheduled<Void>?
  /// Between the head of an answer and its end.
  private var isResponding = false
  /// Answers written to their end, which the socket has not taken.
  private var waitingCount = 0
  /// Set when the connection is to be closed as soon as no answer waits.
  private var closing: EventLoopPromise<Void>?
  /// Of bodies, handed on to the socket.
  private var writtenByteCount = 0
  /// Of those, taken by the socket before the deadline was set.
  private var takenByteCount = 0

  /// A client that only sends no more gets what takes no longer.
  private static let patience = TimeAmount.seconds(1)

  init(_ limits: RequestLimits, _ pendingBytes: PendingBytes) {
    self.limits = limits
    self.pendingBytes = pendingBytes
  }

  func handlerRemoved(context: ChannelHandlerContext) { cancel() }

  func channelInactive(context: ChannelHandlerContext) {
    cancel()
    context.fireChannelInactive()
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(let head):
      isResponding = head.status.kind != .informational
    case .body(let bytes):
      writtenByteCount += bytes.readableBytes
    case .end:
      isResponding = false
      return writeEnd(context, data, promise)
    }
    context.write(data, promise: promise)
  }

  // MARK: Answers that wait

  private func writeEnd(
    _ context: ChannelHandlerContext, _ data: NIOAny, _ promise: EventLoopPromise<Void>?
  ) {
    let promise = promise ?? context.eventLoop.makePromise()
    waitingCount += 1
    let claim = pendingBytes.add(countWaiting(context))
    promise.futureResult.assumeIsolated().whenComplete { [self] _ in
      waitingCount -= 1
      pendingBytes.remove(claim)
      if let closing, waitingCount == 0 { context.close(promise: closing) }
    }
    context.write(data, promise: promise)
  }

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    guard mode == .all, waitingCount > 0, !isResponding else {
      return context.close(mode: mode, promise: promise)
    }
    let closing = self.closing ?? context.eventLoop.makePromise()
    self.closing = closing
    closing.futureResult.cascade(to: promise)
    if deadline == nil { watch(context) }
  }

  // MARK: Slow readers

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    cancel()
    if !context.channel.isWritable || closing != nil { watch(context) }
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
    writtenByteCount - countWaiting(context)
  }

  /// Bytes written that the socket has not taken.
  private func countWaiting(_ context: ChannelHandlerContext) -> Int {
    (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
  }

  private func cancel() {
    deadline?.cancel()
    deadline = nil
  }

  // MARK: Clients that have gone

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .inputClosed? = event as? ChannelEvent {
      context.eventLoop.assumeIsolated().scheduleTask(in: Self.patience) { [self] in
        if !isResponding && waitingCount == 0 { context.close(promise: nil) }
      }
    }
    context.fireUserInboundEventTriggered(event)
  }
}
