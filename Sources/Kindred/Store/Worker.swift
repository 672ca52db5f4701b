import Dispatch
import Foundation
import Synchronization

/// A thread that runs jobs in the background, one after the other, so that nothing of ours blocks
/// Swift's task pool. Searches and writes go first where there are not processors enough.
final class Worker: Sendable {
  typealias Job = @Sendable () -> Void

  private struct State {
    var jobs: [Job] = []
    var isStopping = false
  }

  private let state = Mutex(State())
  private let wakeUp = DispatchSemaphore(value: 0)
  private let finished = DispatchSemaphore(value: 0)

  /// - Parameters:
  ///   - interval: how long to wait for a job before `idle` is called.
  init(name: String, interval: Duration, idle: @escaping Job) {
    let thread = Thread { [self] in
      #if canImport(Glibc)
        // On Linux the nice value belongs to the thread.
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
      #endif
      while let job = next(interval: interval, idle: idle) { job() }
      finished.signal()
    }
    thread.name = name
    thread.stackSize = 8 << 20
    thread.start()
  }

  func submit(_ job: @escaping Job) {
    state.withLock { $0.jobs.append(job) }
    wakeUp.signal()
  }

  /// Runs what has been submitted, ends the thread, and waits for it. Call it once, from another
  /// thread.
  func stop() {
    state.withLock { $0.isStopping = true }
    wakeUp.signal()
    finished.wait()
  }

  private func next(interval: Duration, idle: @escaping Job) -> Job? {
    while true {
      let (job, isStopping) = state.withLock { state in
        (state.jobs.isEmpty ? nil : state.jobs.removeFirst(), state.isStopping)
      }
      if let job { return job }
      if isStopping { return nil }
      if wakeUp.wait(timeout: .now() + interval.seconds) == .timedOut { return idle }
    }
  }
}

/// A value that one thread gives and another waits for.
final class Promise<Value: Sendable>: Sendable {
  private let value = Mutex<Value?>(nil)
  private let isKept = DispatchSemaphore(value: 0)

  func keep(_ value: Value) {
    self.value.withLock { $0 = value }
    isKept.signal()
  }

  func wait() -> Value {
    isKept.wait()
    return value.withLock { $0! }
  }
}
