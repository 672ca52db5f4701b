import Kindred
import NIOPosix

/// A store being opened on a thread of its own, while the doors open already.
struct StoreOpening: Sendable {
  private let task: Task<Store, any Error>
  private let progress: AsyncStream<Void>

  /// - Parameter onProgress: called now and then with the fraction of the log that is replayed.
  init(
    _ directory: String, _ options: StoreOptions, onProgress: @escaping @Sendable (Double) -> Void
  ) {
    let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    progress = stream
    task = Task {
      defer { continuation.finish() }
      return try await NIOThreadPool.singleton.runIfActive {
        try Store.open(directory, options: options) { fraction in
          onProgress(fraction)
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

  func whenDone(_ body: @escaping @Sendable (Result<Store, any Error>) -> Void) {
    Task { body(await task.result) }
  }

  /// Lets go of the directory as soon as the store is open. Nothing has been written to it.
  func abandon() {
    Task { try? await task.value.abandon() }
  }
}
