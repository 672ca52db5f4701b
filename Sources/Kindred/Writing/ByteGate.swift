import Synchronization

/// Lets callers through while the bytes they bring stay under a limit; the others wait, first come
/// first served, without blocking a thread. One caller always passes, however much it brings.
final class ByteGate: Sendable {
  private struct State {
    var usedByteCount = 0
    var waiting: [(byteCount: Int, CheckedContinuation<Void, Never>)] = []
  }

  private let limit: Int
  private let state = Mutex(State())

  init(limit: Int) { self.limit = limit }

  /// Every `enter` needs its `leave`.
  func enter(_ byteCount: Int) async {
    // Mostly there is room, and then no continuation is needed.
    if state.withLock({ Self.admit(byteCount, limit, &$0) }) { return }
    await withCheckedContinuation { continuation in
      let passes = state.withLock { state in
        if Self.admit(byteCount, limit, &state) { return true }
        state.waiting.append((byteCount, continuation))
        return false
      }
      if passes { continuation.resume() }
    }
  }

  private static func admit(_ byteCount: Int, _ limit: Int, _ state: inout State) -> Bool {
    let isFree = state.usedByteCount == 0 || state.usedByteCount + byteCount <= limit
    guard state.waiting.isEmpty && isFree else { return false }
    state.usedByteCount += byteCount
    return true
  }

  func leave(_ byteCount: Int) {
    let admitted = state.withLock { state in
      state.usedByteCount -= byteCount
      var admitted: [CheckedContinuation<Void, Never>] = []
      while let (next, continuation) = state.waiting.first,
        state.usedByteCount == 0 || state.usedByteCount + next <= limit
      {
        state.usedByteCount += next
        admitted.append(continuation)
        state.waiting.removeFirst()
      }
      return admitted
    }
    for continuation in admitted { continuation.resume() }
  }
}
