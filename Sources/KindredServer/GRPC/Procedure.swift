#if Remote
  import JSONCodec
  import Kindred
  import QdrantProtobuf
  import SwiftProtobuf

  /// One method of a gRPC service: what it needs, where it runs, and what it answers.
  ///
  /// It does what an endpoint of REST does, with messages instead of JSON.
  struct Procedure: Sendable {
    /// The handler of a call, and where it runs; see `Route.Handler`.
    enum Handler: Sendable {
      case immediate(@Sendable (ProcedureCall) throws -> [UInt8])
      case reading(@Sendable (ProcedureCall) throws -> [UInt8])
      case brief(@Sendable (ProcedureCall) throws -> [UInt8])
      case reporting(@Sendable (ProcedureCall) throws -> [UInt8])
      case awaiting(@Sendable (ProcedureCall) async throws -> [UInt8])
      case awaitingBriefly(@Sendable (ProcedureCall) async throws -> [UInt8])
      /// At once, each of the messages that come.
      case each(@Sendable (ProcedureCall) throws -> [UInt8])
      /// At once, and again whenever the answer may have become another; the client ends the call.
      case following(@Sendable (ProcedureCall) throws -> [UInt8])
    }

    /// The path of the method, as in `/qdrant.Points/Query`.
    let path: String
    let access: Route.Access
    /// The kind of message that it takes.
    let messageName: String
    let handler: Handler
    /// Whether it answers without a key.
    var isExempt = false
    /// Its place in the table.
    fileprivate(set) var index = 0
  }

  /// Every procedure, found by its path.
  struct ProcedureTable: Sendable {
    private(set) var procedures: [Procedure] = []
    private var positions: [String: Int] = [:]

    static let all: ProcedureTable = {
      var table = ProcedureTable()
      table.addHealth()
      table.addCollections()
      table.addPoints()
      table.addQueries()
      table.addSnapshots()
      table.addReflection()
      return table
    }()

    func find(_ path: String) -> Procedure? { positions[path].map { procedures[$0] } }

    mutating func add(
      _ path: String, _ access: Route.Access, taking messageName: String = "",
      _ handler: Procedure.Handler, isExempt: Bool = false
    ) {
      precondition(positions[path] == nil, "two procedures for one path")
      positions[path] = procedures.count
      procedures.append(
        Procedure(
          path: path, access: access, messageName: messageName, handler: handler,
          isExempt: isExempt,
          index: procedures.count))
    }

    // MARK: Points

    /// Adds a read of points.
    /// - Parameter isBrief: whether it mostly takes no longer than handing it to a thread.
    mutating func read<Request: ReadRequest, Answer: EncodableAnswer>(
      _ path: String, isBrief: Bool = false,
      _ answer: @escaping @Sendable (Request, Call) throws -> Answer
    ) {
      let handler: @Sendable (ProcedureCall) throws -> [UInt8] = { procedure in
        let request = try procedure.message(Request.self)
        let call = procedure.call(
          collection: request.collectionName, query: request.queryText)
        do {
          try call.context.check()
          let answer = try answer(request, call)
          // A read that was cut off has no answer: its result may be incomplete.
          try call.context.check()
          return try procedure.encode(answer)
        } catch {
          if procedure.briefContext == nil { try call.context.check() }
          throw error
        }
      }
      add(
        path, .read, taking: Request.protoMessageName, isBrief ? .brief(handler) : .reading(handler)
      )
    }

    /// Adds a change of points.
    mutating func write<Request: WriteRequest, Answer: TimedAnswer>(
      _ path: String, isBrief: Bool = false,
      _ answer: @escaping @Sendable (Request, Call) async throws -> Answer
    ) {
      let handler: @Sendable (ProcedureCall) async throws -> [UInt8] = { procedure in
        let request = try procedure.message(Request.self)
        let call = procedure.call(collection: request.collectionName, query: request.queryText)
        return try procedure.encode(try await answer(request, call))
      }
      add(
        path, .write, taking: Request.protoMessageName,
        isBrief ? .awaitingBriefly(handler) : .awaiting(handler))
    }

    // MARK: Endpoints of REST

    /// A request to an endpoint: the values of its path's parameters in their order, the parameters
    /// behind its path, and its body.
    struct EndpointRequest {
      var values: [String] = []
      var query: String?
      var body: JSONValue?
    }

    /// Adds a procedure that has the endpoint of REST answer.
    ///
    /// - Parameters:
    ///   - request: makes the endpoint's request of the message.
    ///   - answer: makes a message of the `result` that the endpoint answers.
    mutating func forward<Request: SwiftProtobuf.Message, Answer: TimedAnswer>(
      _ path: String, to method: Method, _ endpoint: String,
      _ request: @escaping @Sendable (Request) throws -> EndpointRequest,
      _ answer: @escaping @Sendable (JSONValue, ProcedureCall) throws -> Answer
    ) {
      guard
        let route = RouteTable.all.routes.first(where: {
          $0.method == method && $0.path == endpoint
        })
      else { preconditionFailure("no endpoint \(method) \(endpoint)") }
      @Sendable func call(_ procedure: ProcedureCall) throws -> Call {
        let request = try request(procedure.message(Request.self))
        return procedure.call(
          PathParameters(names: route.parameterNames, values: request.values),
          query: request.query, tree: request.body)
      }
      @Sendable func encode(_ content: KindredServer.Answer, _ procedure: ProcedureCall) throws
        -> [UInt8]
      {
        try procedure.encode(answer(content.result(), procedure))
      }
      let name = Request.protoMessageName
      switch route.handler {
      case .immediate(let handler):
        add(path, route.access, taking: name, .immediate { try encode(handler(call($0)), $0) })
      case .reporting(let handler):
        add(path, route.access, taking: name, .reporting { try encode(handler(call($0)), $0) })
      case .reading(let handler), .brief(let handler):
        add(path, route.access, taking: name, .reading { try encode(handler(call($0)), $0) })
      case .awaiting(let handler), .awaitingBriefly(let handler):
        add(path, route.access, taking: name, .awaiting { try encode(await handler(call($0)), $0) })
      }
    }
  }

  extension Answer {
    /// The content of the envelope's `result`.
    fileprivate func result() throws -> JSONValue {
      guard case .result(let write) = content else {
        throw APIError(.internalServerError, "the endpoint does not answer JSON")
      }
      var writer = JSONWriter()
      write(&writer)
      return try JSONValue.parse(writer.bytes)
    }
  }
#endif
