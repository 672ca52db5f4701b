import Synchronization

/// Counters of the store's work since it was opened.
final class StoreCounters: Sendable {
  struct Figures: Sendable {
    var syncs = DurationHistogram(bounds: DurationHistogram.syncBounds)
    var flushCount = 0
    var compactionCount = 0
    var logFileCount = 0
    /// In live log files that are no longer written to.
    var sealedLogByteCount = 0
    /// In the log file being written.
    var activeLogByteCount = 0
  }

  private let figures = Mutex(Figures())

  var current: Figures { figures.withLock { $0 } }

  func update(_ change: (inout Figures) -> Void) {
    figures.withLock { change(&$0) }
  }
}
