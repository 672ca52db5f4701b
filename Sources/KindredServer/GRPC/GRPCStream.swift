#if Remote
  import NIOCore
  import NIOHTTP1
  import NIOHTTP2
  import Synchronization

  /// One call on a connection, from its head until its answer is delivered or it is reset.
  final class GRPCStream {
    enum Phase {
      case receiving, working
      /// Answered more than once, as long as the client stays.
      case following
      /// Only the delivery of the answer is left.
      case answered
    }

    let id: HTTP2StreamID
    let procedure: Procedure
    let start = ContinuousClock.now
    /// By the client's `grpc-timeout`.
    let deadline: ContinuousClock.Instant?
    let coding: ContentCoding?
    /// Whether the client would rather have the answer compressed.
    let wantsGzip: Bool
    let isCancelled = Flag()
    var phase = Phase.receiving
    /// When a read is answered at the latest.
    var due = NIODeadline.distantFuture
    /// Bytes of its messages that have come and are not worked on.
    var body = ByteBuffer()
    /// The part of `body` that counts as under way; see `PendingBytes`.
    var claim = 0
    /// Whether the client sends no more.
    var isComplete = false
    var hasSentHead = false
    var receivedByteCount = 0
    /// What is followed, and the answer that was sent last.
    var followed: (call: ProcedureCall, answer: [UInt8])?

    static let prefixByteCount = 5

    init(
      _ id: HTTP2StreamID, _ procedure: Procedure, _ deadline: ContinuousClock.Instant?,
      _ coding: ContentCoding?, wantsGzip: Bool
    ) {
      self.id = id
      self.procedure = procedure
      self.deadline = deadline
      self.coding = coding
      self.wantsGzip = wantsGzip
    }

    /// Whether it ends when it is due.
    var isTimed: Bool { phase == .working || phase == .following }

    func append(_ piece: ByteBuffer) {
      receivedByteCount += piece.readableBytes
      if body.readableBytes == 0 { body = piece } else { body.writeImmutableBuffer(piece) }
    }

    /// The length that the first message is to have; nil as long as its prefix has not come.
    var messageByteCount: Int? {
      body.getInteger(at: body.readerIndex + 1, as: UInt32.self).map { Int($0) }
    }

    /// The first message, once all of it has come.
    /// - Throws: for a prefix that makes no sense.
    func nextMessage() throws(GRPCStatus) -> (bytes: ByteBuffer, isCompressed: Bool)? {
      guard let flag = body.getInteger(at: body.readerIndex, as: UInt8.self),
        let byteCount = messageByteCount
      else { return nil }
      guard flag <= 1 else {
        throw GRPCStatus(.internal, "a message begins with \(flag), expected 0 or 1")
      }
      guard flag == 0 || coding != nil else {
        throw GRPCStatus(
          .internal, "a message is compressed, and `grpc-encoding` does not say how")
      }
      guard body.readableBytes - Self.prefixByteCount >= byteCount else { return nil }
      body.moveReaderIndex(forwardBy: Self.prefixByteCount)
      guard let bytes = body.readSlice(length: byteCount) else { return nil }
      return (bytes, flag == 1)
    }
  }

  /// Set once, by one thread, for others to see.
  final class Flag: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .relaxed) }
    func set() { value.store(true, ordering: .relaxed) }
  }
#endif
