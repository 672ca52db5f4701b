import ArgumentParser

/// `kindred load`: data sets into collections.
struct LoadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Load a data set into the daemon.",
    subcommands: [LoadMovieLensCommand.self, LoadRatingsCommand.self, LoadPointsCommand.self])
}
