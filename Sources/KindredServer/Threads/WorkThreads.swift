import Dispatch
import StorageIO
import Synchronization

/// Threads of the daemon's own, for what may take long: neither an event loop nor Swift's pool ever
/// runs it, so that doors, health and signals wait for nobody.
///
/// Jobs begin in the order in which they come. The threads end with the last reference to this.
package final class WorkThreads: Sendable {
  package typealias Job = @Sendable () -> Void

  private let capacity: Int
  private let queue: Queue

  /// - Parameter capacity: jobs that may wait for a thread.
  /// - Throws: when there is no room for the threads; those that have begun end.
  package init(name: String, count: Int, capacity: Int = .max) throws(StorageError) {
    let queue = Queue(threadCount: count)
    self.capacity = capacity
    self.queue = queue
    do throws(StorageError) {
      for _ in 0..<count {
        try SystemThread.start(name) {
          while let job = queue.next() {
            job()
            queue.noteDone()
          }
        }
      }
    } catch {
      queue.close()
      throw error
    }
  }

  deinit { queue.close() }

  /// - Returns: false, without having taken the job, where too many wait.
  package func submit(_ job: @escaping Job) -> Bool { queue.append(job, ifFewerThan: capacity) }

  /// Whether another job would be refused, because too many wait.
  package var areFull: Bool { queue.isFull(capacity) }

  /// Threads that have nothing to do.
  package var idleCount: Int { queue.idleCount }

  /// The state that the threads hold on to.
  private final class Queue: Sendable {
    private struct State {
      var jobs: [Job] = []
      var runningCount = 0
      var isClosed = false
    }

    private let threadCount: Int
    private let state = Mutex(State())
    private let wakeUp = DispatchSemaphore(value: 0)

    init(threadCount: Int) { self.threadCount = threadCount }

    /// - Parameter capacity: jobs that may wait, with this one; nil for any number.
    func append(_ job: @escaping Job, ifFewerThan capacity: Int?) -> Bool {
      let isTaken = state.withLock { state in
        if let capacity, waitingCount(state) >= capacity { return false }
        state.jobs.append(job)
        return true
      }
      if isTaken { wakeUp.signal() }
      return isTaken
    }

    func isFull(_ capacity: Int) -> Bool { state.withLock { waitingCount($0) >= capacity } }

    var idleCount: Int { state.withLock { max(0, -waitingCount($0)) } }

    /// The number of waiting jobs, without those that a free thread is about to take.
    private func waitingCount(_ state: borrowing State) -> Int {
      state.jobs.count - (threadCount - state.runningCount)
    }

    /// The next job; nil at the end.
    func next() -> Job? {
      while true {
        let (job, isClosed) = state.withLock { state -> (Job?, Bool) in
          guard !state.jobs.isEmpty else { return (nil, state.isClosed) }
          state.runningCount += 1
          return (state.jobs.removeFirst(), state.isClosed)
        }
        if let job { return job }
        if isClosed { return nil }
        wakeUp.wait()
      }
    }

    func noteDone() { state.withLock { $0.runningCount -= 1 } }

    func close() {
      state.withLock { $0.isClosed = true }
      for _ in 0..<threadCount { wakeUp.signal() }
    }
  }
}

/// Tasks that prefer these threads run on them between one `await` and the next.
extension WorkThreads: TaskExecutor {
  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    // A task that has begun is never refused: it waits for nothing but a thread.
    _ = queue.append(
      { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }, ifFewerThan: nil)
  }
}
