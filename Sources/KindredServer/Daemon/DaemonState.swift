import Kindred
import StorageIO

/// The parts of the daemon that all requests share.
package final class DaemonState: Sendable {
  let gate: StoreGate
  let metrics: ServerMetrics
  let limits: RequestLimits
  let rateLimiter = RateLimiter()
  let pendingBytes: PendingBytes
  let readMemory: ReadMemory
  let threads: RequestThreads
  let checkTurn = Turn()
  let doors = OpenDoors()
  let lastBackup = LastBackup()
  /// Nil where the TCP door speaks plain HTTP.
  let tls: TLSCondition?
  let startedAt = ContinuousClock.now
  /// The wall clock's time at start, as in `2026-01-31T12:00:00Z`.
  let startedAtText = Machine.preciseTimestamp

  /// - Throws: when there is no room for the threads.
  init(
    _ gate: StoreGate, _ routes: RouteTable, _ limits: RequestLimits, _ tls: TLSCondition? = nil
  ) throws(StorageError) {
    self.gate = gate
    self.limits = limits
    self.tls = tls
    #if Remote
      metrics = ServerMetrics(routes, procedures: ProcedureTable.all.procedures.map(\.path))
    #else
      metrics = ServerMetrics(routes)
    #endif
    pendingBytes = PendingBytes(limit: limits.pendingByteCount)
    readMemory = ReadMemory(byteCount: limits.sharedMemoryByteCount)
    threads = try RequestThreads(limits)
  }

  /// Whether small writes have nothing to do but wait for the store, and so may begin on an event loop.
  /// After a start they may come upon sections that have to be compared with their checksums first.
  var smallWritesAreBrief: Bool {
    guard let store = try? gate.store() else { return true }
    return !store.isVerifying
  }
}
