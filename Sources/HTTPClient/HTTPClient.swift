package import NIOCore
package import NIOHTTP1
import NIOPosix
import Synchronization

/// Speaks HTTP/1.1 to one server, over connections that stay open between exchanges. Each carries one
/// exchange at a time; another is opened when all are taken.
package final class HTTPClient: Sendable {
  package enum Address: Sendable {
    case socket(path: String)
    case tcp(host: String, port: Int)
    /// With TLS. The server's certificate must be for the host, and lead to one in the PEM file, or to
    /// one of the system's roots where there is no such file.
    case tls(host: String, port: Int, authorities: String?)
  }

  package struct Answer: Sendable {
    package let head: HTTPResponseHead
    package let body: ByteBuffer
  }

  /// No whole answer had come in time.
  package struct TimedOut: Error {}

  private struct Connections {
    var idle: [any Channel] = []
    var isClosed = false
    var tls: ClientTLS?
  }

  private let address: Address
  private let maxAnswerByteCount: Int
  private let connections = Mutex(Connections())

  /// - Parameter maxAnswerByteCount: of a body; a longer one fails its exchange.
  package init(_ address: Address, maxAnswerByteCount: Int = 256 << 20) {
    self.address = address
    self.maxAnswerByteCount = maxAnswerByteCount
  }

  /// Sends a request and waits for the whole answer. `Host` and `Content-Length` are added where the
  /// head lacks them.
  ///
  /// - Throws: `TimedOut`; `ConnectionFailure` and `TLSFailure` where nothing has been sent; `IOError` or
  ///   `ChannelError` when there is no socket or the server went away.
  package func exchange(
    _ head: HTTPRequestHead, _ body: ByteBuffer? = nil, timeout: TimeAmount
  ) async throws -> Answer {
    let channel = try await connection(timeout)
    let answer = channel.eventLoop.makePromise(of: Answer.self)
    var head = head
    if !head.headers.contains(name: "host") { head.headers.add(name: "host", value: host) }
    if let body, !head.headers.contains(name: "content-length") {
      head.headers.add(name: "content-length", value: String(body.readableBytes))
    }
    // A channel that has closed meanwhile has no handler left to take it.
    let taken = channel.eventLoop.makePromise(of: Void.self)
    taken.futureResult.cascadeFailure(to: answer)
    channel.writeAndFlush(
      Exchange(head: head, body: body, timeout: timeout, answer: answer), promise: taken)
    let received = try await answer.futureResult.get()
    keep(channel, isReusable: received.head.isKeepAlive)
    return received
  }

  /// Closes the idle connections; those in use close when their exchange is over.
  package func close() {
    let idle = connections.withLock { connections in
      connections.isClosed = true
      defer { connections.idle = [] }
      return connections.idle
    }
    for channel in idle { channel.close(promise: nil) }
  }

  deinit { close() }

  // MARK: Connections

  private func connection(_ timeout: TimeAmount) async throws -> any Channel {
    while let channel = connections.withLock({ $0.idle.popLast() }) {
      if channel.isActive { return channel }
    }
    do { return try await connect(timeout) } catch let error as NIOConnectionError {
      throw ConnectionFailure(error)
    }
  }

  private func connect(_ timeout: TimeAmount) async throws -> any Channel {
    let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connectTimeout(min(timeout, .seconds(10)))
    if case .tls(let host, let port, _) = address {
      let tls = try await tls()
      let channel = try await bootstrap.connect(host: host, port: port).get()
      try await tls.shakeHands(channel, host: host, timeout)
      try await channel.eventLoop.submit { [self] in try addHandlers(to: channel) }.get()
      return channel
    }
    let initialized = bootstrap.channelInitializer { [self] channel in
      channel.eventLoop.makeCompletedFuture { try addHandlers(to: channel) }
    }
    return switch address {
    case .socket(let path): try await initialized.connect(unixDomainSocketPath: path).get()
    case .tcp(let host, let port), .tls(let host, let port, _):
      try await initialized.connect(host: host, port: port).get()
    }
  }

  private func addHandlers(to channel: any Channel) throws {
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHTTPClientHandlers()
    try pipeline.addHandler(NIOHTTPClientResponseAggregator(maxContentLength: maxAnswerByteCount))
    try pipeline.addHandler(ExchangeHandler())
  }

  /// Made with the first connection, because it reads files.
  private func tls() async throws -> ClientTLS {
    if let tls = connections.withLock({ $0.tls }) { return tls }
    guard case .tls(_, _, let authorities) = address else { preconditionFailure("no TLS") }
    let tls = try await NIOThreadPool.singleton.runIfActive { try ClientTLS(authorities) }
    connections.withLock { $0.tls = tls }
    return tls
  }

  private func keep(_ channel: any Channel, isReusable: Bool) {
    let isKept = connections.withLock { connections in
      guard isReusable, !connections.isClosed else { return false }
      connections.idle.append(channel)
      return true
    }
    if !isKept { channel.close(promise: nil) }
  }

  private var host: String {
    switch address {
    case .socket: "localhost"
    case .tcp(let host, let port), .tls(let host, let port, _):
      host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
  }
}

private struct Exchange: Sendable {
  let head: HTTPRequestHead
  let body: ByteBuffer?
  let timeout: TimeAmount
  let answer: EventLoopPromise<HTTPClient.Answer>
}

/// Writes the request of an exchange and keeps its promise, once the answer is whole or can no longer
/// come. A write is done when it has taken the exchange on.
private final class ExchangeHandler: ChannelDuplexHandler {
  typealias InboundIn = NIOHTTPClientResponseFull
  typealias OutboundIn = Exchange
  typealias OutboundOut = HTTPClientRequestPart

  private var underWay: (answer: EventLoopPromise<HTTPClient.Answer>, timeout: Scheduled<Void>)?

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let exchange = unwrapOutboundIn(data)
    guard context.channel.isActive else {
      promise?.fail(ChannelError.eof)
      return
    }
    promise?.succeed()
    let timeout = context.eventLoop.assumeIsolated().scheduleTask(in: exchange.timeout) { [self] in
      finish(.failure(HTTPClient.TimedOut()))
      context.close(promise: nil)
    }
    underWay = (exchange.answer, timeout)
    context.write(wrapOutboundOut(.head(exchange.head)), promise: nil)
    if let body = exchange.body {
      context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    }
    // A server that refuses early may close before it has read everything: its answer counts.
    context.write(wrapOutboundOut(.end(nil)), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let response = unwrapInboundIn(data)
    finish(.success(.init(head: response.head, body: response.body ?? ByteBuffer())))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    finish(.failure(error))
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    finish(.failure(ChannelError.eof))
    context.fireChannelInactive()
  }

  private func finish(_ result: Result<HTTPClient.Answer, any Error>) {
    guard let (answer, timeout) = underWay else { return }
    underWay = nil
    timeout.cancel()
    answer.completeWith(result)
  }
}
