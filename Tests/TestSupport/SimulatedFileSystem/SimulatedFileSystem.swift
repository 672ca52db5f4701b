package import StorageIO
import Synchronization

/// A disk in memory that knows what is durable and what is not.
///
/// Bytes are durable after `File.synchronize`, names (created, renamed, linked, removed) after
/// `synchronizeDirectory`, and nothing is earlier: a synced file whose directory was not synced may
/// be gone after a crash, and an unsynced one that was renamed may be empty. `crashImage` gives the
/// disk that a power failure leaves. Calls fail when told to: see `Fault`, `capacity`, `crash`.
///
/// Thread-safe: each call is atomic. Paths are absolute, without `.` and `..`.
package final class SimulatedFileSystem: FileSystem {
  struct State: Sendable {
    var disk: SimulatedDisk
    var capacity: Int?
    var readOnlyFolder: String?
    var callCount = 0
    var mutationCount = 0
    var crashPoint: Int?
    var hasCrashed = false
    var faults: [Int: Fault] = [:]
    var chooseFault: (@Sendable (FileCall) -> Fault?)?
    var observe: (@Sendable (FileCall) -> Void)?
    var failedSynchronizations: Set<Int> = []
    var retriedSynchronizations: [String] = []
    var lockedNodes: Set<Int> = []
    /// How many open files there are of each node.
    var openCounts: [Int: Int] = [:]
    /// Only half of the bytes of the write at hand: see `Fault.partialWrite`.
    var isWriteCutShort = false
  }

  let state: Mutex<State>

  /// - Parameter capacity: how many bytes all files may hold together; nil: any number.
  package convenience init(capacity: Int? = nil) {
    self.init(SimulatedDisk(), capacity: capacity)
  }

  private init(_ disk: SimulatedDisk, capacity: Int?) {
    state = Mutex(State(disk: disk, capacity: capacity))
  }

  // MARK: Observations

  package var callCount: Int { state.withLock { $0.callCount } }
  /// Syncs count: a crash before one and a crash after it differ.
  package var mutationCount: Int { state.withLock { $0.mutationCount } }
  package var hasCrashed: Bool { state.withLock { $0.hasCrashed } }
  /// Paths of files and directories that were synced again after a failed sync: always a mistake.
  package var retriedSynchronizations: [String] {
    state.withLock { $0.retriedSynchronizations }
  }
  /// Whether a power failure now could lose anything.
  package var hasUnsyncedChanges: Bool { state.withLock { !$0.disk.unsynced.isEmpty } }
  /// Every file with its bytes as a reader sees them.
  package var files: [String: [UInt8]] { state.withLock { $0.disk.present.filesByPath() } }

  // MARK: Faults

  /// How many bytes all files may hold together. What is there already stays when it shrinks.
  package var capacity: Int? {
    get { state.withLock { $0.capacity } }
    set { state.withLock { $0.capacity = newValue } }
  }

  /// Everything in this folder is as if it were on a file system of its own that is mounted read-only.
  package var readOnlyFolder: String? {
    get { state.withLock { $0.readOnlyFolder } }
    set { state.withLock { $0.readOnlyFolder = newValue } }
  }

  /// The power fails at the mutating call with this index (of `mutationCount`, so a past one never
  /// comes): the call is on its way to the disk like any unsynced one, it and all later calls throw
  /// an error with `isSimulatedCrash`. A sync that the power fails at has synced nothing.
  package func crash(atMutation index: Int) { state.withLock { $0.crashPoint = index } }

  /// The power fails now.
  package func crash() { state.withLock { $0.hasCrashed = true } }

  /// The call with this index (of `callCount`) goes wrong.
  package func fail(call index: Int, with fault: Fault) {
    state.withLock { $0.faults[index] = fault }
  }

  /// Asks `choose` at each call whether it goes wrong; replaces the one before. It must not call the
  /// file system.
  package func fail(_ choose: (@Sendable (FileCall) -> Fault?)?) {
    state.withLock { $0.chooseFault = choose }
  }

  /// Tells `observe` of each mutating call before it happens, on the calling thread. It may take a
  /// `crashImage`, so one run of a workload yields the images of a crash at each operation.
  package func observeMutations(_ observe: (@Sendable (FileCall) -> Void)?) {
    state.withLock { $0.observe = observe }
  }

  /// Changes a file's bytes behind everybody's back, as decay of the medium would. No call counts.
  package func damage(_ path: String, _ change: (inout [UInt8]) -> Void) {
    state.withLock { state in
      guard let entry = state.disk.present.entry(path), !entry.isDirectory else {
        preconditionFailure("no file at \(path)")
      }
      state.disk.damage(file: entry.node, change)
    }
  }

  // MARK: Images

  /// The disk that a power failure at this moment leaves, all of it durable, with nobody holding
  /// anything open, and without this one's faults. The same seed leaves the same.
  package func crashImage(_ mode: CrashMode, seed: UInt64) -> SimulatedFileSystem {
    let (disk, capacity) = state.withLock { ($0.disk, $0.capacity) }
    return SimulatedFileSystem(SimulatedDisk(disk.crashImage(mode, seed: seed)), capacity: capacity)
  }

  /// The disk that a new process finds after this one was killed, with the power on: everything is
  /// there, what was not synced is still not, and what a failed sync forgot is lost at a crash.
  package func afterKill() -> SimulatedFileSystem {
    let (disk, capacity) = state.withLock { ($0.disk, $0.capacity) }
    return SimulatedFileSystem(disk, capacity: capacity)
  }
}

extension StorageError {
  static let simulatedCrashCode: Int32 = 99_999

  /// Whether the error is the simulated end of the process, not something to handle.
  package var isSimulatedCrash: Bool {
    if case .io(_, _, Self.simulatedCrashCode) = self { true } else { false }
  }
}
