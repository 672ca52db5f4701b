#if Remote
  import NIOCore

  /// Calls that are answered whenever their answer has changed.
  extension GRPCConnectionHandler {
    /// Answers a call, and again each time that the gate tells of a change.
    func follow(
      _ stream: GRPCStream, _ call: ProcedureCall, _ coding: ContentCoding?,
      _ handler: (ProcedureCall) throws -> [UInt8]
    ) throws(APIError) {
      guard goodbye == .unsaid else { return refuse(stream, Self.endsWithConnection) }
      let call = try responder.inflated(call, coding)
      stream.phase = .following
      watchTime(of: stream)
      if !isFollowing {
        isFollowing = true
        let this = NIOLoopBound(self, eventLoop: context.eventLoop)
        door.responder.daemon.gate.follow(self) {
          this.eventLoop.execute { this.value.tellFollowing() }
        }
      }
      switch responder.answer(call, nil, stream.procedure, handler) {
      case .failure(let status): finish(stream, status)
      case .success(let message):
        stream.followed = (call, message.bytes)
        send(message, on: stream)
        if !isReading { flush() }
      }
    }

    /// Sends the answers that have become others.
    private func tellFollowing() {
      guard !isOver else { return }
      for stream in Array(streams.values) {
        guard case .following(let handler) = stream.procedure.handler,
          let (call, before) = stream.followed, stream.phase == .following,
          let answer = try? handler(call), answer != before
        else { continue }
        stream.followed = (call, answer)
        send(AnswerMessage(bytes: answer), on: stream)
      }
      flush()
    }

    private static let endsWithConnection = GRPCStatus(
      .unavailable, "this connection ends; ask again on another")

    /// Ends these calls with a last answer, as the connection ends.
    func endFollowing() {
      tellFollowing()
      for stream in Array(streams.values) where stream.phase == .following {
        finish(stream, Self.endsWithConnection)
      }
    }
  }
#endif
