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
        kindred recommend --like matrix --like "toy story" --dislike titanic\\ 1997
        kindred recommend --user 42 --where gender=F --where age=25 --explain

      Most commands are clients: they find the daemon by --data-dir DIR, --socket PATH, or the \
      environment's KINDRED_SOCKET or KINDRED_DATA_DIR. check, repair, inspect, backup and restore \
      work on the files of a data directory.

      Exit codes: 0 done, 1 refused or failed, 64 wrong usage, 66 nothing there to read, 69 no \
      daemon there. check: 0 clean, 1 repairable, 2 data lost.
      """,
    version: Version.kindred,
    subcommands: [
      ServeCommand.self, LoadCommand.self, RecommendCommand.self, QueryCommand.self,
      CollectionsCommand.self, StatsCommand.self, OpenCommand.self, CompactCommand.self,
      CheckCommand.self,
      RepairCommand.self, InspectCommand.self, BackupCommand.self, RestoreCommand.self,
      GenerateCommand.self,
    ])

  /// As ArgumentParser's own, except for our failures: their message goes to standard error as it
  /// is, their code to the caller.
  static func main() async {
    Terminal.forgetUnusableWidth()
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch let failure as CommandFailure {
      printError("kindred: \(failure.message)")
      exit(withError: ExitCode(failure.reason.rawValue))
    } catch {
      exit(withError: error)
    }
  }
}
