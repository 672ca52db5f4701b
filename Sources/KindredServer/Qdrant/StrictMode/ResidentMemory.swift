import StorageIO

/// How much of the machine's memory the daemon holds: pages of its own, without the mapped files that
/// the kernel may drop at any time.
enum ResidentMemory {
  /// Nil where the system does not say.
  static var percent: Int? {
    ProcessFigures.ownByteCount.map { $0 / 1024 * 100 / (Machine.memoryByteCount / 1024) }
  }
}
