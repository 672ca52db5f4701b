import Foundation
import KindredServer
import Synchronization
import Testing

@Suite("Work threads") struct WorkThreadsTests {
  @Test func `jobs begin in order, and what would wait too long is refused`() async throws {
    let threads = try WorkThreads(name: "test", count: 1, capacity: 2)
    let started = DispatchSemaphore(value: 0)
    let gate = DispatchSemaphore(value: 0)
    let order = Mutex<[Int]>([])
    let isRunning = threads.submit {
      started.signal()
      gate.wait()
    }
    #expect(isRunning)
    await waitOffThePool(started)
    for index in 1...3 {
      let isTaken = threads.submit { order.withLock { $0.append(index) } }
      #expect(isTaken == (index <= 2))
    }
    gate.signal()
    let isDone = DispatchSemaphore(value: 0)
    // There is room again as soon as one has begun.
    while !threads.submit({ isDone.signal() }) { await Task.yield() }
    await waitOffThePool(isDone)
    #expect(order.withLock { $0 } == [1, 2])
  }

  @Test func `tasks run on them between one await and the next, however many jobs wait`()
    async throws
  {
    let threads = try WorkThreads(name: "test", count: 1, capacity: 1)
    let names = try await withTaskExecutorPreference(threads) {
      let before = threadIdentity()
      await Task.yield()
      try await Task.sleep(for: .milliseconds(1))
      return [before, threadIdentity()]
    }
    #expect(names[0] == names[1])
    let elsewhere = DispatchSemaphore(value: 0)
    let own = Mutex<ObjectIdentifier?>(nil)
    let isTaken = threads.submit {
      own.withLock { $0 = threadIdentity() }
      elsewhere.signal()
    }
    #expect(isTaken)
    await waitOffThePool(elsewhere)
    #expect(own.withLock { $0 } == names[0])
  }
}

/// Blocks none of Swift's threads.
private func waitOffThePool(_ semaphore: DispatchSemaphore) async {
  await withCheckedContinuation { continuation in
    DispatchQueue.global().async {
      semaphore.wait()
      continuation.resume()
    }
  }
}

private func threadIdentity() -> ObjectIdentifier { ObjectIdentifier(Thread.current) }
