import JSONCodec
import SparseIndex
import Synchronization

/// How far a model's training is.
public struct ItemModelProgress: Equatable, Sendable {
  /// The step that a training is at, or how it has ended.
  public enum State: String, Sendable {
    /// In this order: computing the weights, writing the model's collection, done, ended by an
    /// error, ended by a caller.
    case training, publishing, ready, failed, cancelled
  }

  /// The present state; `ready`, `failed` and `cancelled` are final.
  public var state: State
  /// The fraction done, from 0 to 1.
  public var progress: Double
  /// Seconds since the training began; of one that is over, how long it took.
  public var seconds: Double
  /// Why it failed.
  public var reason: String?
}

/// The trainings of one store, by the name of the collection that is made.
final class ItemModelJobs: Sendable {
  private struct Registry {
    var jobs: [ByteString: ItemModelJob] = [:]
    /// The one that was begun last; a cancelled one takes a moment to end.
    var last: (name: String, job: ItemModelJob)?
    var isClosed = false
  }

  private let registry = Mutex(Registry())

  /// Outcomes of trainings that are kept to be asked for.
  private static let maxCount = 256

  /// - Throws: `.busy` while any model is being trained: each takes all processors and much memory.
  ///   `.closed`.
  func add(_ job: ItemModelJob, named name: String) throws(StoreError) {
    let refusal = registry.withLock { registry -> StoreError? in
      if registry.isClosed { return .closed }
      if let (other, job) = registry.last, !job.isOver {
        return .busy(
          "the item model `\(other)` is being trained: wait for its end, or cancel it")
      }
      if registry.jobs.count >= Self.maxCount { registry.jobs = [:] }
      registry.jobs[ByteString(name)] = job
      registry.last = (name, job)
      return nil
    }
    if let refusal { throw refusal }
  }

  subscript(name: String) -> ItemModelJob? { registry.withLock { $0.jobs[ByteString(name)] } }

  func remove(_ name: String) -> ItemModelJob? {
    registry.withLock { $0.jobs.removeValue(forKey: ByteString(name)) }
  }

  /// Cancels all, and takes no more.
  func close() {
    let jobs = registry.withLock { registry in
      registry.isClosed = true
      return Array(registry.jobs.values)
    }
    for job in jobs { job.cancel() }
  }
}

/// One training.
final class ItemModelJob: Sendable {
  /// The identity of the collection that it learns from.
  let source: UInt64

  private struct Content {
    var state = ItemModelProgress.State.training
    var reason: String?
    var trainer: ItemModelTrainer?
    var end: ContinuousClock.Instant?
  }

  private let content = Mutex(Content())
  private let cancelled = Atomic(false)
  private let start = ContinuousClock.now

  init(of source: UInt64) { self.source = source }

  var isCancelled: Bool { cancelled.load(ordering: .relaxed) }
  var isOver: Bool { content.withLock { $0.end != nil } }

  func cancel() { cancelled.store(true, ordering: .relaxed) }

  func begin(_ trainer: ItemModelTrainer) { content.withLock { $0.trainer = trainer } }

  func publish() {
    content.withLock {
      $0.state = .publishing
      $0.trainer = nil
    }
  }

  func end(_ state: ItemModelProgress.State, reason: String? = nil) {
    content.withLock {
      $0.state = state
      $0.reason = reason
      $0.trainer = nil
      $0.end = .now
    }
  }

  var progress: ItemModelProgress {
    content.withLock { content in
      let fraction =
        switch content.state {
        case .training: content.trainer?.progress ?? 0
        default: 1.0
        }
      let duration = (content.end ?? .now) - start
      return ItemModelProgress(
        state: content.state, progress: fraction, seconds: duration.seconds,
        reason: content.reason)
    }
  }

  /// Since it began.
  var seconds: Double { (ContinuousClock.now - start).seconds }
}
