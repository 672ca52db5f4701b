import StorageIO

/// A folder of backups whose names say when they were made, and the rule by which old ones go.
///
/// Invariant: nothing is removed but what a backup consists of, in a directory with a name that `newPath`
/// gives. Anything else stays as it is, whatever it is called.
package struct BackupFolder {
  /// Which backups stay: what any of the two keeps. Without both, all do.
  package struct Retention: Equatable {
    /// Keeps backups up to this number of days old.
    package var dayCount: Int?
    /// Keeps this number of the newest, whatever their age.
    package var leastCount: Int?

    package static let maxDayCount = 36_500
    package static let maxLeastCount = 1_000_000

    /// - Precondition: positive, and not beyond the limits above.
    package init(dayCount: Int? = nil, leastCount: Int? = nil) {
      precondition(dayCount.map { (1...Self.maxDayCount).contains($0) } ?? true)
      precondition(leastCount.map { (1...Self.maxLeastCount).contains($0) } ?? true)
      self.dayCount = dayCount
      self.leastCount = leastCount
    }
  }

  /// The outcome of a removal of old backups.
  package struct Report {
    /// Names, oldest first.
    package var removed: [String] = []
    /// Backups that were due and stay, each with the reason.
    package var leftAlone: [(name: String, reason: String)] = []
  }

  private let path: String
  private let fileSystem: any FileSystem

  private static let prefix = "kindred-"
  private static let secondsOfDay = 24 * 60 * 60

  package init(_ path: String, _ fileSystem: any FileSystem = PosixFileSystem()) {
    self.path = DataDirectory(path, fileSystem).root
    self.fileSystem = fileSystem
  }

  // MARK: Names

  /// The path of a backup that is made at `now`: `kindred-2026-11-27T00-42-07`, in UTC.
  /// - Parameter now: in seconds since 1970.
  package func newPath(at now: Int) -> String { path + "/" + Self.name(at: now) }

  /// Names are in the order of their times.
  static func name(at seconds: Int) -> String {
    prefix + Machine.timestamp(at: seconds).replacing(":", with: "-")
  }

  static func isName(_ name: String) -> Bool {
    let form = Array((prefix + "0000-00-00T00-00-00").utf8)
    let bytes = Array(name.utf8)
    return bytes.count == form.count
      && zip(form, bytes).enumerated().allSatisfy { index, pair in
        pair.0 == UInt8(ascii: "0") && index >= prefix.utf8.count
          ? pair.1.isDigit : pair.0 == pair.1
      }
  }

  // MARK: Removing

  /// Removes the backups that `retention` does not keep, and what was left long ago by the making or
  /// removing of one.
  /// - Parameters:
  ///   - newest: the path of a backup that is known to be whole. It stays, and so does what is newer.
  ///   - now: in seconds since 1970.
  package func removeOld(
    _ retention: Retention, sparing newest: String, at now: Int
  ) throws(StoreError) -> Report {
    try translating { () throws(StorageError) in
      var report = Report()
      let names = try fileSystem.list(path)
      for name in due(names, retention, sparing: newest, at: now) {
        try remove(name, isWhole: true, &report)
      }
      let yesterday = Self.name(at: now - Self.secondsOfDay)
      for name in names where name.hasSuffix(temporarySuffix) {
        let base = String(name.dropLast(temporarySuffix.utf8.count))
        // A younger one may still be in the making.
        if Self.isName(base), base < yesterday { try remove(name, isWhole: false, &report) }
      }
      return report
    }
  }

  /// - Returns: oldest first.
  private func due(
    _ names: [String], _ retention: Retention, sparing newest: String, at now: Int
  ) -> [String] {
    guard retention != Retention() else { return [] }
    let spared = String(newest.dropFirst(parentDirectory(of: newest).utf8.count + 1))
    var backups = names.filter(Self.isName).sorted()
    if let least = retention.leastCount {
      // Only whole backups count towards those that are kept.
      let whole = backups.filter { name in
        if case .success = contents(name, isWhole: true) { true } else { false }
      }
      guard let first = whole.suffix(least).first, whole.count > least else { return [] }
      backups.removeAll { $0 >= first }
    }
    if let days = retention.dayCount {
      let oldest = Self.name(at: now - days * Self.secondsOfDay)
      backups.removeAll { $0 >= oldest }
    }
    return backups.filter { $0 < spared }
  }

  private func remove(
    _ name: String, isWhole: Bool, _ report: inout Report
  ) throws(StorageError) {
    let files: [String]
    switch contents(name, isWhole: isWhole) {
    case .success(let found): files = found
    case .failure(let reason): return report.leftAlone.append((name, reason.text))
    }
    // Interrupted, this leaves `NAME.tmp` and never half of a `NAME`.
    var doomed = DataDirectory(path + "/" + name, fileSystem)
    if isWhole {
      let temporary = DataDirectory(doomed.root + temporarySuffix, fileSystem)
      guard try !fileSystem.exists(temporary.root) else {
        return report.leftAlone.append(
          (name, "'\(temporary.root)' is in the way; remove it"))
      }
      try fileSystem.rename(doomed.root, to: temporary.root)
      try fileSystem.synchronizeDirectory(path)
      doomed = temporary
    }
    for file in files { try fileSystem.remove(doomed.root + "/" + file) }
    for folder in [doomed.segments, doomed.logs, doomed.root] where try fileSystem.exists(folder) {
      try fileSystem.removeDirectory(folder)
    }
    try fileSystem.synchronizeDirectory(path)
    report.removed.append(name)
  }

  private struct Objection: Error { var text: String }

  /// The files of a backup, by their paths in it; or why it is not one.
  /// - Parameter isWhole: whether nothing may be missing.
  private func contents(
    _ name: String, isWhole: Bool
  ) -> Result<[String], Objection> {
    do throws(StorageError) {
      return try lookInto(name, isWhole: isWhole)
    } catch {
      return .failure(Objection(text: error.description))
    }
  }

  private func lookInto(
    _ name: String, isWhole: Bool
  ) throws(StorageError) -> Result<[String], Objection> {
    let directory = DataDirectory(path + "/" + name, fileSystem)
    guard try isDirectory(directory.root) else {
      return .failure(Objection(text: "it is not a directory"))
    }
    var files: [String] = []
    let parts = try fileSystem.list(directory.root)
    for part in parts {
      let inside: String
      switch part {
      case DataDirectory.manifestName:
        files.append(part)
        continue
      case DataDirectory.logsName: inside = DataDirectory.logSuffix
      case DataDirectory.segmentsName: inside = DataDirectory.segmentSuffix
      default: return .failure(Objection(text: "it holds '\(part)', which no backup has"))
      }
      guard try isDirectory(directory.root + "/" + part) else {
        return .failure(Objection(text: "'\(part)' in it is not a directory"))
      }
      for file in try fileSystem.list(directory.root + "/" + part) {
        guard DataDirectory.number(in: file, suffix: inside) != nil else {
          return .failure(Objection(text: "it holds '\(part)/\(file)', which no backup has"))
        }
        files.append(part + "/" + file)
      }
    }
    let manifest = DataDirectory.manifestName
    let needed = [manifest, DataDirectory.segmentsName, DataDirectory.logsName]
    if isWhole, let missing = needed.first(where: { !parts.contains($0) }) {
      return .failure(Objection(text: "it has no '\(missing)', so it is not a backup"))
    }
    // Without its manifest an interrupted removal is not a backup any more.
    return .success(files.filter { $0 == manifest } + files.filter { $0 != manifest })
  }

  /// Whether it is one itself, and not a link to one.
  private func isDirectory(_ path: String) throws(StorageError) -> Bool {
    do throws(StorageError) {
      try fileSystem.open(path, .read).close()
      return false
    } catch .io(_, _, Errno.isDirectory) {
      return true
    } catch {
      if try !fileSystem.exists(path) { throw error }
      return false
    }
  }
}
