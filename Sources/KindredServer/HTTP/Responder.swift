import JSONCodec
import Kindred
import Logging
import NIOCore
import NIOHTTP1
import StorageIO

/// Runs an endpoint's handler, and puts its answer (or why there is none) into the envelope. Both doors
/// lead here.
final class Responder: Sendable {
  let routes: RouteTable
  let daemon: DaemonState
  let logger: Logger
  /// The level of the event that each request is.
  let requestLevel: Logger.Level

  /// Bytes of an answer from which on it is not copied once more when it is sent.
  private static let copiedByteCount = 16 << 10
  /// Room for an answer of some points.
  private static let reservedByteCount = 2000

  /// A request that has come in full, or whose handler reads the rest of it.
  struct Job: Sendable {
    let route: Route
    let call: Call
    let coding: ContentCoding?
    let start: ContinuousClock.Instant
  }

  init(
    routes: RouteTable, daemon: DaemonState, logger: Logger, requestLevel: Logger.Level = .debug
  ) {
    self.routes = routes
    self.daemon = daemon
    self.logger = logger
    self.requestLevel = requestLevel
  }

  // MARK: Requests

  /// Why a request is refused before its body comes; nil for one that is worked on.
  func refusal(_ request: Request, _ match: RouteTable.Match) -> APIError? {
    do throws(APIError) {
      switch match {
      case .route(let route, _):
        if try ContentCoding.of(request.headers) != nil, route.body == .streamed {
          throw APIError(
            .unsupportedMediaType, "Content encoding error: this body is taken as it is")
        }
        if route.body == .whole, let length = request.contentLength,
          length > daemon.limits.bodyByteCount
        {
          throw .bodyTooLarge(limit: daemon.limits.bodyByteCount)
        }
        return nil
      case .wrongMethod(let allowed):
        throw APIError(
          .methodNotAllowed,
          "Method \(request.method.rawValue) is not allowed, use \(Self.list(allowed))")
      case .none:
        throw .notFound("there is no endpoint \(request.path)")
      }
    } catch {
      return error
    }
  }

  /// - Parameter briefContext: that of a read that is given up when it takes long.
  func job(
    _ exchange: borrowing Exchange, _ route: Route, _ parameters: PathParameters,
    isAbandoned: @escaping @Sendable () -> Bool, briefContext: ReadContext? = nil
  ) -> Job {
    // A write with a deadline ends between two of its parts.
    let context =
      briefContext
      ?? ReadContext(
        deadline: Call.timeoutSeconds(of: exchange.request, route.access).map {
          exchange.start + .seconds($0)
        },
        byteCount: daemon.limits.requestMemoryByteCount, pool: daemon.readMemory,
        isAbandoned: isAbandoned)
    let call = Call(
      request: exchange.request, parameters: parameters, body: exchange.body,
      streamedBody: exchange.stream, daemon: daemon, context: context,
      isBrief: briefContext != nil)
    // An unknown coding has been refused.
    let coding = exchange.request.isCoded ? try? ContentCoding.of(exchange.request.headers) : nil
    return Job(route: route, call: call, coding: coding, start: exchange.start)
  }

  // MARK: Answers

  /// Answers what changes nothing, on this thread. A large answer takes its time.
  func answer(_ job: Job, _ handler: (Call) throws -> Answer) -> Response {
    let response: Response
    do {
      try job.call.context.check()
      var claim = 0
      defer { daemon.pendingBytes.remove(claim) }
      let call = try inflated(job, &claim)
      var answer = try handler(call)
      answer.context = call.context
      response = try self.response(answer, since: job.start)
    } catch {
      let end = end(of: job.call.context)
      response = refused(end ?? error, since: job.start)
    }
    record(job, response)
    return response
  }

  /// Answers a read on this event loop.
  /// - Returns: nil when it takes more than `call.context` allows.
  func answerBriefly(_ job: Job, _ handler: (Call) throws -> Answer) -> Response? {
    let context = job.call.context
    let response: Response
    do {
      var answer = try handler(job.call)
      answer.context = context
      response = try self.response(answer, since: job.start)
    } catch is NotBrief {
      return nil
    } catch {
      if context.end != nil { return nil }
      response = refused(error, since: job.start)
    }
    record(job, response)
    return response
  }

  /// Answers what waits for the store.
  func answer(_ job: Job, _ handler: (Call) async throws -> Answer) async -> Response {
    let response: Response
    do {
      var claim = 0
      defer { daemon.pendingBytes.remove(claim) }
      let call = try inflated(job, &claim)
      response = try self.response(await handler(call), since: job.start)
    } catch {
      response = refused(error, since: job.start)
    }
    record(job, response)
    return response
  }

  /// The answer to a request that no handler has seen.
  func refuse(
    _ refusal: APIError, _ request: Request, _ match: RouteTable.Match,
    since start: ContinuousClock.Instant
  ) -> Response {
    var response = refused(refusal, since: start)
    if case .wrongMethod(let allowed) = match {
      response.headers.append((name: "allow", value: Self.list(allowed)))
    }
    let seconds = start.secondsUntilNow
    if case .route(let route, _) = match {
      daemon.metrics.record(route, status: Int(response.status.code), seconds: seconds)
    }
    log(request, response, seconds)
    return response
  }

