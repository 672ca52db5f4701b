import ArgumentParser
import JSONCodec
import Kindred

/// `kindred check`: is everything there and whole?
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check a data directory or a backup.",
    discussion: """
      Reads only. When a daemon has the directory open, the daemon checks, and goes on serving.

      Exit codes: 0 clean; 1 repairable: nothing acknowledged is lost, and starting the daemon puts \
      it right; 2 data lost: restore a backup, or see kindred repair; 3 could not check, or not all; \
      64 wrong usage; 66 no data directory there, or one of a newer version; 69 in use by a process \
      that does not answer.
      """)

  @Flag(help: "Names, sizes, headers, footers and the log's frames only.")
  var quick = false

  @Flag(help: "Every checksum, every value, and what is stored twice (the default).")
  var full = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    if quick && full { throw ValidationError("--quick or --full, not both") }
  }

  func run() async throws {
    let depth: CheckReport.Depth = quick ? .quick : .full
    let report = try await report(depth)
    let input = JSONInput(report)
    let status = try input.string("status")
    if json { print(report) } else { try printLines(input) }
    switch status {
    case "clean": return
    case "repairable": throw ExitCode(1)
    case "unchecked": throw ExitCode(CommandFailure.Reason.unchecked.rawValue)
    default: throw ExitCode(2)
    }
  }

  private func report(_ depth: CheckReport.Depth) async throws -> JSONValue {
    do {
      return try await connection.onDirectory({ (directory) throws(StoreError) in
        try Store.check(directory, depth).json
      }) { client in
        try await client.send(.POST, "/check", ["depth": .string(depth.rawValue)])
      }
    } catch var failure as CommandFailure where failure.reason == .refused {
      // 1 says that something is repairable.
      failure.reason = .unchecked
      throw failure
    }
  }

  private func printLines(_ report: JSONInput) throws {
    let batchCount = try report.int("log_batches")
    print(
      "\(try report.int("collections")) collections, \(try report.int("segments")) segments with "
        + "\(Figures.grouped(try report.int("points"))) points "
        + "(\(Figures.bytes(try report.int("segment_bytes")))), "
        + "\(try report.int("log_files")) log files with \(Figures.grouped(batchCount)) batches "
        + "that are in no segment yet"
        + (try report.optional("log_points").map {
          ", which store \(Figures.grouped(try $0.int())) points"
        } ?? ""))
    for finding in try report.member("findings").elements() {
      print(try Self.describe(finding))
    }
    switch try report.string("status") {
    case "clean": print("clean")
    case "repairable":
      print(
        "nothing is lost that is known to have been acknowledged: starting the daemon repairs this")
    case "unchecked": print("not all could be checked")
    default: print("data is lost: restore a backup, or see what `kindred repair` can keep")
    }
  }

  /// `data lost: segments/….segment at byte 64: damaged: …`
  private static func describe(_ finding: JSONInput) throws -> String {
    let place = try finding.optional("offset").map { " at byte \(try $0.int())" } ?? ""
    let word = try finding.string("severity")
    let severity =
      switch word {
      case "repairable": "repairable"
      case "unchecked": "not checked"
      default: "data lost"
      }
    return "\(severity): \(try finding.string("path"))\(place): \(try finding.string("message"))"
  }
}
