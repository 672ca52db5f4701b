/// The unsynced changes that survive a power failure.
package enum CrashMode: CaseIterable, Sendable {
  /// None of them.
  case lostUnsynced
  /// The first of them in the order they were made; the last one, if a write, only in part.
  case prefix
  /// All names, and of each write any of the 512-byte sectors; what is missing in a file that has
  /// grown reads as zeros.
  case shuffledSectors
  /// All bytes, but not all names: at least one creation, rename, link or removal is undone.
  case lostDirectoryEntries
  /// Any of them, names and writes alike, whatever the order they were made in.
  case reordered
  /// All of them. (Also what is left when only the process dies.)
  case allSurvived
}

extension SimulatedDisk {
  /// The tree that is found after a power failure. The same seed leaves the same.
  func crashImage(_ mode: CrashMode, seed: UInt64) -> FileTree {
    var random = SeededGenerator(seed: seed)
    var image = durable
    for effect in survivors(mode, &random) { image.apply(effect) }
    image.removeNodes(notIn: image.reachableNodes())
    return image
  }

  private func survivors(
    _ mode: CrashMode, _ random: inout SeededGenerator
  ) -> [Change.Effect] {
    let effects = unsynced.filter { !$0.isForgotten }.map(\.effect)
    switch mode {
    case .lostUnsynced: return []
    case .allSurvived: return effects
    case .prefix:
      let count = Int.random(in: 0...effects.count, using: &random)
      guard count < effects.count else { return effects }
      return effects[..<count] + prefix(of: effects[count], &random)
    case .shuffledSectors:
      return effects.flatMap { sectors(of: $0, &random) }
    case .lostDirectoryEntries:
      let names = effects.indices.filter { if case .entries = effects[$0] { true } else { false } }
      let lost = names.randomElement(using: &random)
      return effects.indices.filter { index in
        guard case .entries = effects[index] else { return true }
        return index != lost && Bool.random(using: &random)
      }.map { effects[$0] }
    case .reordered:
      return effects.filter { _ in Bool.random(using: &random) }
    }
  }

  private func prefix(
    of effect: Change.Effect, _ random: inout SeededGenerator
  ) -> [Change.Effect] {
    guard case .write(let file, let offset, let bytes) = effect else { return [] }
    let count = Int.random(in: 0...bytes.count, using: &random)
    return [.write(file: file, offset: offset, bytes: Array(bytes[..<count]))]
  }

  /// A write cut at the multiples of 512 of the file offset, and half of the pieces dropped.
  private func sectors(
    of effect: Change.Effect, _ random: inout SeededGenerator
  ) -> [Change.Effect] {
    guard case .write(let file, let offset, let bytes) = effect else { return [effect] }
    var pieces: [Change.Effect] = []
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + 512 - (offset + start) % 512)
      if Bool.random(using: &random) {
        pieces.append(.write(file: file, offset: offset + start, bytes: Array(bytes[start..<end])))
      }
      start = end
    }
    return pieces
  }
}
