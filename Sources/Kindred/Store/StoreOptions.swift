import StorageIO

/// Options for a store's use of memory, disk and time.
public struct StoreOptions: Sendable {
  /// A flush starts when the memtables hold this many bytes.
  public var memtableByteCount: Int
  /// A flush starts when the log holds this many bytes, which bounds replay at start.
  public var logByteCount: Int
  /// Memory for posting lists of segments that are searched often, decoded; 0 for none.
  public var postingsCacheByteCount: Int
  /// How often the background looks for segments worth compacting.
  public var compactionInterval: Duration
  /// Whether flushes, compactions and the comparison of checksums after opening run by themselves.
  public var backgroundWork: Bool
  /// Told why a segment was set aside that was found damaged while the store was open, on one of the
  /// store's threads.
  public var segmentSetAside: (@Sendable (_ reason: String) -> Void)?
  /// Told why the store only reads from now on, on one of its threads.
  public var becameReadOnly: (@Sendable (_ reason: String) -> Void)?
  /// The holder's name in the lock file, for the message a second process gets.
  public var holder: String
  /// The disk; a test puts another one here.
  package var fileSystem: any FileSystem = PosixFileSystem()

  /// Options for a store on the disk of this machine: by default it flushes at 64 MiB of
  /// memtables or 128 MiB of log, and looks each minute for segments worth compacting.
  public init(
    memtableByteCount: Int = 64 << 20, logByteCount: Int = 128 << 20,
    postingsCacheByteCount: Int = 64 << 20, compactionInterval: Duration = .seconds(60),
    backgroundWork: Bool = true, holder: String = ""
  ) {
    self.memtableByteCount = memtableByteCount
    self.logByteCount = logByteCount
    self.postingsCacheByteCount = postingsCacheByteCount
    self.compactionInterval = compactionInterval
    self.backgroundWork = backgroundWork
    self.holder = holder
  }

  /// The default options for a store on another disk.
  package init(backgroundWork: Bool = true, fileSystem: any FileSystem) {
    self.init(backgroundWork: backgroundWork)
    self.fileSystem = fileSystem
  }
}
