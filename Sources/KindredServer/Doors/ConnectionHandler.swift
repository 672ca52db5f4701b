import NIOCore
import NIOHTTP1

/// One client's connection: takes its requests, has them answered, and writes the answers in the order
/// of the requests.
///
/// Everything here happens on the connection's event loop. Invariants:
/// - `exchanges` are the requests whose answers are not written, oldest first. Only the last of them may
///   be incomplete.
/// - What changes something is worked on alone; requests that change nothing are worked on several at a
///   time.
/// - Nothing is read while too many requests wait, or while the client does not take its answers.
final class ConnectionHandler: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundIn = Never
  typealias OutboundOut = ByteBuffer

  /// How a connection comes to its end.
  private enum Ending: Comparable {
    case none
    /// The last answer is written. What still comes is dropped.
    case delivering
    /// The last answer is delivered. What still comes is read, because a client that was refused before
    /// its body was read reads the answer only once it has sent everything.
    case lingering
    case left
  }

  private let door: Door
  private var context: ChannelHandlerContext!
  private var place: ConnectionRoom.Place!
  /// The other end of the connection, as `Request.peer` has it.
  private var peer = ""
  /// Whether the client has gone and nobody waits for its answers.
  private var isAbandoned: @Sendable () -> Bool = { true }

  private var exchanges = CircularBuffer<Exchange>(initialCapacity: 2)
  private var nextNumber = 0
  private var lastTarget: RequestTarget?
  /// Requests that the decoder has brought to their ends.
  private(set) var decodedCount = 0
  /// The last request that the decoder has brought, where it came in, has a body of known length or none,
  /// and leaves the connection as it was.
  private(set) var decodedRequest: Request?
  private var workingCount = 0
  /// Set with the head of the last request.
  private var takesNoMore = false

  /// The bytes that are written with the next flush.
  private var output = ByteBuffer()
  private var date = HTTPDate()
  /// The body that is being sent by pieces; the answers behind it wait.
  private var download: Download?
  /// Large answers that the client has not taken.
  private var deliveringCount = 0
  private var watch: ConnectionWatch
  private var timer: Scheduled<Void>?
  /// When the time of the first of the reads under way is up. It may be one that has ended since.
  private var overdue: (due: NIODeadline, timer: Scheduled<Void>)?
  /// Counted bytes of bodies whose reads were answered before their threads ended, by the reads'
  /// numbers.
  private var lateClaims: [Int: Int] = [:]

  /// Between the parts of what has been read at once: their answers are written together.
  private var isReading = false
  private var hasReadBriefly = false
  private var isReadHeld = false
  private var isStreamFull = false
  private var isDoorClosing = false
  /// Whether the client sends no more.
  private var isInputClosed = false
  private var ending = Ending.none

  /// Requests from which on no more are read.
  private static let maxExchangeCount = 64
  /// Answers up to here are written together.
  private static let outputByteCount = 64 << 10
  /// A client that only sends no more gets what takes no longer.
  private static let patience = TimeAmount.seconds(1)

  init(_ door: Door) {
    self.door = door
    watch = ConnectionWatch(door.limits)
  }

  // MARK: Beginning and end

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    let channel = context.channel
    isAbandoned = { !channel.isActive }
    place = door.room.enter(channel)
    peer = Self.name(of: channel.remoteAddress)
    look()
  }

  private static func name(of address: SocketAddress?) -> String {
    guard let address, let host = address.ipAddress, let port = address.port else {
      return "socket"
    }
    return TCPAddress(host: host, port: port).description
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    leave()
    self.context = nil
  }

  func channelInactive(context: ChannelHandlerContext) {
    leave()
    context.fireChannelInactive()
  }

  private func leave() {
    guard ending < .left else { return }
    ending = .left
    door.room.leave(place)
    timer?.cancel()
    overdue?.timer.cancel()
    for exchange in exchanges {
      exchange.source?.finish(Self.incomplete)
      if case .answered(let response) = exchange.phase { response.discard() }
      // A body under work counts until the work is over.
      if !exchange.isWorking { release(exchange) }
    }
    exchanges.removeAll { !$0.isWorking }
  }

  private func release(_ exchange: Exchange) {
    door.responder.daemon.pendingBytes.remove(exchange.claim)
    exchange.claim = 0
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .inputClosed? = event as? ChannelEvent {
      isInputClosed = true
      if ending == .lingering { return context.close(promise: nil) }
      endIfIdle()
      context.eventLoop.assumeIsolated().scheduleTask(in: Self.patience) { [self] in
        guard ending == .none, download == nil, countWaiting() == 0 else { return }
        self.context.close(promise: nil)
      }
    } else if event is DoorIsClosing {
      isDoorClosing = true
      if ending == .lingering { return context.close(promise: nil) }
      endIfIdle()
    }
    context.fireUserInboundEventTriggered(event)
  }

  private func endIfIdle() {
    if ending == .none, exchanges.isEmpty, download == nil { end() }
  }

  /// Closes the connection when all that is written is delivered.
  private func end() {
    ending = .delivering
    let delivered = context.eventLoop.makePromise(of: Void.self)
    delivered.futureResult.assumeIsolated().whenComplete { [self] _ in
      guard ending == .delivering else { return }
      if isDoorClosing || isInputClosed { return context.close(promise: nil) }
      ending = .lingering
      watch.noteEvent()
      watch.noteReceiving()
      context.close(mode: .output, promise: nil)
      resumeReading()
    }
    let rest = output
    output = ByteBuffer()
    context.writeAndFlush(wrapOutboundOut(rest), promise: delivered)
  }

  /// Closes the connection where its client keeps it waiting too long.
  private func look() {
    let next = watch.look(
      isReceiving: ending == .lingering || exchanges.last.map { !$0.isComplete } ?? false,
      isIdle: ending == .none && exchanges.isEmpty && download == nil,
      waitingByteCount: countWaiting())
    guard let next else { return context.close(promise: nil) }
    timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: next) { [self] in look() }
  }

  // MARK: Requests

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    noteReading()
    switch unwrapInboundIn(data) {
    case .head(let head):
      decodedRequest = nil
      if ending == .none, !takesNoMore { begin(head) }
    case .body(let piece):
      watch.noteReceived(piece.readableBytes)
      if ending == .none { take(piece) }
    case .end:
      decodedCount += 1
      if ending == .none { complete() }
    }
  }

  private func noteReading() {
    guard !isReading else { return }
    isReading = true
    watch.noteEvent()
  }

  /// Whether a request may be taken that has not been decoded.
  var mayRepeat: Bool {
    ending == .none && !takesNoMore && exchanges.last?.isComplete ?? true
  }

  /// Takes a request that has come in full, whose head says the same as that of `request`, which was
  /// decoded. (Its `contentLength` may be another one.)
  /// - Precondition: `mayRepeat`.
  func take(_ request: Request, _ body: ByteBuffer) {
    noteReading()
    let exchange = Exchange(nextNumber, repeating: request)
    nextNumber += 1
    exchanges.append(exchange)
    watch.noteReceiving()
    watch.noteReceived(body.readableBytes)
    if body.readableBytes > 0 { take(body) }
    complete()
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    isReading = false
    hasReadBriefly = false
    flush()
    context.fireChannelReadComplete()
  }

  private func begin(_ head: HTTPRequestHead) {
    let exchange = Exchange(nextNumber, head, target(of: head), from: peer)
    nextNumber += 1
    takesNoMore = exchange.isLast
    exchanges.append(exchange)
    watch.noteReceiving()
    if let response = door.tcpGuard?.refusal(exchange.request, exchange.match) {
      exchange.phase = .answered(response)
      door.responder.log(exchange.request, response, exchange.start.secondsUntilNow)
    } else if let refusal = door.responder.refusal(exchange.request, exchange.match) {
      refuse(exchange, refusal)
    } else if exchange.isStreamed {
      (exchange.source, exchange.stream) = BodyStream.make(onDemand())
    }
    if !exchange.isAnswered, !exchange.isStreamed, !exchange.waitsForContinue, !exchange.isLast,
      !exchange.request.isChunked
    {
      decodedRequest = exchange.request
    }
    if exchange.isAnswered || exchange.isStreamed || exchange.waitsForContinue { advance() }
    noteOccupation()
  }

  private func target(of head: HTTPRequestHead) -> RequestTarget {
    if let lastTarget, lastTarget.isTarget(of: head) { return lastTarget }
    let target = RequestTarget(head.method, head.uri, door.responder.routes)
    lastTarget = target.isWorthKeeping ? target : nil
    return target
  }

  private func take(_ piece: ByteBuffer) {
    guard let exchange = exchanges.last, !exchange.isComplete else { return }
    exchange.waitsForContinue = false
    noteOccupation()
    if let source = exchange.source {
      if source.yield(piece) == .stopProducing { isStreamFull = true }
      return
    }
    if exchange.isAnswered { return }
    do throws(APIError) {
      let byteCount = exchange.body.readableBytes + piece.readableBytes
      let limit = door.limits.bodyByteCount
      guard byteCount <= limit else { throw .bodyTooLarge(limit: limit) }
      try door.responder.daemon.pendingBytes.grow(&exchange.claim, to: byteCount)
      exchange.append(piece)
    } catch {
      refuse(exchange, error)
      advance()
    }
  }

  private func complete() {
    guard let exchange = exchanges.last, !exchange.isComplete else { return }
    exchange.isComplete = true
    exchange.waitsForContinue = false
    exchange.source?.finish()
    exchange.source = nil
    advance()
  }

  private func refuse(_ exchange: Exchange, _ refusal: APIError) {
    answer(
      exchange,
      door.responder.refuse(
        refusal, exchange.request, exchange.match, since: exchange.start))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // What comes behind bytes that could not be decoded is dropped; the answers before them are not.
    if takesNoMore, error is ByteToMessageDecoderError { return }
    guard let error = error as? HTTPParserError else { return context.close(promise: nil) }
    guard ending == .none, !takesNoMore || !(exchanges.last?.isComplete ?? true) else { return }
    takesNoMore = true
    if let exchange = exchanges.last, !exchange.isComplete {
      // The rest of it cannot come.
      exchange.isLast = true
      exchange.isComplete = true
      exchange.waitsForContinue = false
      exchange.source?.finish(Self.incomplete)
      if exchange.source == nil, !exchange.isAnswered { refuse(exchange, Self.incomplete) }
      exchange.source = nil
    } else if error != .invalidEOFState {
      let head = HTTPRequestHead(version: .http1_0, method: .GET, uri: "/")
      let exchange = Exchange(nextNumber, head, target(of: head), from: peer)
      nextNumber += 1
      exchange.isComplete = true
      exchange.phase = .answered(door.responder.unreadable(error))
      exchanges.append(exchange)
    }
    advance()
  }

  private static let incomplete = APIError(
    .requestTimeout, "Timeout: the body did not arrive in full")

  // MARK: Work

  /// Begins what may begin, and writes what may be written.
  private func advance() {
    while ending == .none {
      startWhatMayStart()
      guard download == nil, let exchange = exchanges.first, exchange.mayBeWritten,
        case .answered(let response) = exchange.phase
      else { break }
      exchanges.removeFirst()
      write(response, to: exchange)
    }
    inviteBody()
    noteOccupation()
    if !isReading { flush() }
    resumeReading()
  }

  private func startWhatMayStart() {
    for exchange in exchanges {
      if case .waiting = exchange.phase {
        let isFirst = exchange === exchanges[exchanges.startIndex]
        guard exchange.isComplete || exchange.isStreamed, isFirst || exchange.isSafe,
          workingCount < door.maxWorkingCount
        else { return }
        start(exchange)
      }
      if exchange.isWorking, !exchange.isSafe { return }
    }
  }

  private func start(_ exchange: Exchange) {
    guard case .route(let route, let parameters) = exchange.match else { return }
    if case .brief(let handler) = route.handler,
      let response = answerBriefly(exchange, route, parameters, handler)
    {
      return answer(exchange, response)
    }
    let responder = door.responder
    let threads = responder.daemon.threads
    let job = responder.job(exchange, route, parameters, isAbandoned: isAbandoned)
    let isSmall = exchange.isSmall
    exchange.body = ByteBuffer()
    exchange.stream = nil
    do throws(APIError) {
      switch route.handler {
      case .immediate(let handler): return answer(exchange, responder.answer(job, handler))
      case .reading(let handler), .brief(let handler):
        watchTime(of: exchange, route)
        let reply = reply(to: exchange)
        try threads.read { reply(responder.answer(job, handler)) }
      case .reporting(let handler):
        watchTime(of: exchange, route)
        let reply = reply(to: exchange)
        try threads.report { reply(responder.answer(job, handler)) }
      case .awaiting(let handler):
        let reply = reply(to: exchange)
        threads.write { reply(await responder.answer(job, handler)) }
      case .awaitingBriefly(let handler):
        let reply = reply(to: exchange)
        let isBrief = isSmall && responder.daemon.smallWritesAreBrief
        threads.write(on: isBrief ? context.eventLoop : nil) {
          reply(await responder.answer(job, handler))
        }
      }
      exchange.phase = .working
      workingCount += 1
    } catch {
      refuse(exchange, error)
    }
  }

  /// Answers a read here and now where that is brief, and alone: of several requests that came
  /// together, only the first, so that the others are worked on at the same time.
  private func answerBriefly(
    _ exchange: Exchange, _ route: Route, _ parameters: PathParameters,
    _ handler: (Call) throws -> Answer
  ) -> Response? {
    guard isReading, !hasReadBriefly, exchanges.count == 1, exchange.isSmall,
      let reads = door.responder.daemon.threads.briefReads(on: context.eventLoop)
    else { return nil }
    hasReadBriefly = true
    return reads.run { context in
      let job = door.responder.job(
        exchange, route, parameters, isAbandoned: isAbandoned, briefContext: context)
      return door.responder.answerBriefly(job, handler)
    }
  }

  /// Brings an answer from where it was made.
  private func reply(to exchange: Exchange) -> @Sendable (Response) -> Void {
    let this = NIOLoopBound(self, eventLoop: context.eventLoop)
    let number = exchange.number
    return { response in
      if this.eventLoop.inEventLoop {
        this.value.receive(response, to: number)
      } else {
        this.eventLoop.execute { this.value.receive(response, to: number) }
      }
    }
  }

  private func receive(_ response: Response, to number: Int) {
    workingCount -= 1
    if let claim = lateClaims.removeValue(forKey: number) {
      // Answered when its time was up.
      door.responder.daemon.pendingBytes.remove(claim)
      response.discard()
      return advance()
    }
    guard let index = exchanges.firstIndex(where: { $0.number == number }) else {
      return response.discard()
    }
    answer(exchanges[index], response)
    guard ending == .none else {
      exchanges.remove(at: index)
      return response.discard()
    }
    advance()
  }

  /// Sees to it that a read is answered in time, whatever its thread is at: letting go of what it has
  /// made, for one, may take long. Nothing is scheduled for one read if there is an earlier one.
  private func watchTime(of exchange: Exchange, _ route: Route) {
    guard let seconds = Call.timeoutSeconds(of: exchange.request, route.access) else { return }
    // Most end by themselves a little later.
    let left = Double(seconds) - exchange.start.secondsUntilNow + 0.03
    let due = NIODeadline.now() + .milliseconds(Int64(left * 1000))
    exchange.due = due
    if let overdue, overdue.due <= due { return }
    overdue?.timer.cancel()
    scheduleOverdue(due)
  }

  private func scheduleOverdue(_ due: NIODeadline) {
    let timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: due) { [self] in
      answerOverdue()
    }
    overdue = (due, timer)
  }

  private func answerOverdue() {
    overdue = nil
    guard ending == .none else { return }
    let now = NIODeadline.now()
    for exchange in exchanges where exchange.isWorking && exchange.due <= now {
      lateClaims[exchange.number] = exchange.claim
      exchange.claim = 0
      answer(exchange, door.responder.overdue(since: exchange.start))
    }
    if let next = exchanges.lazy.filter(\.isWorking).map(\.due).min(), next < .distantFuture {
      scheduleOverdue(next)
    }
    advance()
  }

  private func answer(_ exchange: Exchange, _ response: Response) {
    var response = response
    if exchange.request.hasOrigin { door.tcpGuard?.admit(exchange.request, to: &response) }
    exchange.phase = .answered(response)
    exchange.body = ByteBuffer()
    release(exchange)
  }

  // MARK: Answers

  private func write(_ response: Response, to exchange: Exchange) {
    let isLast =
      exchange.isLast || !exchange.isComplete
      || (isDoorClosing || isInputClosed) && exchanges.isEmpty
    let before = output.readableBytes
    output.writeHead(of: response, date: date.text(), isLast: isLast)
    if exchange.request.method == .HEAD {
      response.discard()
    } else {
      switch response.content {
      case .none: break
      case .text(let text): output.writeString(text)
      case .bytes(let bytes): output.writeBytes(bytes)
      case .buffer(let buffer): download = deliver(buffer, isLast: isLast)
      case .file(let file, let byteCount):
        download = Download(.file(file), byteCount: byteCount, isLast: isLast)
      }
    }
    watch.noteWritten(max(0, output.readableBytes - before))
    if download != nil {
      flush()
      sendPiece(at: 0)
    } else if isLast {
      end()
    } else if output.readableBytes > Self.outputByteCount {
      flush()
    }
  }

  /// Writes a large body behind what is written already.
  /// - Returns: what is still to be done, where the door encrypts: all at once that would keep others
  ///   waiting, and hold the body twice.
  private func deliver(_ body: ByteBuffer, isLast: Bool) -> Download? {
    let pendingBytes = door.responder.daemon.pendingBytes
    let claim = pendingBytes.add(body.readableBytes)
    if door.isEncrypted, body.readableBytes > Download.pieceByteCount {
      return Download(
        .bytes(body, claim: claim, pendingBytes), byteCount: body.readableBytes, isLast: isLast)
    }
    deliveringCount += 1
    let delivered = context.eventLoop.makePromise(of: Void.self)
    delivered.futureResult.assumeIsolated().whenComplete { [self] _ in
      pendingBytes.remove(claim)
      deliveringCount -= 1
      noteOccupation()
    }
    watch.noteWritten(body.readableBytes)
    context.write(wrapOutboundOut(output), promise: nil)
    output = ByteBuffer()
    context.writeAndFlush(wrapOutboundOut(body), promise: delivered)
    return nil
  }

  private func sendPiece(at offset: Int) {
    guard let download else { return }
    guard offset < download.byteCount else {
      download.close()
      self.download = nil
      return download.isLast ? end() : advance()
    }
    download.piece(at: offset, on: context.eventLoop).assumeIsolated().whenComplete { [self] read in
      guard ending == .none, case .success(let piece) = read else {
        download.close()
        self.download = nil
        if ending == .none { context.close(promise: nil) }
        return
      }
      let delivered = context.eventLoop.makePromise(of: Void.self)
      delivered.futureResult.assumeIsolated().whenComplete { [self] _ in
        if ending == .none { return sendPiece(at: offset + piece.readableBytes) }
        download.close()
        self.download = nil
      }
      watch.noteWritten(piece.readableBytes)
      context.writeAndFlush(wrapOutboundOut(piece), promise: delivered)
    }
  }

  /// Asks for the body of the request whose turn it is.
  private func inviteBody() {
    guard ending == .none, let exchange = exchanges.first, exchange.waitsForContinue,
      !exchange.isAnswered
    else { return }
    exchange.waitsForContinue = false
    output.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n")
  }

  private func flush() {
    guard output.readableBytes > 0, ending == .none else { return }
    context.writeAndFlush(wrapOutboundOut(output), promise: nil)
    // Where all of it has been sent already, its memory is used again.
    if output.capacity <= Self.outputByteCount { output.clear() } else { output = ByteBuffer() }
  }

  private func noteOccupation() {
    guard ending < .left else { return }
    if exchanges.isEmpty, download == nil, deliveringCount == 0 {
      watch.noteEvent()
      place.note(.idle(since: watch.lastEvent))
    } else if exchanges.count == 1, !exchanges[exchanges.startIndex].isComplete {
      place.note(.receiving(since: watch.lastEvent))
    } else {
      place.note(.answering)
    }
  }

  // MARK: Holding up

  func read(context: ChannelHandlerContext) {
    if mayRead { context.read() } else { isReadHeld = true }
  }

  private var mayRead: Bool {
    ending == .lingering
      || exchanges.count < Self.maxExchangeCount && !isStreamFull && context.channel.isWritable
  }

  private func resumeReading() {
    guard isReadHeld, ending < .left, mayRead else { return }
    isReadHeld = false
    context.read()
  }

  /// Called from anywhere when the handler of a streamed body wants more of it.
  private func onDemand() -> @Sendable () -> Void {
    let this = NIOLoopBound(self, eventLoop: context.eventLoop)
    return {
      this.eventLoop.execute {
        this.value.isStreamFull = false
        this.value.resumeReading()
      }
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if !context.channel.isWritable { watch.noteWaiting(countWaiting()) }
    resumeReading()
    context.fireChannelWritabilityChanged()
  }

  /// Bytes written that the client has not taken.
  private func countWaiting() -> Int {
    (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
  }
}

extension Response {
  /// Lets go of what an answer holds that is not sent.
  func discard() {
    if case .file(let file, _) = content { file.close() }
  }
}
