import ArgumentParser
import Kindred

/// The `kindred` executable: one daemon, and commands that talk to it.
@main
struct KindredCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kindred",
    abstract: "A vector store for sparse data: exact, durable, one binary.",
    discussion: """
      Start a daemon, load ratings, ask:

        kindred serve --data-dir ./data &
        export KINDRED_SOCKET=./data/kindred.sock
        kindred load movielens ~/ml-1m
        kindred train
        kindred recommend --like matrix --like "toy story" --dislike titanic\\ 1997
        kindred recommend --user 42 --where gender=F --where age=25 --explain

      Most commands are clients: they find the daemon by --data-dir DIR, --socket PATH, --url URL, or \
      the environment's KINDRED_URL, KINDRED_SOCKET or KINDRED_DATA_DIR. check, repair, inspect, backup \
      and restore work on the files of a data directory.

      Exit codes: 0 done, 1 refused or failed, 64 wrong usage, 66 nothing there to read, 69 no \
      daemon there, or its directory in use, 74 the output cannot be written, 130 interrupted. \
      check: 0 clean, 1 repairable, 2 data lost, 3 could not check.
      """,
    version: Version.kindred,
    subcommands: [
      ServeCommand.self, LoadCommand.self, TrainCommand.self, RecommendCommand.self,
      RateCommand.self, QueryCommand.self,
      ExportCommand.self, CopyCommand.self,
      GetCommand.self, PutCommand.self, ScrollCommand.self, CountCommand.self, FacetCommand.self,
      DeleteCommand.self, EvaluateCommand.self, TuneCommand.self,
      CollectionsCommand.self, StatsCommand.self, TopCommand.self, OpenCommand.self,
      CompactCommand.self,
      CheckCommand.self,
      RepairCommand.self, InspectCommand.self, BackupCommand.self, RestoreCommand.self,
      GenerateCommand.self,
    ])

  /// Like ArgumentParser's own, except for our failures, whose message goes to standard error as it
  /// is and whose code to the caller; for commands and options that do not exist, where we say which
  /// do; and for output that cannot be written.
  static func main() async {
    Terminal.forgetUnusableWidth()
    StandardOutput.expectClosedPipes()
    do {
      var command = try parsed(Array(CommandLine.arguments.dropFirst()))
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      StandardOutput.flush()
    } catch let failure as CommandFailure {
      StandardOutput.flush()
      printError("kindred: \(DisplayWidth.harmlessLines(failure.message))")
      exit(withError: ExitCode(failure.reason.rawValue))
    } catch {
      // Help and version are errors to ArgumentParser, and results to everybody else.
      let (code, text) = (exitCode(for: error), fullMessage(for: error))
      if code == .success, !text.isEmpty { print(text) }
      StandardOutput.flush()
      if code != .success, !text.isEmpty { printError(text) }
      exit(withError: code)
    }
  }

  private static func parsed(_ arguments: [String]) throws -> any ParsableCommand {
    // Asked for help with a command that does not exist, ArgumentParser gives that with another.
    if arguments.first == "help", let suggestion = Suggestion.of(arguments) {
      throw CommandFailure(suggestion)
    }
    do {
      return try parseAsRoot(arguments)
    } catch {
      guard exitCode(for: error) == .validationFailure,
        let suggestion = Suggestion.of(arguments)
      else { throw error }
      throw CommandFailure(suggestion)
    }
  }
}

extension CommandFailure {
  fileprivate init(_ suggestion: Suggestion) {
    self.init(
      .usage, "\(suggestion.message)\nSee '\(suggestion.command) --help' for what there is.")
  }
}
