import ArgumentParser
import Kindred

/// `kindred restore`: a data directory from a backup.
struct RestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Make a data directory of a backup.",
    discussion: """
      The backup is checked in full first, and the copy before it gets its name. The backup stays as \
      it is. Then: kindred serve --data-dir DIR.
      """)

  @Argument(help: "The backup.")
  var backup: String

  @Option(help: ArgumentHelp("The new data directory; it must not exist.", valueName: "dir"))
  var dataDir: String

  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    do throws(StoreError) {
      let report = try Store.restore(backup, to: absolutePath(dataDir))
      if json { return print(report.json) }
      print(
        "'\(dataDir)' is ready: everything up to sequence number \(report.sequenceNumber), "
          + "\(report.segmentCount) segments, \(Figures.bytes(report.byteCount))")
    } catch {
      throw CommandFailure(storing: error)
    }
  }
}
