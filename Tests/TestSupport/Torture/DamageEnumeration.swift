internal import Kindred
internal import StorageIO

/// A small data directory, damaged in every way: each bit flipped, each file cut at each length, grown,
/// and removed.
///
/// The store either refuses to open and names the file, or sets the damaged segment aside and says
/// so, or holds everything. What is asked at once, before all checksums have been compared, is answered
/// right or refused with the file's name. Only the end of the log may be lost without a word: the last batch to a
/// flipped bit, more to a cut, since nothing tells a batch that is gone from one that never was.
package struct DamageEnumeration: Sendable {
  package enum Damage: Sendable, CustomStringConvertible {
    case flip(bit: Int)
    case cut(byteCount: Int)
    case growth(by: [UInt8])
    case removal

    package var description: String {
      switch self {
      case .flip(let bit): "bit \(bit % 8) of byte \(bit / 8) flipped"
      case .cut(let count): "cut to \(count) bytes"
      case .growth(let bytes): "grown by \(bytes.count) bytes"
      case .removal: "removed"
      }
    }
  }

  private static let failureLimit = 10
  private let subject: DamageSubject

  /// Counts `bit flips`, `cuts` and `other damage`.
  package static func run(seed: UInt64, width: Int = 3) async -> TortureReport {
    do throws(StoreError) {
      let enumeration = DamageEnumeration(subject: try await DamageSubject.make(seed: seed))
      return await enumeration.run(seed: seed, width: width)
    } catch {
      var report = TortureReport()
      report.failures.append("making the directory: \(error)")
      return report
    }
  }

  private func run(seed: UInt64, width: Int) async -> TortureReport {
    let cases = subject.disk.files.sorted { $0.key < $1.key }.flatMap { path, bytes in
      Self.damages(byteCount: bytes.count).map { (path, $0) }
    }
    return await withTaskGroup(of: TortureReport.self) { group in
      for part in 0..<width {
        group.addTask {
          var report = TortureReport()
          var random = SeededGenerator(seed: seed &+ UInt64(part))
          for index in stride(from: part, to: cases.count, by: width)
          where report.failures.count < Self.failureLimit {
            let (path, damage) = cases[index]
            report.count(damage.name)
            if let objection = await objection(to: damage, of: path, using: &random) {
              report.failures.append("seed \(seed), \(path) \(damage): \(objection)")
            }
          }
          return report
        }
      }
      return await group.reduce(into: TortureReport(), +=)
    }
  }

  private static func damages(byteCount: Int) -> [Damage] {
    (0..<byteCount * 8).map { .flip(bit: $0) } + (0..<byteCount).map { .cut(byteCount: $0) }
      + [.growth(by: [0]), .growth(by: [1]), .growth(by: Array(repeating: 0xA5, count: 100))]
      + [.removal]
  }

  // MARK: One case

  private func objection(
    to damage: Damage, of path: String, using random: inout SeededGenerator
  ) async -> String? {
    let disk = subject.disk.afterKill()
    do {
      try damage.apply(to: path, of: disk)
      let store = try DamageSubject.open(disk)
      defer { store.abandon() }
      if subject.segments[path] != nil {
        let expected =
          store.statistics.recovery.quarantined.isEmpty
          ? subject.whole : subject.without(segment: path)
        let use = FirstUse.allCases.randomElement(using: &random)!
        if let wrong = await use.objection(store, expected, damaged: path, using: &random) {
          return "\(use): \(wrong)"
        }
      }
      try await store.verify()
      let found = try StoreContents(store)
      if let objection = objection(to: found, store.statistics.recovery, after: damage, of: path) {
        return objection
      }
      if let wrong = try StoreProbe.wrongAnswer(store, found, using: &random) { return wrong }
      try await store.upsert([Point(id: 99)], into: "c")
      return nil
    } catch StoreError.storage(.corrupt(let damaged, _, _)) {
      // A sealed log file that ends early shows by the gap to the next.
      let isGap = path == subject.sealedLog && damaged == subject.lastLog
      return damaged == path || isGap ? nil : "blames \(damaged)"
    } catch StoreError.storage(.newerFormat(let damaged, _, _)) {
      // Only there is a version read before its checksum.
      return damaged == path && path.hasSuffix("MANIFEST") ? nil : "takes \(damaged) for newer"
    } catch {
      return "\(error)"
    }
  }

  private func objection(
    to found: StoreContents, _ report: RecoveryReport, after damage: Damage, of path: String
  ) -> String? {
    if let lost = subject.segments[path] {
      if report.quarantined.isEmpty {
        return found == subject.whole ? nil : "a wrong answer from a segment not set aside"
      }
      guard report.quarantined.count == 1, report.quarantined[0].contains(path) else {
        return "set aside \(report.quarantined)"
      }
      let rest = subject.without(segment: path)
      return found == rest
        ? nil : "without the \(lost.count) points: \(rest.difference(from: found))"
    }
    guard report.quarantined.isEmpty else { return "set aside \(report.quarantined)" }
    if found == subject.whole { return nil }
    guard path == subject.lastLog, subject.states.contains(found) else {
      return subject.whole.difference(from: found)
    }
    // The mark after the last batch says of everything but the end of the file that it was there.
    switch damage {
    case .cut, .removal: return nil
    case .flip, .growth: return "batches lost"
    }
  }
}

extension DamageEnumeration.Damage {
  fileprivate var name: String {
    switch self {
    case .flip: "bit flips"
    case .cut: "cuts"
    case .growth, .removal: "other damage"
    }
  }

  fileprivate func apply(to path: String, of disk: SimulatedFileSystem) throws {
    switch self {
    case .flip(let bit): disk.damage(path) { $0[bit / 8] ^= 1 << UInt8(bit % 8) }
    case .cut(let count): disk.damage(path) { $0.removeLast($0.count - count) }
    case .growth(let bytes): disk.damage(path) { $0 += bytes }
    case .removal: try disk.remove(path)
    }
  }
}
