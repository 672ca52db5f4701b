#if Remote
  import Kindred
  import NIOCore
  import NIOHTTP2

  /// Brief calls that come together, and are answered so.
  extension GRPCConnectionHandler {
    /// Calls that are worth a thread of their own.
    private static let shareCount = 4

    struct GatheredCall {
      let stream: GRPCStream
      let message: ByteBuffer
      let handler: @Sendable (ProcedureCall) throws -> [UInt8]
    }

    /// Answers the brief calls that have come together. Threads of reads that have nothing to do take
    /// their share, where that is worth the way there and back.
    func answerGathered() {
      let calls = gathered.filter { streams[$0.stream.id] === $0.stream }
      gathered.removeAll(keepingCapacity: true)
      guard !calls.isEmpty, !isOver else { return }
      var shareCount = 1
      if calls.count >= 2 * Self.shareCount {
        let idleCount = door.responder.daemon.threads.idleReadThreadCount
        shareCount = min(1 + idleCount, calls.count / Self.shareCount)
      }
      let ownCount = (calls.count + shareCount - 1) / shareCount
      var rest = calls[ownCount...]
      while !rest.isEmpty {
        handOver(rest.prefix(ownCount))
        rest = rest.dropFirst(ownCount)
      }
      for call in calls[..<ownCount] { start(call.stream, call.message, false) }
    }

    /// Has a thread of reads answer calls, one after the other, and bring all of the answers at once.
    private func handOver(_ calls: ArraySlice<GatheredCall>) {
      let channel = context.channel
      let work = calls.map { gathered in
        let isCancelled = gathered.stream.isCancelled
        let call = responder.call(
          gathered.stream, gathered.message,
          isAbandoned: { isCancelled.isSet || !channel.isActive })
        return HandedCall(
          id: gathered.stream.id, call: call, procedure: gathered.stream.procedure,
          handler: gathered.handler)
      }
      let this = NIOLoopBound(self, eventLoop: context.eventLoop)
      do throws(APIError) {
        try door.responder.daemon.threads.read { [responder] in
          var areBrief = true
          let outcomes = work.map { handed -> ProcedureOutcome? in
            // One that takes longer is seldom the only one.
            guard areBrief else { return nil }
            let outcome = responder.answerBriefly(
              handed.call, handed.procedure, handed.handler, BriefReads.context())
            areBrief = outcome != nil
            guard handed.call.wantsGzip, case .success(let message) = outcome else {
              return outcome
            }
            return .success(message.compressed())
          }
          this.eventLoop.execute { this.value.receive(outcomes, of: work) }
        }
      } catch {
        for call in calls { start(call.stream, call.message, false) }
        return
      }
      workingCount += calls.count
      for call in calls {
        call.stream.phase = .working
        call.stream.body = ByteBuffer()
      }
    }

    private struct HandedCall: Sendable {
      let id: HTTP2StreamID
      let call: ProcedureCall
      let procedure: Procedure
      let handler: @Sendable (ProcedureCall) throws -> [UInt8]
    }

    /// - Parameter outcomes: nil for calls that take longer: they are begun again, each by itself.
    private func receive(_ outcomes: [ProcedureOutcome?], of work: [HandedCall]) {
      answerTogether {
        for (outcome, handed) in zip(outcomes, work) {
          if let outcome {
            receive(outcome, to: handed.id)
          } else if let stream = streams[handed.id], stream.phase == .working {
            workingCount -= 1
            do throws(APIError) {
              try read(stream, handed.call, nil, handed.handler)
              workingCount += 1
            } catch {
              refuse(stream, GRPCStatus(error))
            }
          } else {
            receive(.failure(GRPCStatus(StoreError.timedOut)), to: handed.id)
          }
        }
      }
      endIfIdle()
    }
  }
#endif
