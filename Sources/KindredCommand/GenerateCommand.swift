import ArgumentParser
import MovieLens
import StorageIO

/// `kindred generate`: made-up data sets, for where the real ones cannot be had.
struct GenerateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Generate a synthetic data set.",
    subcommands: [MovieLens.self])

  struct MovieLens: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "movielens",
      abstract: "Write a made-up set with the files and the shape of ML-1M.",
      discussion: """
        For trying things without the real set: everything in it is invented, the same for the same \
        seed. Popular movies get most of the ratings, and users rate by tastes they share.
        """)

    @Argument(help: "The folder to write to; made when it does not exist.")
    var folder: String

    @Option(help: "Another number, another set.")
    var seed: UInt64 = 1

    @Option(help: "How many users.")
    var users = 6040

    @Option(
      help: "How many movies, as unequally popular as those of ML-32M; else the 3,883 of ML-1M.")
    var movies: Int?

    @Flag(inversion: .prefixedNo, help: "Show progress on standard error.")
    var progress = true

    func validate() throws {
      guard users > 0 else { throw ValidationError("--users must be 1 or more") }
      let counts = SyntheticMovieLens.movieCounts
      if let movies, !counts.contains(movies) {
        throw ValidationError(
          "--movies must be from \(Figures.grouped(counts.lowerBound)) to "
            + "\(Figures.grouped(counts.upperBound))")
      }
    }

    func run() async throws {
      Interruption.say { "nothing has been written" }
      let set = generated()
      Interruption.say { [folder] in "what is in '\(folder)' is not whole: delete it" }
      do {
        try OutputFiles.write(set.files, to: folder)
      } catch StorageError.io(_, let path, Errno.exists) {
        throw CommandFailure("'\(path)' exists; give an empty folder")
      } catch {
        throw CommandFailure("cannot write to '\(folder)': \(error)")
      }
      print(
        "synthetic set in '\(folder)': \(Figures.grouped(users)) users, "
          + "\(Figures.grouped(set.ratingCount)) ratings, "
          + "\(Figures.grouped(movies ?? SyntheticMovieLens.movieCount)) movies, seed \(seed)")
    }

    private func generated() -> SyntheticMovieLens {
      var display = ProgressDisplay(total: users, unit: "users", isShown: progress)
      return SyntheticMovieLens(seed: seed, userCount: users, movieCount: movies) {
        display.update($0)
      }
    }
  }
}
