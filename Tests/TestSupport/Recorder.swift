import Synchronization

/// Collects values from closures that may run on any thread.
package final class Recorder<Value: Sendable>: Sendable {
  private let state = Mutex<[Value]>([])

  package init() {}

  package func record(_ value: Value) { state.withLock { $0.append(value) } }
  package var values: [Value] { state.withLock { $0 } }

  /// The values so far, which are forgotten.
  package func drain() -> [Value] {
    state.withLock { values in
      defer { values = [] }
      return values
    }
  }
}