  /// The answer to bytes that are not a request: it counts for no route.
  func unreadable(_ error: HTTPParserError) -> Response {
    let reason =
      switch error {
      case .headerOverflow:
        "the head is too large: at most \(RequestLimits.maxHeaderFieldCount) fields are allowed, "
          + "each of \(RequestLimits.maxHeaderFieldByteCount >> 10) KiB, "
          + "\(RequestLimits.maxHeaderByteCount >> 10) KiB together"
      case .unknown: "this is not a request in HTTP/1.1"
      default: "this is not a request in HTTP/1.1: \(error)"
      }
    return refused(APIError(.badRequest, "Format error in HTTP: \(reason)"), since: .now)
  }

  /// The answer to a read whose thread has not ended in time. It is recorded when that ends.
  func overdue(since start: ContinuousClock.Instant) -> Response {
    refused(StoreError.timedOut, since: start)
  }

  /// The call with its body as it was before it was compressed, within the limits of one that comes as
  /// it is.
  private func inflated(_ job: Job, _ claim: inout Int) throws(APIError) -> Call {
    guard let coding = job.coding, job.call.body.readableBytes > 0 else { return job.call }
    let limit = daemon.limits.bodyByteCount
    var call = job.call
    call.body = try coding.inflate(call.body) { byteCount throws(APIError) in
      guard byteCount <= limit else { throw .bodyTooLarge(limit: limit) }
      try daemon.pendingBytes.grow(&claim, to: byteCount)
    }
    return call
  }

  private func response(
    _ answer: Answer, since start: ContinuousClock.Instant
  ) throws(APIError) -> Response {
    var response = try encoded(answer, since: start)
    response.headers += answer.headers
    return response
  }

  private func encoded(
    _ answer: Answer, since start: ContinuousClock.Instant
  ) throws(APIError) -> Response {
    try checkContext(of: answer)
    var writer: JSONWriter
    switch answer.content {
    case .result(let write):
      writer = JSONWriter(reservingByteCount: Self.reservedByteCount)
      writer.fragment(#"{"result":"#)
      write(&writer)
      writer.fragment(#","status":"#)
      writer.write(answer.statusText)
      writer.fragment(#","time":"#)
      writer.write(start.secondsUntilNow)
      writer.endObject()
    case .json(let write):
      writer = JSONWriter()
      write(&writer)
    case .text(let text, let contentType):
      return Response(status: answer.status, contentType: contentType, content: .text(text))
    case .download(let file, let name, let byteCount):
      return Response(
        status: answer.status, contentType: "application/octet-stream",
        headers: [(name: "content-disposition", value: "attachment; filename=\"\(name)\"")],
        content: .file(file, byteCount: byteCount))
    }
    try checkContext(of: answer)
    try daemon.pendingBytes.check(writer.bytes.count)
    return Self.response(answer.status, writer)
  }

  /// Why a read is over; nil while it is not. What goes wrong afterwards may do so for what it has not
  /// read any more.
  private func end(of context: ReadContext) -> APIError? {
    do { try context.check() } catch { return APIError(error) }
    return nil
  }

  /// A read that is over has no answer: what it made may be incomplete.
  private func checkContext(of answer: Answer) throws(APIError) {
    do { try answer.context?.check() } catch { throw APIError(error) }
  }

  private func refused(_ error: any Error, since start: ContinuousClock.Instant) -> Response {
    let refusal = APIError(error)
    if refusal.status.code >= 500 && refusal.status != .serviceUnavailable {
      logger.error("request failed", metadata: ["error": "\(refusal.message)"])
    }
    var writer = JSONWriter()
    let body: JSONValue = [
      "status": ["error": .string(refusal.message)], "time": .double(start.secondsUntilNow),
    ]
    writer.write(body)
    var response = Self.response(refusal.status, writer)
    if let retryAfter = refusal.retryAfterSeconds {
      response.headers.append((name: "retry-after", value: String(retryAfter)))
    }
    if refusal.status == .unsupportedMediaType {
      response.headers.append((name: "accept-encoding", value: ContentCoding.accepted))
    }
    return response
  }

  private static func response(_ status: HTTPResponseStatus, _ writer: JSONWriter) -> Response {
    let bytes = writer.bytes
    return Response(
      status: status, contentType: "application/json",
      content: bytes.count > copiedByteCount
        ? .buffer(ByteBuffer(bytes: bytes)) : .bytes(bytes))
  }

  private static func list(_ methods: [Method]) -> String {
    methods.map(\.rawValue).joined(separator: ", ")
  }

  // MARK: Figures

  private func record(_ job: Job, _ response: Response) {
    let seconds = job.start.secondsUntilNow
    daemon.metrics.record(job.route, status: Int(response.status.code), seconds: seconds)
    log(job.call.request, response, seconds)
  }

  /// Says of a request what others may know: no keys, no query, no body.
  func log(_ request: Request, _ response: Response, _ seconds: Double) {
    logger.log(
      level: requestLevel, "request",
      metadata: {
        var metadata: Logger.Metadata = [
          "peer": "\(request.peer)", "method": "\(request.method.rawValue)",
          "path": "\(LogText.shortened(request.path, to: Self.loggedByteCount))",
          "status": .stringConvertible(response.status.code),
          "ms": .stringConvertible((seconds * 100_000).rounded() / 100),
          "bytes": .stringConvertible(response.content.byteCount),
        ]
        // A claim of a proxy, or of anybody, about its client.
        if let client = request.headers.first(name: "x-forwarded-for") {
          metadata["forwarded_for"] = "\(LogText.shortened(client[...], to: Self.loggedByteCount))"
        }
        return metadata
      }())
  }

  /// Two of them and the rest fit into what a pipe takes at once (`LogOutput`).
  static let loggedByteCount = 1000
}
