import StorageIO
import Synchronization

/// When this process has made its last backup.
final class LastBackup: Sendable {
  private let time = Atomic(0)

  /// Seconds since 1970; 0 before the first.
  var unixTime: Int { time.load(ordering: .relaxed) }

  func note() { time.store(Machine.unixTime, ordering: .relaxed) }
}
