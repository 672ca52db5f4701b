import Dispatch
import StorageIO
import Synchronization

/// Threads that run jobs in the background, so that nothing of ours blocks Swift's task pool: one after
/// the other where it is one thread. Searches go first where there are not processors enough.
final class Worker: Sendable {
  typealias Job = @Sendable () -> Void

  private struct State {
    var jobs: [Job] = []
    var isStopping = false
  }

  private let threadCount = Atomic(0)
  private let whenIdle: (after: Duration, job: Job)?
  private let state = Mutex(State())
  private let wakeUp = DispatchSemaphore(value: 0)
  private let finished = DispatchSemaphore(value: 0)

  /// - Parameter whenIdle: what to do after no job has come for so long.
  /// - Throws: when there is no room for a thread; none is left behind then.
  init(
    name: String, threadCount: Int = 1, whenIdle: (after: Duration, job: Job)? = nil
  ) throws(StorageError) {
    self.whenIdle = whenIdle
    do throws(StorageError) {
      for _ in 0..<threadCount {
        try SystemThread.start(name, niceness: 10) { [self] in
          while let job = next() { job() }
          finished.signal()
        }
        self.threadCount.add(1, ordering: .relaxed)
      }
    } catch {
      stop()
      throw error
    }
  }

  func submit(_ job: @escaping Job) {
    state.withLock { $0.jobs.append(job) }
    wakeUp.signal()
  }

  /// Submits a job whose outcome somebody waits for.
  func promise<Outcome: Sendable>(
    _ job: @escaping @Sendable () -> Outcome
  ) -> Promise<Outcome> {
    let promise = Promise<Outcome>()
    submit { promise.keep(job()) }
    return promise
  }

  /// Runs what has been submitted, ends the threads, and waits for them. Call it once, from another
  /// thread.
  func stop() {
    state.withLock { $0.isStopping = true }
    let threadCount = threadCount.load(ordering: .relaxed)
    for _ in 0..<threadCount { wakeUp.signal() }
    for _ in 0..<threadCount { finished.wait() }
  }

  private func next() -> Job? {
    while true {
      let (job, isStopping) = state.withLock { state in
        (state.jobs.isEmpty ? nil : state.jobs.removeFirst(), state.isStopping)
      }
      if let job { return job }
      if isStopping { return nil }
      guard let whenIdle else {
        wakeUp.wait()
        continue
      }
      if wakeUp.wait(timeout: .now() + whenIdle.after.seconds) == .timedOut { return whenIdle.job }
    }
  }
}
