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

  /// Runs a read, unless too many wait already.
  func read(_ work: @escaping @Sendable () -> Void) throws(APIError) {
    try run(on: reads, work)
  }

  /// Runs what tells how the daemon and its collections are. It takes time only where there are very
  /// many of them, and does not wait for reads of points.
  func report(_ work: @escaping @Sendable () -> Void) throws(APIError) {
    try run(on: reports, work)
  }

  private func run(
    on threads: WorkThreads, _ work: @escaping @Sendable () -> Void
  ) throws(APIError) {
    guard threads.submit(work) else {
      throw APIError(
        .tooManyRequests, "Too many reads wait already; try again, or ask for less at a time",
        retryAfterSeconds: 1)
    }
  }

  /// Runs what decodes a body and then waits for the store.
  func write(_ work: @escaping @Sendable () async -> Void) {
    Task(executorPreference: writes) { await work() }
  }
}
