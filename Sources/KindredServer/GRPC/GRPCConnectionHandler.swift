#if Remote
  import Kindred
  import NIOCore
  import NIOHPACK
  import NIOHTTP1
  import NIOHTTP2

  /// One client's gRPC connection: takes the frames of its calls, has them answered, and frames the
  /// answers ("gRPC over HTTP2", grpc.io).
  ///
  /// Everything here happens on the connection's event loop. Stands behind `NIOHTTP2Handler`, which
  /// keeps the protocol and its flow control; a channel for every call, as NIO's multiplexer makes one,
  /// would cost more than most calls take. Invariants:
  /// - `streams` are the calls whose answers are not delivered; the protocol bounds their number.
  /// - What a reset call has begun goes on until it sees that; such work is bounded too.
  final class GRPCConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    let door: Door
    let responder: ProcedureResponder
    /// That of HTTP/2, by which what is before it is reached.
    let transport: ChannelHandlerContext
    var context: ChannelHandlerContext!
    private var place: ConnectionRoom.Place!
    var streams: [HTTP2StreamID: GRPCStream] = [:]
    /// Calls being worked on, those that have been reset included.
    var workingCount = 0
    /// Counted bytes of bodies whose calls were reset or answered before their work ended.
    private var lateClaims: [HTTP2StreamID: Int] = [:]

    private var watch: ConnectionWatch
    private var timer: Scheduled<Void>?
    private var overdue: (due: NIODeadline, timer: Scheduled<Void>)?
    /// Bytes of answers that have not been given to the system.
    private var waitingByteCount = 0
    var isReading = false
    /// Brief calls of what is being read at once: their answers are made together.
    var gathered: [GatheredCall] = []
    private var needsFlush = false
    var hasGreeted = false
    var goodbye = Goodbye.unsaid
    /// The last stream that the client has begun.
    var lastStreamID = HTTP2StreamID.rootStream
    /// Whether the gate tells of its changes.
    var isFollowing = false
    var isEnding = false
    var isOver = false

    static let maxStreamCount = 100
    private static let maxWorkingCount = 4 * maxStreamCount
    /// Bytes that a client may send ahead, on a stream and on the connection.
    static let windowByteCount = 1 << 20
    /// Bytes of the pieces in which an answer is handed over, so that its progress can be seen.
    private static let pieceByteCount = 64 << 10
    /// The limit on each message, as it is sent, where a call may send many.
    private static let eachByteCount = 4 << 10
    /// Bytes of answers to such messages that a client may leave unread before it has to read.
    private static let unreadByteCount = 4 << 20
    /// Bodies from here on count as under way even where there are many small ones.
    private static let smallByteCount = 4 << 10
    /// Answers up to here are compressed on the event loop.
    private static let quicklyCompressedByteCount = 8 << 10

    init(_ door: Door, transport: ChannelHandlerContext) {
      self.door = door
      self.transport = transport
      responder = ProcedureResponder(door.responder)
      watch = ConnectionWatch(door.limits)
    }

    // MARK: Beginning and end

    func handlerAdded(context: ChannelHandlerContext) {
      self.context = context
      place = door.room.enter(context.channel)
      look()
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
      guard !isOver else { return }
      isOver = true
      door.room.leave(place)
      timer?.cancel()
      overdue?.timer.cancel()
      if isFollowing { door.responder.daemon.gate.forget(self) }
      for stream in streams.values { abandon(stream) }
      streams.removeAll()
      gathered.removeAll()
    }

    /// Lets go of a call that nobody waits for.
    private func abandon(_ stream: GRPCStream) {
      stream.isCancelled.set()
      if stream.phase == .working {
        lateClaims[stream.id] = stream.claim
        stream.claim = 0
      } else {
        release(stream)
      }
    }

    private func release(_ stream: GRPCStream) {
      door.responder.daemon.pendingBytes.remove(stream.claim)
      stream.claim = 0
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      switch event {
      case let closed as StreamClosedEvent:
        if let stream = streams.removeValue(forKey: closed.streamID) { abandon(stream) }
        noteOccupation()
        endIfIdle()
      case let update as NIOHTTP2WindowUpdatedEvent:
        if let size = update.inboundWindowSize { refill(update.streamID, size) }
      case is DoorIsClosing:
        endFollowing()
        announceGoodbye()
        endIfIdle()
      case ChannelEvent.inputClosed:
        if streams.isEmpty { context.close(promise: nil) } else { sayGoodbye() }
      default: break
      }
      context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      // The stream has been reset, and the others go on.
      if error is NIOHTTP2Errors.StreamError { return }
      // The reason is written to the client already.
      context.flush()
      context.close(promise: nil)
    }

    /// Closes the connection where its client keeps it waiting too long.
    private func look() {
      let now = NIODeadline.now()
      for stream in Array(streams.values) where stream.phase == .receiving { checkPace(stream) }
      let next = watch.look(
        isReceiving: streams.values.contains { $0.phase == .receiving },
        isIdle: streams.isEmpty, waitingByteCount: waitingByteCount)
      guard let next else {
        guard streams.isEmpty, hasGreeted, goodbye == .unsaid else {
          sayGoodbye()
          return context.close(promise: nil)
        }
        // A call may be under way.
        announceGoodbye()
        return lookAgain(at: now + Self.goodbyeTime + Self.goodbyeTime)
      }
      lookAgain(at: max(next, now))
    }

    private func lookAgain(at time: NIODeadline) {
      timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: time) { [self] in
        look()
      }
    }

    /// Others on the connection may send quickly while one call trickles.
    private func checkPace(_ stream: GRPCStream) {
      if case .each = stream.procedure.handler { return }
      let seconds = stream.start.secondsUntilNow
      let limits = door.limits
      guard seconds > Double(limits.idleSeconds),
        Double(stream.receivedByteCount) < seconds * Double(limits.leastBodyByteRate)
      else { return }
      refuse(stream, GRPCStatus(.deadlineExceeded, "Timeout: the message did not arrive in full"))
    }

    // MARK: Frames

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      isReading = true
      let frame = unwrapInboundIn(data)
      if !hasGreeted { greet() }
      switch frame.payload {
      case .headers(let headers):
        watch.noteEvent()
        if let stream = streams[frame.streamID] {
          // Trailers of a request end it.
          complete(stream)
        } else {
          begin(frame.streamID, headers.headers, isLast: headers.endStream)
        }
      case .data(let data):
        watch.noteEvent()
        guard case .byteBuffer(let piece) = data.data else { break }
        watch.noteReceived(piece.readableBytes)
        guard let stream = streams[frame.streamID] else { break }
        take(piece, stream)
        if data.endStream { complete(stream) }
      case .ping(Self.goodbyePing, ack: true):
        sayGoodbye()
        endIfIdle()
      case .ping: watch.noteEvent()
      case .goAway: sayGoodbye()
      default: break
      }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
      answerTogether { answerGathered() }
      endIfIdle()
      context.fireChannelReadComplete()
    }

    /// Writes what is answered meanwhile with one flush.
    func answerTogether(_ answer: () -> Void) {
      isReading = true
      answer()
      isReading = false
      noteOccupation()
      if needsFlush, !isOver { flush() }
    }

    /// The client speaks HTTP/2: it may send more than the protocol's first window.
    private func greet() {
      hasGreeted = true
      watch.noteReceiving()
      write(
        HTTP2Frame(
          streamID: .rootStream, payload: .windowUpdate(windowSizeIncrement: Self.windowByteCount)))
    }

    private func refill(_ id: HTTP2StreamID, _ size: Int) {
      guard size < Self.windowByteCount / 2, !isOver else { return }
      if id != .rootStream {
        guard let stream = streams[id], !stream.isComplete else { return }
      }
      write(
        HTTP2Frame(
          streamID: id,
          payload: .windowUpdate(windowSizeIncrement: Self.windowByteCount - size)))
      if !isReading { flush() }
    }

    // MARK: Requests

    private func begin(_ id: HTTP2StreamID, _ headers: HPACKHeaders, isLast: Bool) {
      guard goodbye != .said, workingCount < Self.maxWorkingCount else {
        return reset(id, .refusedStream)
      }
      lastStreamID = id
      if let status = httpRefusal(headers) {
        let fields: HPACKHeaders = [":status": status, "content-type": "text/plain"]
        write(HTTP2Frame(streamID: id, payload: .headers(.init(headers: fields, endStream: true))))
        if !isLast { reset(id, .noError) }
        return
      }
      watch.noteReceiving()
      do {
        let stream = try open(id, headers)
        streams[id] = stream
        if isLast { complete(stream) }
      } catch {
        write(HTTP2Frame(streamID: id, payload: .headers(Self.head(GRPCStatus(error)))))
        responder.note(refused: headers.first(name: ":path") ?? "", GRPCStatus(error))
        if !isLast { reset(id, .noError) }
      }
    }

    /// Why it is not a call of gRPC, as a status of HTTP.
    private func httpRefusal(_ headers: HPACKHeaders) -> String? {
      if headers.first(name: ":method") != "POST" { return "405" }
      let type = headers.first(name: "content-type") ?? ""
      guard
        type == "application/grpc" || type.hasPrefix("application/grpc+proto")
          || type.hasPrefix("application/grpc;")
      else { return "415" }
      return nil
    }

    private func open(_ id: HTTP2StreamID, _ headers: HPACKHeaders) throws -> GRPCStream {
      let path = headers.first(name: ":path") ?? ""
      guard let procedure = ProcedureTable.all.find(path) else {
        throw GRPCStatus(.unimplemented, "there is no method \(path)")
      }
      if let refusal = door.tcpGuard?.refusal(headers, procedure) { throw refusal }
      var deadline: ContinuousClock.Instant?
      if let text = headers.first(name: "grpc-timeout") {
        guard let timeout = grpcTimeout(text) else {
          throw GRPCStatus(.internal, "`grpc-timeout` is '\(text)'")
        }
        deadline = .now + timeout
      }
      return GRPCStream(
        id, procedure, deadline, try Self.coding(headers), wantsGzip: Self.wantsGzip(headers))
    }

    /// Whether the client prefers gzip, of what it takes: it names that before `identity`, or sends so
    /// itself. Many name all that they know, and want what is quickest.
    private static func wantsGzip(_ headers: HPACKHeaders) -> Bool {
      let accepted = headers[canonicalForm: "grpc-accept-encoding"]
      guard let gzip = accepted.firstIndex(of: "gzip") else { return false }
      return gzip < accepted.firstIndex(of: "identity") ?? accepted.endIndex
        || headers.first(name: "grpc-encoding") == "gzip"
    }

    private static func coding(_ headers: HPACKHeaders) throws(GRPCStatus) -> ContentCoding? {
      switch headers.first(name: "grpc-encoding") {
      case nil, "identity": return nil
      case "gzip": return .gzip
      case "deflate": return .deflate
      case let other?:
        throw GRPCStatus(
          .unimplemented,
          "messages compressed by `\(other)` are not read; send them as they are, or with one of "
            + ContentCoding.accepted)
      }
    }

    private func take(_ piece: ByteBuffer, _ stream: GRPCStream) {
      guard stream.phase == .receiving else { return }
      stream.append(piece)
      do {
        if case .each = stream.procedure.handler { return try answerEach(stream) }
        let limit = door.limits.bodyByteCount
        if let byteCount = stream.messageByteCount, byteCount > limit {
          throw APIError.messageTooLarge(limit: limit)
        }
        let byteCount = stream.body.readableBytes
        if let expected = stream.messageByteCount,
          byteCount > expected + GRPCStream.prefixByteCount
        {
          throw GRPCStatus(.internal, "more than one message has come, and the method takes one")
        }
        // Many small messages count with all their bytes.
        let uncounted = byteCount > Self.smallByteCount && streams.count > 1 ? 64 << 10 : 0
        try door.responder.daemon.pendingBytes.grow(&stream.claim, to: byteCount + uncounted)
      } catch {
        refuse(stream, GRPCStatus(error))
      }
    }

    private func complete(_ stream: GRPCStream) {
      guard !stream.isComplete else { return }
      stream.isComplete = true
      guard stream.phase == .receiving else { return }
      if case .each = stream.procedure.handler {
        if stream.body.readableBytes > 0 {
          return refuse(stream, GRPCStatus(.internal, "the last message is not complete"))
        }
        return finish(stream, .ok)
      }
      do throws(GRPCStatus) {
        guard let message = try stream.nextMessage() else {
          throw GRPCStatus(.internal, "the message is missing or not complete")
        }
        if case .brief(let handler) = stream.procedure.handler, isReading, !message.isCompressed,
          message.bytes.readableBytes <= BriefReads.bodyByteCount
        {
          gathered.append(
            GatheredCall(stream: stream, message: message.bytes, handler: handler))
          return
        }
        start(stream, message.bytes, message.isCompressed)
      } catch {
        refuse(stream, error)
      }
    }

    private func answerEach(_ stream: GRPCStream) throws {
      guard case .each(let handler) = stream.procedure.handler else { return }
      // They are answered here, where others wait: each is a name.
      while true {
        if let byteCount = stream.messageByteCount, byteCount > Self.eachByteCount {
          throw APIError.messageTooLarge(limit: Self.eachByteCount)
        }
        guard let message = try stream.nextMessage() else { break }
        guard waitingByteCount <= Self.unreadByteCount else {
          throw GRPCStatus(.resourceExhausted, "the answers before this one have not been read")
        }
        let call = responder.call(stream, message.bytes, isAbandoned: { false })
        let bytes = try handler(
          responder.inflated(call, message.isCompressed ? stream.coding : nil))
        send(AnswerMessage(bytes: bytes), on: stream)
      }
      if !isReading { flush() }
    }

    // MARK: Work

    func start(_ stream: GRPCStream, _ message: ByteBuffer, _ isCompressed: Bool) {
      stream.phase = .working
      stream.body = ByteBuffer()
      let channel = context.channel
      let isCancelled = stream.isCancelled
      let coding = isCompressed ? stream.coding : nil
      let call = responder.call(
        stream, message, isAbandoned: { isCancelled.isSet || !channel.isActive })
      let isSmall = coding == nil && message.readableBytes <= BriefReads.bodyByteCount
      let threads = door.responder.daemon.threads
      do throws(APIError) {
        switch stream.procedure.handler {
        case .immediate(let handler):
          var quick = call
          quick.wantsGzip = false
          return end(stream, responder.answer(quick, coding, stream.procedure, handler))
        case .brief(let handler):
          if isSmall, let reads = threads.briefReads(on: context.eventLoop),
            let outcome = reads.run({
              responder.answerBriefly(call, stream.procedure, handler, $0)
            })
          {
            guard stream.wantsGzip, case .success(let message) = outcome else {
              return end(stream, outcome)
            }
            if message.bytes.count <= Self.quicklyCompressedByteCount {
              return end(stream, .success(message.compressed()))
            }
            let reply = reply(to: stream.id)
            do {
              try threads.read { reply(.success(message.compressed())) }
            } catch {
              // Too many wait for a thread.
              return end(stream, outcome)
            }
          } else {
            try read(stream, call, coding, handler)
          }
        case .reading(let handler): try read(stream, call, coding, handler)
        case .reporting(let handler):
          watchTime(of: stream)
          let reply = reply(to: stream.id)
          try threads.report { [responder, procedure = stream.procedure] in
            reply(responder.answer(call, coding, procedure, handler))
          }
        case .awaiting(let handler): write(stream, call, coding, handler, on: nil)
        case .awaitingBriefly(let handler):
          let isBrief = isSmall && door.responder.daemon.smallWritesAreBrief
          write(stream, call, coding, handler, on: isBrief ? context.eventLoop : nil)
        case .following(let handler): return try follow(stream, call, coding, handler)
        case .each: return
        }
        workingCount += 1
      } catch {
        refuse(stream, GRPCStatus(error))
      }
    }

    func read(
      _ stream: GRPCStream, _ call: ProcedureCall, _ coding: ContentCoding?,
      _ handler: @escaping @Sendable (ProcedureCall) throws -> [UInt8]
    ) throws(APIError) {
      watchTime(of: stream)
      let reply = reply(to: stream.id)
      try door.responder.daemon.threads.read { [responder, procedure = stream.procedure] in
        reply(responder.answer(call, coding, procedure, handler))
      }
    }

    private func write(
      _ stream: GRPCStream, _ call: ProcedureCall, _ coding: ContentCoding?,
      _ handler: @escaping @Sendable (ProcedureCall) async throws -> [UInt8],
      on eventLoop: (any EventLoop)?
    ) {
      let reply = reply(to: stream.id)
      door.responder.daemon.threads.write(on: eventLoop) {
        [responder, procedure = stream.procedure] in
        reply(await responder.answer(call, coding, procedure, handler))
      }
    }

    /// Brings an answer from where it was made.
    private func reply(to id: HTTP2StreamID) -> @Sendable (ProcedureOutcome) -> Void {
      let this = NIOLoopBound(self, eventLoop: context.eventLoop)
      return { outcome in
        if this.eventLoop.inEventLoop {
          this.value.receive(outcome, to: id)
        } else {
          this.eventLoop.execute { this.value.receive(outcome, to: id) }
        }
      }
    }

    func receive(_ outcome: ProcedureOutcome, to id: HTTP2StreamID) {
      workingCount -= 1
      if let claim = lateClaims.removeValue(forKey: id) {
        door.responder.daemon.pendingBytes.remove(claim)
        return
      }
      guard !isOver, let stream = streams[id], stream.phase == .working else { return }
      end(stream, outcome)
    }

    private func end(_ stream: GRPCStream, _ outcome: ProcedureOutcome) {
      release(stream)
      switch outcome {
      case .success(let message):
        send(message, on: stream)
        finish(stream, .ok)
      case .failure(let status): finish(stream, status)
      }
    }

    /// Sees to it that a read is answered in time, whatever its thread is at.
    func watchTime(of stream: GRPCStream) {
      guard let deadline = stream.deadline else { return }
      let left = ContinuousClock.now.duration(to: deadline).components
      // Most end by themselves a little later.
      let due =
        NIODeadline.now() + .seconds(min(left.seconds, 86_400))
        + .nanoseconds(left.attoseconds / 1_000_000_000) + .milliseconds(30)
      stream.due = due
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
      guard !isOver else { return }
      let now = NIODeadline.now()
      for stream in Array(streams.values) where stream.isTimed && stream.due <= now {
        if stream.phase == .working {
          lateClaims[stream.id] = stream.claim
          stream.claim = 0
          stream.isCancelled.set()
        }
        finish(stream, GRPCStatus(StoreError.timedOut))
      }
      let next = streams.values.lazy.filter(\.isTimed).map(\.due).min()
      if let next, next < .distantFuture { scheduleOverdue(next) }
    }

    // MARK: Answers

    private static let answerHead: HPACKHeaders = [
      ":status": "200", "content-type": "application/grpc",
      "grpc-accept-encoding": "identity,deflate,gzip",
    ]

    private static let gzipAnswerHead: HPACKHeaders = {
      var head = answerHead
      head.add(name: "grpc-encoding", value: "gzip")
      return head
    }()

    private static let okTrailers = GRPCStatus.ok.trailers

    /// The head of an answer that is a status and nothing else.
    private static func head(_ status: GRPCStatus) -> HTTP2Frame.FramePayload.Headers {
      var headers = answerHead
      headers.add(contentsOf: status.trailers)
      return .init(headers: headers, endStream: true)
    }

    func send(_ message: AnswerMessage, on stream: GRPCStream) {
      if !stream.hasSentHead {
        stream.hasSentHead = true
        let head = message.isCompressed ? Self.gzipAnswerHead : Self.answerHead
        write(
          HTTP2Frame(
            streamID: stream.id, payload: .headers(.init(headers: head, endStream: false))))
      }
      let byteCount = message.bytes.count
      var bytes = context.channel.allocator.buffer(
        capacity: GRPCStream.prefixByteCount + byteCount)
      bytes.writeInteger(message.isCompressed ? 1 : 0 as UInt8)
      // A message has at most 2 GiB.
      bytes.writeInteger(UInt32(clamping: byteCount))
      bytes.writeBytes(message.bytes)
      let claim = door.responder.daemon.pendingBytes.add(byteCount)
      while let piece = bytes.readSlice(length: min(Self.pieceByteCount, bytes.readableBytes)),
        piece.readableBytes > 0
      {
        let isLast = bytes.readableBytes == 0
        write(
          HTTP2Frame(streamID: stream.id, payload: .data(.init(data: .byteBuffer(piece)))),
          counting: piece.readableBytes, claim: isLast ? claim : 0)
      }
    }

    func finish(_ stream: GRPCStream, _ status: GRPCStatus) {
      stream.phase = .answered
      stream.body = ByteBuffer()
      release(stream)
      let payload =
        stream.hasSentHead
        ? HTTP2Frame.FramePayload.Headers(
          headers: status.code == .ok ? Self.okTrailers : status.trailers, endStream: true)
        : Self.head(status)
      let isComplete = stream.isComplete
      write(HTTP2Frame(streamID: stream.id, payload: .headers(payload)))
      // The client need not send the rest.
      if !isComplete { reset(stream.id, .noError) }
      if !isReading {
        flush()
        noteOccupation()
      }
    }

    func refuse(_ stream: GRPCStream, _ status: GRPCStatus) {
      responder.note(refused: stream.procedure, status, since: stream.start)
      finish(stream, status)
    }

    private func reset(_ id: HTTP2StreamID, _ code: HTTP2ErrorCode) {
      write(HTTP2Frame(streamID: id, payload: .rstStream(code)))
    }

    func write(_ frame: HTTP2Frame) {
      needsFlush = true
      context.write(wrapOutboundOut(frame), promise: nil)
    }

    /// Writes bytes of an answer, and counts them until the system has taken them.
    private func write(_ frame: HTTP2Frame, counting byteCount: Int, claim: Int) {
      needsFlush = true
      watch.noteWritten(byteCount)
      waitingByteCount += byteCount
      let taken = context.eventLoop.makePromise(of: Void.self)
      taken.futureResult.assumeIsolated().whenComplete { [self] _ in
        waitingByteCount -= byteCount
        door.responder.daemon.pendingBytes.remove(claim)
      }
      context.write(wrapOutboundOut(frame), promise: taken)
    }

    func flush() {
      needsFlush = false
      context.flush()
      if waitingByteCount > 0 { watch.noteWaiting(waitingByteCount) }
    }

    private func noteOccupation() {
      guard !isOver else { return }
      // Who only follows has to make room like those who ask for nothing.
      let calls = streams.values.lazy.filter { $0.phase != .following }
      if calls.isEmpty {
        watch.noteEvent()
        place.note(.idle(since: watch.lastEvent))
      } else if calls.allSatisfy({ $0.phase == .receiving }) {
        place.note(.receiving(since: watch.lastEvent))
      } else {
        place.note(.answering)
      }
    }
  }
#endif
