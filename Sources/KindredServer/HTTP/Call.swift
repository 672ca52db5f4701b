import JSONCodec
import Kindred
import NIOCore
import StorageIO

/// One request as a handler sees it: its path parameters decoded, its body whole.
package struct Call: Sendable {
  let request: Request
  let parameters: PathParameters
  /// Empty when the request has none, or when the route streams it.
  var body = ByteBuffer()
  /// The body where the route reads it as it comes.
  var streamedBody: BodyStream?
  let daemon: DaemonState
  /// How far the work on it may go: until when, as long as the client waits, with how much memory.
  let context: ReadContext
  /// Whether it is begun again from the start where it takes longer; see `BriefReads`.
  var isBrief = false
  /// The body where it has come as a message, which holds the same as JSON would.
  var tree: JSONValue?

  /// The store, or a 503 while there is none.
  var store: Store {
    get throws(APIError) { try daemon.gate.store() }
  }

  /// The body, to be read piece by piece.
  /// - Precondition: the route streams it.
  var stream: BodyStream {
    guard let streamedBody else { preconditionFailure("the body has been collected") }
    return streamedBody
  }

  /// The value of `{name}` in the route's path.
  /// - Precondition: the route has such a parameter.
  func parameter(_ name: String) -> String {
    guard let value = parameters[name] else { preconditionFailure("no parameter \(name)") }
    return value
  }

  /// The collection that `{collection}` names.
  var collectionName: String { parameter("collection") }

  var collection: CollectionView {
    get throws { try store.collection(collectionName, for: context) }
  }

  /// Reads the body as it is, without a copy. Bytes are valid inside `read` only.
  func withBody<R>(_ read: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try body.withUnsafeReadableBytes(read)
  }

  /// Decodes the body with `read`, which must consume all of it.
  /// - Throws: 413 when what it says takes more memory than a request may.
  func decode<R>(_ read: (inout JSONReader) throws -> R) throws -> R {
    try withBody { bytes in
      var reader = JSONReader(
        bytes, memoryLimit: daemon.limits.decodedByteCount(ofBody: bytes.count),
        watch: DecodingWatch { [context] in context.isOver })
      let result = try read(&reader)
      try reader.finish()
      context.take(reader.memoryByteCount)
      return result
    }
  }
}

/// The parts of the daemon that all requests share.
package final class DaemonState: Sendable {
  let gate: StoreGate
  let metrics: ServerMetrics
  let limits: RequestLimits
  let rateLimiter = RateLimiter()
  let pendingBytes: PendingBytes
  let readMemory: ReadMemory
  let threads: RequestThreads
  let checkTurn = Turn()
  let doors = OpenDoors()
  let lastBackup = LastBackup()
  /// Nil where the TCP door speaks plain HTTP.
  let tls: TLSCondition?
  let startedAt = ContinuousClock.now
  /// The wall clock's time at start, as in `2026-01-31T12:00:00Z`.
  let startedAtText = LogfmtHandler.timestamp()

  /// - Throws: when there is no room for the threads.
  init(
    _ gate: StoreGate, _ routes: RouteTable, _ limits: RequestLimits, _ tls: TLSCondition? = nil
  ) throws(StorageError) {
    self.gate = gate
    self.limits = limits
    self.tls = tls
    #if Remote
      metrics = ServerMetrics(routes, procedures: ProcedureTable.all.procedures.map(\.path))
    #else
      metrics = ServerMetrics(routes)
    #endif
    pendingBytes = PendingBytes(limit: limits.pendingByteCount)
    readMemory = ReadMemory(byteCount: limits.sharedMemoryByteCount)
    threads = try RequestThreads(limits)
  }

  /// Whether small writes have nothing to do but wait for the store, and so may begin on an event loop.
  /// After a start they may come upon sections that have to be compared with their checksums first.
  var smallWritesAreBrief: Bool {
    guard let store = try? gate.store() else { return true }
    return !store.isVerifying
  }
}
