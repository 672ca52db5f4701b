import Kindred
import Logging
import NIOPosix
import ServiceLifecycle

/// A store being opened on a thread of its own, while the doors open already.
struct StoreOpening: Sendable {
  private let task: Task<Store, any Error>
  private let progress: AsyncStream<Void>
  private let gate: StoreGate

  init(_ directory: String, _ options: StoreOptions, reportingTo gate: StoreGate) {
    let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    progress = stream
    self.gate = gate
    task = Task {
      defer { continuation.finish() }
      return try await NIOThreadPool.singleton.runIfActive {
        try Store.open(directory, options: options) { fraction in
          gate.report(progress: fraction)
          continuation.yield()
        }
      }
    }
  }

  /// Returns once the directory's lock is held, which the first report of progress tells.
  func untilLocked() async throws {
    for await _ in progress { return }
    _ = try await task.value
  }

  /// The store, which the gate knows of when this returns; nil when the daemon is to stop before.
  func store() async throws -> Store? {
    let (outcomes, continuation) = AsyncStream<Result<Store, any Error>>.makeStream()
    // Replaying the log does not stop half-way, and waiting for it does.
    let waiting = Task { continuation.yield(await task.result) }
    defer { waiting.cancel() }
    let outcome = await cancelWhenGracefulShutdown { await outcomes.first { _ in true } }
    guard let store = try outcome?.get() else { return nil }
    gate.finish(store)
    return store
  }

  /// Lets go of the directory as soon as the store is open. Nothing has been written to it.
  func abandon() {
    Task { try? await task.value.abandon() }
  }
}

/// Fails the daemon when the store cannot be opened; else holds on until shutdown.
struct OpenedStore: Service {
  let opening: StoreOpening
  let logger: Logger
  let onOpen: @Sendable () -> Void

  func run() async throws {
    guard let store = try await opening.store() else { return }
    let recovery = store.recovery
    logger.info(
      "store open",
      metadata: [
        "collections": "\(store.collectionNames.count)",
        "replayed_batches": "\(recovery.replayedBatchCount)",
        "seconds": "\(recovery.seconds)",
      ])
    if recovery.tornByteCount > 0 {
      logger.warning(
        "cut off an unfinished, never acknowledged write at the end of the log",
        metadata: ["bytes": "\(recovery.tornByteCount)"])
    }
    for reason in recovery.quarantined {
      logger.error("set a damaged segment aside", metadata: ["reason": "\(reason)"])
    }
    onOpen()
    try? await gracefulShutdown()
  }
}
