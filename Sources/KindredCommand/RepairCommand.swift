import ArgumentParser
import JSONCodec
import Kindred

/// `kindred repair`: what can be read of a damaged directory, in a new one.
struct RepairCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "repair",
    abstract: "Make a new data directory of what can be read of a damaged one.",
    discussion: """
      Without --output it only says what would be kept and what is lost. The damaged directory is \
      never changed; no daemon may have it open. Restoring a backup loses less if there is one.

      Exit codes: 0 done, whatever is lost (--json: `lost` and each collection's `losses`); 1 nothing \
      can be kept, or it could not be written; 66 no data directory there; 69 in use.
      """)

  @Option(help: ArgumentHelp("The new directory; it must not exist.", valueName: "dir"))
  var output: String?

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func run() throws {
    let directory = try connection.requiredDataDirectory()
    do throws(StoreError) {
      let report = try Store.repair(directory, to: output.map(absolutePath))
      if json { print(report.json) } else { printLines(report) }
    } catch {
      throw CommandFailure(storing: error)
    }
  }

  private func printLines(_ report: RepairReport) {
    print(
      "kept: \(report.keptSegmentCount) segments, parts of \(report.salvagedSegmentCount), "
        + "\(Figures.grouped(report.keptBatchCount)) batches of the log")
    for collection in report.collections {
      print(
        "  \(collection.name): \(Figures.grouped(collection.keptPointCount)) points in segments"
          + (collection.salvagedPointCount > 0
            ? ", \(Figures.grouped(collection.salvagedPointCount)) of damaged segments" : "")
          + (collection.lostPointCount > 0
            ? ", \(Figures.grouped(collection.lostPointCount)) lost" : ""))
      for loss in collection.losses { print("    lost: \(loss)") }
    }
    if report.lost.isEmpty {
      print("nothing is lost")
    } else {
      print("lost:")
      for finding in report.lost {
        let place = finding.offset.map { " at byte \($0)" } ?? ""
        print("  \(finding.path)\(place): \(finding.message)")
      }
    }
    if let output {
      print("'\(output)' holds what is kept, and has passed a full check")
    } else {
      print("nothing has been written; --output DIR makes a new directory")
    }
  }
}
