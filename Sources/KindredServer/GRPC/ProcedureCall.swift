#if Remote
  import JSONCodec
  import Kindred
  import NIOCore
  import QdrantProtobuf
  import SwiftProtobuf

  /// One call of a procedure: what has come, and how far the work on it may go.
  struct ProcedureCall: Sendable {
    /// The request's message.
    var body: ByteBuffer
    let access: Route.Access
    let daemon: DaemonState
    let start: ContinuousClock.Instant
    /// By the client's `grpc-timeout`.
    let deadline: ContinuousClock.Instant?
    let isAbandoned: @Sendable () -> Bool
    /// Whether the client would rather have the answer compressed.
    var wantsGzip: Bool
    /// Bytes that the message takes once it is decoded, where they may be many.
    var messageByteCount = 0
    /// The context of a read that is given up when it takes long.
    var briefContext: ReadContext?

    /// - Throws: 400 when the bytes are not such a message.
    func message<Message: SwiftProtobuf.Message>(_: Message.Type) throws -> Message {
      do {
        return try Message(serializedBytes: Array(body.readableBytesView))
      } catch {
        throw APIError.badRequest(
          "the message is not a \(Message.protoMessageName), or nested too deep: \(error)")
      }
    }

    /// The call of the endpoint that does the same.
    ///
    /// - Parameters:
    ///   - parameters: what its path names, unescaped.
    ///   - query: the parameters behind the path, as they would stand there.
    ///   - tree: its body.
    func call(
      _ parameters: PathParameters, query: String? = nil, tree: JSONValue? = nil
    ) -> Call {
      let request = Request(RequestTarget(query: query))
      var due = Call.timeoutSeconds(of: request, access).map { start + .seconds($0) }
      if let deadline {
        // A client's own deadline replaces the time limit that reads have by themselves.
        let isTimed = query?.contains("timeout=") ?? false
        due = isTimed ? min(due ?? deadline, deadline) : deadline
      }
      let context =
        briefContext
        ?? ReadContext(
          deadline: due, byteCount: daemon.limits.requestMemoryByteCount, pool: daemon.readMemory,
          isAbandoned: isAbandoned)
      context.take(messageByteCount)
      return Call(
        request: request, parameters: parameters, daemon: daemon, context: context,
        isBrief: briefContext != nil, tree: tree)
    }

    func call(collection: String, query: String? = nil) -> Call {
      call(PathParameters(names: ["collection"], values: [collection]), query: query)
    }

    /// The bytes of an answer, with its time.
    func encode(_ answer: some EncodableAnswer) throws -> [UInt8] {
      let bytes = try answer.encoded(after: start.secondsUntilNow)
      try daemon.pendingBytes.check(bytes.count)
      return bytes
    }
  }

  /// An answer that says how long it took.
  protocol EncodableAnswer: Sendable {
    /// The bytes of its message.
    func encoded(after seconds: Double) throws -> [UInt8]
  }

  /// The same as a message.
  protocol TimedAnswer: SwiftProtobuf.Message, EncodableAnswer {
    /// Seconds.
    var time: Double { get set }
  }

  extension TimedAnswer {
    func encoded(after seconds: Double) throws -> [UInt8] {
      var answer = self
      answer.time = seconds
      return try answer.serializedBytes()
    }
  }

  /// A request for a collection.
  protocol CollectionRequest: SwiftProtobuf.Message {
    var collectionName: String { get }
    /// The parameters that REST's endpoint takes behind its path; nil for none.
    var queryText: String? { get }
  }

  /// A request that reads points.
  protocol ReadRequest: CollectionRequest {
    var hasTimeout: Bool { get }
    var timeout: UInt64 { get }
    var hasReadConsistency: Bool { get }
    var readConsistency: Qdrant_ReadConsistency { get }
  }

  /// A request that changes points.
  protocol WriteRequest: CollectionRequest {
    var wait: Bool { get }
    var hasTimeout: Bool { get }
    var timeout: UInt64 { get }
    var hasOrdering: Bool { get }
    var ordering: Qdrant_WriteOrdering { get }
  }

  /// A request that changes a collection.
  protocol CollectionChange: CollectionRequest {
    var hasTimeout: Bool { get }
    var timeout: UInt64 { get }
  }

  extension ReadRequest {
    var queryText: String? {
      guard hasTimeout || hasReadConsistency else { return nil }
      var parts: [String] = []
      if hasTimeout { parts.append("timeout=\(timeout)") }
      if hasReadConsistency {
        switch readConsistency.value {
        case .factor(let factor): parts.append("consistency=\(factor)")
        case .type(let type): parts.append("consistency=\(type)")
        case nil: break
        }
      }
      return parts.joined(separator: "&")
    }
  }

  extension WriteRequest {
    var queryText: String? {
      var parts = ["wait=\(wait)"]
      if hasTimeout { parts.append("timeout=\(timeout)") }
      if hasOrdering { parts.append("ordering=\(ordering.type)") }
      return parts.joined(separator: "&")
    }
  }

  extension CollectionChange {
    var queryText: String? { hasTimeout ? "timeout=\(timeout)" : nil }
  }

  extension Qdrant_QueryPoints: ReadRequest {}
  extension Qdrant_QueryPointGroups: ReadRequest {}
  extension Qdrant_QueryBatchPoints: ReadRequest {}
  extension Qdrant_SearchPoints: ReadRequest {}
  extension Qdrant_SearchBatchPoints: ReadRequest {}
  extension Qdrant_SearchPointGroups: ReadRequest {}
  extension Qdrant_RecommendPoints: ReadRequest {}
  extension Qdrant_RecommendBatchPoints: ReadRequest {}
  extension Qdrant_RecommendPointGroups: ReadRequest {}
  extension Qdrant_DiscoverPoints: ReadRequest {}
  extension Qdrant_DiscoverBatchPoints: ReadRequest {}
  extension Qdrant_ScrollPoints: ReadRequest {}
  extension Qdrant_CountPoints: ReadRequest {}
  extension Qdrant_GetPoints: ReadRequest {}
  extension Qdrant_FacetCounts: ReadRequest {}
  extension Qdrant_SearchMatrixPoints: ReadRequest {}

  extension Qdrant_UpsertPoints: WriteRequest {}
  extension Qdrant_DeletePoints: WriteRequest {}
  extension Qdrant_UpdatePointVectors: WriteRequest {}
  extension Qdrant_DeletePointVectors: WriteRequest {}
  extension Qdrant_SetPayloadPoints: WriteRequest {}
  extension Qdrant_DeletePayloadPoints: WriteRequest {}
  extension Qdrant_ClearPayloadPoints: WriteRequest {}
  extension Qdrant_UpdateBatchPoints: WriteRequest {}
  extension Qdrant_CreateFieldIndexCollection: WriteRequest {}
  extension Qdrant_DeleteFieldIndexCollection: WriteRequest {}
  extension Qdrant_CreateVectorNameRequest: WriteRequest {}
  extension Qdrant_DeleteVectorNameRequest: WriteRequest {}

  extension Qdrant_CreateCollection: CollectionChange {}
  extension Qdrant_UpdateCollection: CollectionChange {}
  extension Qdrant_DeleteCollection: CollectionChange {}

  extension Qdrant_QueryResponse: TimedAnswer {}
  extension Qdrant_QueryBatchResponse: TimedAnswer {}
  extension Qdrant_QueryGroupsResponse: TimedAnswer {}
  extension Qdrant_SearchResponse: TimedAnswer {}
  extension Qdrant_SearchBatchResponse: TimedAnswer {}
  extension Qdrant_SearchGroupsResponse: TimedAnswer {}
  extension Qdrant_RecommendResponse: TimedAnswer {}
  extension Qdrant_RecommendBatchResponse: TimedAnswer {}
  extension Qdrant_RecommendGroupsResponse: TimedAnswer {}
  extension Qdrant_DiscoverResponse: TimedAnswer {}
  extension Qdrant_DiscoverBatchResponse: TimedAnswer {}
  extension Qdrant_ScrollResponse: TimedAnswer {}
  extension Qdrant_CountResponse: TimedAnswer {}
  extension Qdrant_GetResponse: TimedAnswer {}
  extension Qdrant_FacetResponse: TimedAnswer {}
  extension Qdrant_SearchMatrixPairsResponse: TimedAnswer {}
  extension Qdrant_SearchMatrixOffsetsResponse: TimedAnswer {}
  extension Qdrant_PointsOperationResponse: TimedAnswer {}
  extension Qdrant_UpdateBatchResponse: TimedAnswer {}
  extension Qdrant_CollectionOperationResponse: TimedAnswer {}
  extension Qdrant_GetCollectionInfoResponse: TimedAnswer {}
  extension Qdrant_ListCollectionsResponse: TimedAnswer {}
  extension Qdrant_CollectionExistsResponse: TimedAnswer {}
  extension Qdrant_ListAliasesResponse: TimedAnswer {}
  extension Qdrant_CollectionClusterInfoResponse: TimedAnswer {}
  extension Qdrant_ListShardKeysResponse: TimedAnswer {}
  extension Qdrant_CreateSnapshotResponse: TimedAnswer {}
  extension Qdrant_ListSnapshotsResponse: TimedAnswer {}
  extension Qdrant_DeleteSnapshotResponse: TimedAnswer {}

  extension Qdrant_ReadConsistencyType: CustomStringConvertible {
    package var description: String {
      switch self {
      case .all: "all"
      case .majority: "majority"
      case .quorum: "quorum"
      case .UNRECOGNIZED(let number): "type \(number)"
      }
    }
  }

  extension Qdrant_WriteOrderingType: CustomStringConvertible {
    package var description: String {
      switch self {
      case .weak: "weak"
      case .medium: "medium"
      case .strong: "strong"
      case .UNRECOGNIZED(let number): "type\(number)"
      }
    }
  }
#endif
