import Foundation
import Kindred

/// Where requests are worked on. Reads have threads of their own, so that writes do not wait behind
/// them, nor they behind large bodies that are decoded.
struct RequestThreads: Sendable {
  private let reads: WorkThreads
  private let writes: WorkThreads
  private let reports: WorkThreads

  init(_ limits: RequestLimits) {
    reads = WorkThreads(
      name: "kindred.read", count: limits.readThreadCount, capacity: limits.waitingReadCount)
    writes = WorkThreads(
      name: "kindred.write", count: max(2, ProcessInfo.processInfo.activeProcessorCount / 2))
    reports = WorkThreads(name: "kindred.report", count: 1, capacity: limits.waitingReadCount)
  }

  /// Runs a read, unless its time is over before a thread is free.
  /// - Throws: 429 when too many wait already.
  func read<R: Sendable>(
    _ context: ReadContext, _ work: @escaping @Sendable () throws -> R
  ) async throws -> R {
    try await run(on: reads, context, work)
  }

  /// Runs what tells how the daemon and its collections are. It takes time only where there are very
  /// many of them, and does not wait for reads of points.
  func report<R: Sendable>(
    _ context: ReadContext, _ work: @escaping @Sendable () throws -> R
  ) async throws -> R {
    try await run(on: reports, context, work)
  }

  private func run<R: Sendable>(
    on threads: WorkThreads, _ context: ReadContext, _ work: @escaping @Sendable () throws -> R
  ) async throws -> R {
    try await withCheckedThrowingContinuation { continuation in
      let isTaken = threads.submit {
        continuation.resume(
          with: Result {
            try context.check()
            return try work()
          })
      }
      if !isTaken {
        continuation.resume(
          throwing: APIError(
            .tooManyRequests, "Too many reads wait already; try again, or ask for less at a time",
            retryAfterSeconds: 1))
      }
    }
  }

  /// Runs what decodes a body and then waits for the store.
  func write<R: Sendable>(_ work: @Sendable () async throws -> R) async throws -> R {
    try await withTaskExecutorPreference(writes, operation: work)
  }

  /// The same for what goes on after the answer.
  func beginWrite(_ work: @escaping @Sendable () async -> Void) {
    Task(executorPreference: writes) { await work() }
  }
}
