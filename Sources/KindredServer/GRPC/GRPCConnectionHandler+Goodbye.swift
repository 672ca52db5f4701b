#if Remote
  import NIOCore
  import NIOHTTP2

  /// The end of a connection whose client is told before.
  extension GRPCConnectionHandler {
    /// How far the connection's end has come.
    enum Goodbye {
      case unsaid
      /// The client is to make further calls elsewhere; those that it has sent before it knew are taken.
      case announced
      /// No further calls are taken.
      case said
    }

    /// How long a client may take to acknowledge that the connection ends.
    static let goodbyeTime = TimeAmount.seconds(1)
    static let goodbyePing = HTTP2PingData(withInteger: 0x676F_6F64_6279_6521)

    /// Tells the client to make further calls on another connection, and goes on to take those that are
    /// under way already: until it has acknowledged a ping that it gets after it knows (RFC 9113, 6.8).
    func announceGoodbye() {
      guard goodbye == .unsaid, !isOver else { return }
      // Who has not spoken HTTP/2 has nothing under way.
      guard hasGreeted else { return sayGoodbye() }
      goodbye = .announced
      // Once `NIOHTTP2Handler` has said it and no stream is open, it takes a further one for an error.
      transport.write(NIOAny(Self.announcement), promise: nil)
      write(
        HTTP2Frame(streamID: .rootStream, payload: .ping(Self.goodbyePing, ack: false)))
      flush()
      context.eventLoop.assumeIsolated().scheduleTask(in: Self.goodbyeTime) { [self] in
        sayGoodbye()
        endIfIdle()
      }
    }

    /// A frame GOAWAY that leaves all streams there could be as they are.
    private static let announcement: ByteBuffer = {
      var frame = ByteBuffer()
      // Its length, kind and flags, and the stream of the connection itself.
      frame.writeBytes([0, 0, 8, 7, 0])
      frame.writeInteger(0 as UInt32)
      // The last stream, and no error.
      frame.writeInteger(0x7FFF_FFFF as UInt32)
      frame.writeInteger(0 as UInt32)
      return frame
    }()

    /// Takes no further calls.
    func sayGoodbye() {
      guard goodbye != .said, !isOver else { return }
      goodbye = .said
      endFollowing()
      write(
        HTTP2Frame(
          streamID: .rootStream,
          payload: .goAway(lastStreamID: lastStreamID, errorCode: .noError, opaqueData: nil)))
      flush()
    }

    /// Closes the connection after the last call, once the system has all of its answer: a call's stream is
    /// over as soon as the answer is framed.
    func endIfIdle() {
      guard goodbye == .said, streams.isEmpty, !isOver, !isEnding else { return }
      isEnding = true
      let taken = context.eventLoop.makePromise(of: Void.self)
      taken.futureResult.assumeIsolated().whenComplete { [self] _ in
        if !isOver { context.close(promise: nil) }
      }
      // Frames are still being written where this is called.
      context.eventLoop.assumeIsolated().execute { [self] in
        guard !isOver else { return taken.succeed() }
        // Is taken after all that was written before.
        transport.writeAndFlush(NIOAny(ByteBuffer()), promise: taken)
      }
    }
  }
#endif
