internal import Foundation

/// Runs `body`, which blocks, on a thread of its own, so that it takes none from Swift's task pool.
package func onThread<R: Sendable>(_ body: @escaping @Sendable () -> R) async -> R {
  await withCheckedContinuation { continuation in
    Thread.detachNewThread { continuation.resume(returning: body()) }
  }
}
