import ArgumentParser
import JSONCodec
import Kindred
import StorageIO

/// `kindred backup`: a data directory as of now, beside the living one.
struct BackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copy a data directory as of now, also while its daemon runs.",
    discussion: """
      Everything acknowledged before is in it. Segment files are shared by hard links where the file \
      system can, so that a backup beside the data directory takes no time and little room; copy it \
      to another disk to survive the loss of this one. A backup is a data directory: kindred check \
      --data-dir BACKUP checks it, kindred restore makes a living one of it.

      With --into it is named by the time, as in kindred-2026-11-27T00-42-07 (UTC). With --keep-days \
      or --keep-count it is then checked in full, and only if it is whole, older backups of that \
      form go that none of the two keeps. Nothing else in the folder is touched.
      """)

  @Option(help: ArgumentHelp("The backup; it must not exist.", valueName: "dir"))
  var output: String?

  @Option(help: ArgumentHelp("The folder of a backup that is named by the time.", valueName: "dir"))
  var into: String?

  @Option(
    help: ArgumentHelp("How many days to keep backups in the folder.", valueName: "days"))
  var keepDays: Int?

  @Option(
    help: ArgumentHelp(
      "How many backups to keep in the folder, whatever their age.", valueName: "count"))
  var keepCount: Int?

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard (output == nil) != (into == nil) else {
      throw ValidationError("Give --output DIR or --into FOLDER.")
    }
    guard into != nil || keepDays == nil && keepCount == nil else {
      throw ValidationError("--keep-days and --keep-count are for backups made with --into.")
    }
    try check(keepDays, "--keep-days", upTo: BackupFolder.Retention.maxDayCount)
    try check(keepCount, "--keep-count", upTo: BackupFolder.Retention.maxLeastCount)
  }

  private func check(_ value: Int?, _ name: String, upTo limit: Int) throws {
    guard let value, !(1...limit).contains(value) else { return }
    throw ValidationError("\(name) is \(value), and must be from 1 to \(limit).")
  }

  func run() async throws {
    let now = Machine.unixTime
    let folder = into.map { BackupFolder(absolutePath($0)) }
    let destination = folder?.newPath(at: now) ?? absolutePath(output ?? "")
    var report = try await connection.onDirectory({ (directory) throws(StoreError) in
      try Store.backUp(directory, to: destination).json
    }) { client in
      try await client.send(.POST, "/backup", ["destination": .string(destination)])
    }
    if !json { try say(destination, JSONInput(report)) }
    if let folder, keepDays != nil || keepCount != nil {
      let outcome = try removeOld(folder, sparing: destination, at: now)
      if json { report = adding(outcome, to: report) } else { say(outcome) }
    }
    guard json else { return }
    if case .object(var object) = report {
      object["path"] = .string(destination)
      report = .object(object)
    }
    print(report)
  }

  private func say(_ destination: String, _ report: JSONInput) throws {
    print(
      "'\(output ?? destination)': everything up to sequence number "
        + "\(try report.int("sequence_number")), \(try report.int("segments")) segments, "
        + "\(Figures.bytes(try report.int("bytes"))), of which "
        + "\(Figures.bytes(try report.int("copied_bytes"))) copied")
  }

  // MARK: Old backups

  private func removeOld(
    _ folder: BackupFolder, sparing newest: String, at now: Int
  ) throws -> BackupFolder.Report {
    let checked: CheckReport
    do throws(StoreError) {
      checked = try Store.check(newest, .full)
    } catch {
      let failure = CommandFailure(storing: error)
      throw CommandFailure(
        failure.reason,
        "'\(newest)' is made, but could not be checked, so no older one was removed: "
          + failure.message)
    }
    if let finding = checked.findings.first {
      throw CommandFailure(
        "'\(newest)' is made, but is not whole, so no older one was removed: '\(finding.path)': "
          + "\(finding.message); `kindred check` tells everything")
    }
    do throws(StoreError) {
      return try folder.removeOld(
        .init(dayCount: keepDays, leastCount: keepCount), sparing: newest, at: now)
    } catch {
      let failure = CommandFailure(storing: error)
      throw CommandFailure(
        failure.reason,
        "'\(newest)' is made and whole, but not every old one could be removed: \(failure.message)")
    }
  }

  private func say(_ outcome: BackupFolder.Report) {
    print("checked in full: clean")
    for name in outcome.removed { print("removed '\(name)'") }
    for (name, reason) in outcome.leftAlone { print("left '\(name)' alone: \(reason)") }
  }

  private func adding(_ outcome: BackupFolder.Report, to report: JSONValue) -> JSONValue {
    guard case .object(var object) = report else { return report }
    object["removed"] = .array(outcome.removed.map { .string($0) })
    object["left_alone"] = .array(
      outcome.leftAlone.map { ["name": .string($0.name), "reason": .string($0.reason)] })
    return .object(object)
  }
}
