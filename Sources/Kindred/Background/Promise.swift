import Dispatch
import Synchronization

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
