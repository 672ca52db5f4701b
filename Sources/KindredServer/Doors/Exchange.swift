import NIOCore
import NIOHTTP1

/// One request of a connection, from its head until its answer is written.
final class Exchange {
  enum Phase {
    /// For the rest of the request, or for its turn.
    case waiting
    case working
    case answered(Response)
  }

  /// Among those of its connection.
  let number: Int
  let request: Request
  let start = ContinuousClock.now

  var phase = Phase.waiting
  /// When it is answered at the latest, once it is worked on.
  var due = NIODeadline.distantFuture
  /// Whether the whole of the request has come, or all that will.
  var isComplete = false
  /// Whether the connection ends with it.
  var isLast: Bool
  /// Whether the client waits to be asked for the body.
  var waitsForContinue: Bool
  /// The body as far as it has come, where the handler gets it whole.
  var body = ByteBuffer()
  /// How much of it counts as under way; see `PendingBytes`.
  var claim = 0
  /// Where the body comes out and goes in, where the handler reads it as it comes.
  var stream: BodyStream?
  var source: BodyStream.Source?

  private static let smallByteCount = 64 << 10
  private static let reservedByteCount = 1 << 20

  init(_ number: Int, _ head: HTTPRequestHead, _ target: RequestTarget, from peer: String) {
    self.number = number
    request = Request(target, head.headers, from: peer)
    // The clients of HTTP/1.0 wait for the end of the connection. Nothing is decoded behind what asks
    // for another protocol.
    isLast =
      head.version != .http1_1 || !head.isKeepAlive || head.method == .CONNECT
      || head.headers.contains(name: "upgrade")
    waitsForContinue =
      head.headers.first(name: "expect").map { $0.lowercased() == "100-continue" } ?? false
  }

  /// One that comes with the head of an earlier one, which left the connection as it was.
  init(_ number: Int, repeating request: Request) {
    self.number = number
    self.request = request
    isLast = false
    waitsForContinue = false
  }

  var match: RouteTable.Match { request.target.match }

  var isAnswered: Bool {
    if case .answered = phase { true } else { false }
  }

  var isWorking: Bool {
    if case .working = phase { true } else { false }
  }

  /// Whether it changes nothing, so that others may be worked on at the same time.
  var isSafe: Bool {
    guard case .route(let route, _) = match else { return true }
    switch route.handler {
    case .awaiting, .awaitingBriefly: return false
    case .immediate, .reporting, .reading, .brief: return true
    }
  }

  /// Whether it may be decoded on an event loop.
  var isSmall: Bool {
    body.readableBytes <= BriefReads.bodyByteCount && !request.isCoded
  }

  var isStreamed: Bool {
    if case .route(let route, _) = match { route.body == .streamed } else { false }
  }

  /// Whether the answer may be written: after the request, unless much of that is still to come. Then
  /// the connection ends with the answer.
  var mayBeWritten: Bool {
    isComplete || waitsForContinue || request.isChunked
      || request.contentLength ?? 0 > Self.smallByteCount
  }

  func append(_ piece: ByteBuffer) {
    if body.readableBytes == 0 {
      body = piece
      return
    }
    if body.capacity < Self.reservedByteCount, let length = request.contentLength {
      body.reserveCapacity(min(length, Self.reservedByteCount))
    }
    body.writeImmutableBuffer(piece)
  }
}
