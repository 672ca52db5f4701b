/// How much of the machine's memory the daemon holds: pages of its own, without the mapped files that
/// the kernel may drop at any time.
enum ResidentMemory {
  /// Nil where the system does not say.
  static var percent: Int? {
    guard let own = ProcessFigures.ownByteCount, let total = ProcessFigures.machineByteCount,
      total > 0
    else { return nil }
    return own / 1024 * 100 / (total / 1024)
  }
}
