internal import StorageIO
internal import Synchronization

/// The comparison of a section with its checksum, made once: step by step, by whoever needs the section
/// first. Those who need it at the same time take turns, and each may leave when its time is up.
final class SectionChecksum: Sendable {
  private enum Outcome {
    case whole
    case damaged(StorageError)
  }

  private struct Progress {
    var byteCount = 0
    var checksum: UInt32 = 0
    var outcome: Outcome?
  }

  let section: SegmentDirectory.Section
  private let image: SharedBytes
  private let path: String
  private let progress = Mutex(Progress())

  /// Bytes between two looks at a read's clock: about a tenth of a millisecond's work.
  private static let stepByteCount = 1 << 20

  init(_ section: SegmentDirectory.Section, of image: SharedBytes, path: String) {
    self.section = section
    self.image = image
    self.path = path
  }

  /// Goes on until the section has been compared, or the read is over.
  /// - Returns: false when the read is over before.
  /// - Throws: `.corrupt`, every time, when the section or the zeros before it are damaged.
  func compare(for context: ReadContext = .unlimited) throws(StorageError) -> Bool {
    while true {
      switch progress.withLock({ advance(&$0) }) {
      case .whole?: return true
      case .damaged(let error)?: throw error
      case nil: if context.isOver { return false }
      }
    }
  }

  /// Bytes that have not been compared.
  var remainingByteCount: Int {
    progress.withLock { $0.outcome == nil ? section.bytes.count - $0.byteCount : 0 }
  }

  private func advance(_ progress: inout Progress) -> Outcome? {
    if progress.outcome == nil { step(&progress) }
    return progress.outcome
  }

  /// Keeps no part of a mapped file in memory.
  private func step(_ progress: inout Progress) {
    let bytes = section.bytes
    if progress.byteCount == 0, !image.isZero(in: section.paddingStart..<section.position) {
      progress.outcome = damage(at: section.paddingStart, "zeros up to the next section")
      return
    }
    let end = min(progress.byteCount + Self.stepByteCount, bytes.count)
    let part = bytes.slice(progress.byteCount..<end)
    progress.checksum = part.withUnsafeBytes {
      CRC32C.checksum($0, continuing: progress.checksum)
    }
    part.releasePages()
    progress.byteCount = end
    guard end == bytes.count else { return }
    progress.outcome =
      progress.checksum == section.checksum
      ? .whole : damage(at: section.position, "section \(section.kind) with its checksum")
  }

  private func damage(at offset: Int, _ expected: String) -> Outcome {
    .damaged(.corrupt(path: path, offset: offset, expected: expected))
  }
}

extension SharedBytes {
  func isZero(in range: Range<Int>) -> Bool {
    slice(range).withUnsafeBytes { $0.allSatisfy { $0 == 0 } }
  }
}
