#if Remote
  import Kindred
  import Logging
  import NIOCore

  /// Runs the handlers of procedures, and counts how they went.
  struct ProcedureResponder: Sendable {
    private let daemon: DaemonState
    private let logger: Logger
    private let requestLevel: Logger.Level

    init(_ responder: Responder) {
      daemon = responder.daemon
      logger = responder.logger
      requestLevel = responder.requestLevel
    }

    func call(
      _ stream: borrowing GRPCStream, _ message: ByteBuffer,
      isAbandoned: @escaping @Sendable () -> Bool
    ) -> ProcedureCall {
      ProcedureCall(
        body: message, access: stream.procedure.access, daemon: daemon, start: stream.start,
        deadline: stream.deadline, isAbandoned: isAbandoned, wantsGzip: stream.wantsGzip)
    }

    /// Answers what changes nothing, on this thread.
    func answer(
      _ call: ProcedureCall, _ coding: ContentCoding?, _ procedure: Procedure,
      _ handler: (ProcedureCall) throws -> [UInt8]
    ) -> ProcedureOutcome {
      var claim = 0
      defer { daemon.pendingBytes.remove(claim) }
      let outcome: ProcedureOutcome
      do {
        outcome = .success(
          call.message(try handler(prepared(call, coding, procedure, &claim))))
      } catch {
        outcome = .failure(GRPCStatus(error))
      }
      record(procedure, outcome, since: call.start)
      return outcome
    }

    /// Answers a read on this event loop, without compressing.
    /// - Returns: nil when it takes more than `context` allows.
    func answerBriefly(
      _ call: ProcedureCall, _ procedure: Procedure, _ handler: (ProcedureCall) throws -> [UInt8],
      _ context: ReadContext
    ) -> ProcedureOutcome? {
      var call = call
      call.briefContext = context
      let outcome: ProcedureOutcome
      do {
        outcome = .success(AnswerMessage(bytes: try handler(call)))
      } catch is NotBrief {
        return nil
      } catch {
        if context.end != nil { return nil }
        outcome = .failure(GRPCStatus(error))
      }
      record(procedure, outcome, since: call.start)
      return outcome
    }

    /// Answers what waits for the store.
    func answer(
      _ call: ProcedureCall, _ coding: ContentCoding?, _ procedure: Procedure,
      _ handler: (ProcedureCall) async throws -> [UInt8]
    ) async -> ProcedureOutcome {
      var claim = 0
      defer { daemon.pendingBytes.remove(claim) }
      let outcome: ProcedureOutcome
      do {
        outcome = .success(
          call.message(try await handler(prepared(call, coding, procedure, &claim))))
      } catch {
        outcome = .failure(GRPCStatus(error))
      }
      record(procedure, outcome, since: call.start)
      return outcome
    }

    /// The call with its message as it was before it was compressed, if it may be decoded.
    private func prepared(
      _ call: ProcedureCall, _ coding: ContentCoding?, _ procedure: Procedure, _ claim: inout Int
    ) throws(APIError) -> ProcedureCall {
      var call = try inflated(call, coding, &claim)
      call.messageByteCount = try MessageWeight.shared.check(
        call.body, of: procedure.messageName,
        limit: daemon.limits.decodedByteCount(ofBody: call.body.readableBytes))
      return call
    }

    /// The call with its message as it was before it was compressed.
    func inflated(_ call: ProcedureCall, _ coding: ContentCoding?) throws(APIError) -> ProcedureCall
    {
      var claim = 0
      defer { daemon.pendingBytes.remove(claim) }
      return try inflated(call, coding, &claim)
    }

    private func inflated(
      _ call: ProcedureCall, _ coding: ContentCoding?, _ claim: inout Int
    ) throws(APIError) -> ProcedureCall {
      guard let coding else { return call }
      let limit = daemon.limits.bodyByteCount
      var call = call
      call.body = try coding.inflate(call.body) { byteCount throws(APIError) in
        guard byteCount <= limit else { throw .messageTooLarge(limit: limit) }
        try daemon.pendingBytes.grow(&claim, to: byteCount)
      }
      return call
    }

    // MARK: Figures

    private func record(
      _ procedure: Procedure, _ outcome: ProcedureOutcome, since start: ContinuousClock.Instant
    ) {
      switch outcome {
      case .success: note(procedure, .ok, since: start)
      case .failure(let status):
        if status.code == .internal {
          logger.error("request failed", metadata: ["error": "\(status.message)"])
        }
        note(procedure, status, since: start)
      }
    }

    func note(
      refused procedure: Procedure, _ status: GRPCStatus, since start: ContinuousClock.Instant
    ) {
      note(procedure, status, since: start)
    }

    /// Notes a call that no procedure has seen.
    func note(refused path: String, _ status: GRPCStatus) {
      logger.log(
        level: requestLevel, "request",
        metadata: [
          "method": "\(LogText.shortened(path[...], to: Responder.loggedByteCount))",
          "grpc_status": .stringConvertible(status.code.rawValue),
        ])
    }

    private func note(
      _ procedure: Procedure, _ status: GRPCStatus, since start: ContinuousClock.Instant
    ) {
      let seconds = start.secondsUntilNow
      daemon.metrics.record(procedure: procedure.index, status: status.code.rawValue, seconds)
      logger.log(
        level: requestLevel, "request",
        metadata: [
          "method": "\(procedure.path)",
          "grpc_status": .stringConvertible(status.code.rawValue),
          "ms": .stringConvertible((seconds * 100_000).rounded() / 100),
        ])
    }
  }

  extension ProcedureCall {
    fileprivate func message(_ bytes: [UInt8]) -> AnswerMessage {
      let message = AnswerMessage(bytes: bytes)
      return wantsGzip ? message.compressed() : message
    }
  }
#endif
