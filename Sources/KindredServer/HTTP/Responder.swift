import HTTPTypes
import Hummingbird
import JSONCodec
import Kindred
import Logging
import NIOCore

/// Finds the endpoint, gives it the request, and puts its answer (or why there is none) into the
/// envelope. Both doors lead here.
struct Responder: HTTPResponder {
  typealias Context = ConnectionContext

  let routes: RouteTable
  let daemon: DaemonState
  let logger: Logger

  func respond(to request: Request, context: Context) async throws -> Response {
    let start = ContinuousClock.now
    let match = routes.match(request.method, path: request.uri.path)
    var response: Response
    do {
      response = try await answer(request, match, context, since: start)
    } catch {
      let refusal = APIError(error)
      if refusal.status.kind == .serverError && refusal.status != .serviceUnavailable {
        logger.error("request failed", metadata: ["error": "\(refusal.message)"])
      }
      response = Self.response(refusal, seconds: start.secondsUntilNow)
      if refusal.status == .unsupportedMediaType {
        response.headers[.acceptEncoding] = ContentCoding.accepted
      }
      if case .wrongMethod(let allowed) = match {
        response.headers[.allow] = allowed.map(\.rawValue).joined(separator: ", ")
      }
    }
    if request.method == .head { response = response.createHeadResponse() }
    record(request, match, response, seconds: start.secondsUntilNow)
    return response
  }

  private func answer(
    _ request: Request, _ match: RouteTable.Match, _ context: Context,
    since start: ContinuousClock.Instant
  ) async throws -> Response {
    switch match {
    case .route(let route, let parameters):
      var body = ByteBuffer()
      var claim = 0
      defer { daemon.pendingBytes.remove(claim) }
      let coding = try ContentCoding.of(request.headers)
      switch route.body {
      case .whole: try await collect(&body, of: request, &claim)
      case .streamed:
        guard coding == nil else {
          throw APIError(
            .unsupportedMediaType, "Content encoding error: this body is taken as it is")
        }
      }
      let call = Call(
        request: request, parameters: parameters, body: body, daemon: daemon,
        context: readContext(request, route) { context.isAbandoned })
      return try await answer(call, coding, route.handler, since: start)
    case .wrongMethod(let allowed):
      let names = allowed.map(\.rawValue).joined(separator: ", ")
      throw APIError(
        .methodNotAllowed, "Method \(request.method.rawValue) is not allowed, use \(names)")
    case .none:
      throw APIError.notFound("there is no endpoint \(request.uri.path)")
    }
  }

  /// Runs the handler where it belongs. The answer is written there too: a large one takes its time.
  private func answer(
    _ call: Call, _ coding: ContentCoding?, _ handler: Route.Handler,
    since start: ContinuousClock.Instant
  ) async throws -> Response {
    let threads = daemon.threads
    switch handler {
    case .immediate(let handler):
      return try response(handler(call), seconds: start.secondsUntilNow)
    case .reading(let handler):
      return try await threads.read(call.context) {
        var claim = 0
        defer { daemon.pendingBytes.remove(claim) }
        let call = try inflated(call, coding, &claim)
        return try response(handler(call), within: call.context, since: start)
      }
    case .reporting(let handler):
      return try await threads.report(call.context) {
        try response(handler(call), within: call.context, since: start)
      }
    case .awaiting(let handler):
      return try await threads.write {
        var claim = 0
        defer { daemon.pendingBytes.remove(claim) }
        let call = try inflated(call, coding, &claim)
        return try response(await handler(call), seconds: start.secondsUntilNow)
      }
    }
  }

  /// The call with its body as it was before it was compressed, within the limits of one that comes as
  /// it is.
  private func inflated(
    _ call: Call, _ coding: ContentCoding?, _ claim: inout Int
  ) throws(APIError) -> Call {
    guard let coding, call.body.readableBytes > 0 else { return call }
    let limit = daemon.limits.bodyByteCount
    var call = call
    call.body = try coding.inflate(call.body) { byteCount throws(APIError) in
      guard byteCount <= limit else { throw .bodyTooLarge(limit: limit) }
      try daemon.pendingBytes.grow(&claim, to: byteCount)
    }
    return call
  }

