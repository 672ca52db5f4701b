import Kindred
import NIOCore
import NIOPosix
import StorageIO

/// Where requests are worked on. Reads have threads of their own, so that writes do not wait behind
/// them, nor they behind large bodies that are decoded.
struct RequestThreads: Sendable {
  private let reads: WorkThreads
  private let writes: WorkThreads
  private let reports: WorkThreads
  private let briefReads: [ObjectIdentifier: NIOLoopBoundBox<BriefReads>]
  private let executors: [ObjectIdentifier: EventLoopExecutor]

  init(_ limits: RequestLimits) throws(StorageError) {
    reads = try WorkThreads(
      name: "kindred.read", count: limits.readThreadCount, capacity: limits.waitingReadCount)
    writes = try WorkThreads(
      name: "kindred.write", count: max(2, Machine.processorCount / 2))
    reports = try WorkThreads(name: "kindred.report", count: 1, capacity: limits.waitingReadCount)
    let loops = Array(MultiThreadedEventLoopGroup.singleton.makeIterator())
    briefReads = Dictionary(
      uniqueKeysWithValues: loops.map {
        (ObjectIdentifier($0), .makeBoxSendingValue(BriefReads(), eventLoop: $0))
      })
    executors = Dictionary(
      uniqueKeysWithValues: loops.map { (ObjectIdentifier($0), EventLoopExecutor($0)) })
  }

  /// Decides about the reads of this event loop; nil where the reads that wait are so numerous that
  /// more are refused.
  func briefReads(on eventLoop: any EventLoop) -> BriefReads? {
    reads.areFull ? nil : briefReads[ObjectIdentifier(eventLoop)]?.value
  }

  /// Threads of reads that have nothing to do.
  var idleReadThreadCount: Int { reads.idleCount }

  /// Runs a read, unless too many wait already.
  func read(_ work: @escaping @Sendable () -> Void) throws(APIError) {
    try run(on: reads, work)
  }

  /// Runs what tells how the daemon and its collections are. It takes time only where there are very
  /// many of them, and does not wait for reads of points.
  func report(_ work: @escaping @Sendable () -> Void) throws(APIError) {
    try run(on: reports, work)
  }

  private func run(
    on threads: WorkThreads, _ work: @escaping @Sendable () -> Void
  ) throws(APIError) {
    guard threads.submit(work) else {
      throw APIError(
        .tooManyRequests, "Too many reads wait already; try again, or ask for less at a time",
        retryAfterSeconds: 1)
    }
  }

  /// Runs what decodes a body and then waits for the store.
  ///
  /// - Parameter eventLoop: where it runs instead; for what has little to do besides waiting.
  func write(
    on eventLoop: (any EventLoop)? = nil, _ work: @escaping @Sendable () async -> Void
  ) {
    let executor: any TaskExecutor =
      eventLoop.flatMap { executors[ObjectIdentifier($0)] } ?? writes
    Task(executorPreference: executor) { await work() }
  }

  /// Goes on there, wherever it has begun.
  func onWriteThreads<R: Sendable>(
    _ work: @Sendable () async throws -> R
  ) async throws -> R {
    try await withTaskExecutorPreference(writes, operation: work)
  }
}