  /// A write has no deadline: it is acknowledged or refused as a whole.
  private func readContext(
    _ request: Request, _ route: Route, isAbandoned: @escaping @Sendable () -> Bool
  ) -> ReadContext {
    ReadContext(
      deadline: route.access == .read
        ? .now + .seconds(Call.timeoutSeconds(of: request)) : nil,
      byteCount: daemon.limits.requestMemoryByteCount, pool: daemon.readMemory,
      isAbandoned: isAbandoned)
  }

  private func collect(
    _ body: inout ByteBuffer, of request: Request, _ claim: inout Int
  ) async throws {
    let limit = daemon.limits.bodyByteCount
    if let length = request.headers[.contentLength].flatMap(Int.init), length > limit {
      throw APIError.bodyTooLarge(limit: limit)
    }
    do {
      for try await var piece in request.body {
        guard body.readableBytes + piece.readableBytes <= limit else {
          throw APIError.bodyTooLarge(limit: limit)
        }
        try daemon.pendingBytes.grow(&claim, to: body.readableBytes + piece.readableBytes)
        body.writeBuffer(&piece)
      }
    } catch let refusal as APIError {
      throw refusal
    } catch {
      // The client went away or took too long, or the daemon stops.
      throw APIError(.requestTimeout, "Timeout: the body did not arrive in full")
    }
  }

  private func record(
    _ request: Request, _ match: RouteTable.Match, _ response: Response, seconds: Double
  ) {
    if case .route(let route, _) = match {
      daemon.metrics.record(
        method: route.method.rawValue, endpoint: route.path, status: response.status.code,
        seconds: seconds)
    }
    logger.debug(
      "request",
      metadata: [
        "method": "\(request.method.rawValue)", "path": "\(request.uri.path)",
        "status": "\(response.status.code)", "ms": "\((seconds * 100_000).rounded() / 100)",
      ])
  }
}

extension Responder {
  /// What a read answers, unless it was cut short.
  private func response(
    _ answer: Answer, within context: ReadContext, since start: ContinuousClock.Instant
  ) throws -> Response {
    var answer = answer
    answer.context = context
    return try response(answer, seconds: start.secondsUntilNow)
  }

  private func response(_ answer: Answer, seconds: Double) throws(APIError) -> Response {
    try checkContext(of: answer)
    var writer = JSONWriter()
    switch answer.content {
    case .result(let write):
      writer.beginObject()
      writer.name("result")
      write(&writer)
      writer.name("status")
      writer.write(answer.statusText)
      writer.name("time")
      writer.write(seconds)
      writer.endObject()
    case .json(let write):
      write(&writer)
    case .text(let text, let contentType):
      return Response(
        status: answer.status, headers: [.contentType: contentType],
        body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    case .stream(let body, let headers):
      return Response(status: answer.status, headers: headers, body: body)
    }
    try checkContext(of: answer)
    try daemon.pendingBytes.check(writer.bytes.count)
    return Self.response(answer.status, writer)
  }

  /// A read that is over has no answer: what it made may be incomplete.
  private func checkContext(of answer: Answer) throws(APIError) {
    do { try answer.context?.check() } catch { throw APIError(error) }
  }

  private static func response(_ refusal: APIError, seconds: Double) -> Response {
    var writer = JSONWriter()
    let body: JSONValue = [
      "status": ["error": .string(refusal.message)], "time": .double(seconds),
    ]
    writer.write(body)
    var response = response(refusal.status, writer)
    if let retryAfter = refusal.retryAfterSeconds {
      response.headers[.retryAfter] = String(retryAfter)
    }
    return response
  }

  private static func response(_ status: HTTPResponse.Status, _ writer: JSONWriter) -> Response {
    Response(
      status: status, headers: [.contentType: "application/json"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: writer.bytes)))
  }
}

extension ContinuousClock.Instant {
  /// Seconds from here to now.
  var secondsUntilNow: Double {
    let components = (ContinuousClock.now - self).components
    return Double(components.seconds) + Double(components.attoseconds / 1_000_000_000) / 1e9
  }
}
