import ArgumentParser
import DataFiles
import MovieLens

/// Options that name the columns of files of ratings, and how ratings become weights.
struct RatingFileOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The column with the user.", valueName: "name|number"))
  var user: String?

  @Option(help: ArgumentHelp("The column with the item.", valueName: "name|number"))
  var item: String?

  @Option(help: ArgumentHelp("The column with the rating.", valueName: "name|number"))
  var rating: String?

  @Option(
    help: ArgumentHelp(
      "The column with the time: of several ratings of one item the latest stays.",
      valueName: "name|number"))
  var time: String?

  @Option(
    help: ArgumentHelp(
      "What stands between fields: one character, '::' or 'tab'.", valueName: "text"))
  var separator: String?

  @Flag(inversion: .prefixedNo, help: "Whether the first line names the columns.")
  var header: Bool?

  @Flag(help: "Skip malformed lines, and say how many and which came first.")
  var skipBad = false

  @Option(
    help: "How ratings become weights: \(Scale.allCases.map(\.rawValue).joined(separator: ", ")).")
  var scale: Scale?

  @Option(help: "For --scale zscore: the mean to subtract; with --std.")
  var mean: Double?

  @Option(help: "For --scale zscore: the deviation to divide by; with --mean.")
  var std: Double?

  @Option(help: "For --scale likes: the least rating that is liked; else the mean.")
  var likedFrom: Double?

  @Option(help: ArgumentHelp("A table of the items, for titles and filters.", valueName: "file"))
  var items: String?

  func validate() throws {
    guard (mean == nil) == (std == nil) else {
      throw ValidationError("--mean and --std go together")
    }
    if let mean, let std {
      guard (scale ?? .zscore) == .zscore else {
        throw ValidationError("--mean and --std are for --scale zscore")
      }
      guard Standardization(mean: mean, deviation: std) != nil, std >= 1e-15, mean.magnitude <= 1e15
      else { throw ValidationError("--mean must be up to 1e15, --std from 1e-15") }
    }
    guard likedFrom == nil || scale == .likes else {
      throw ValidationError("--liked-from is for --scale likes")
    }
    guard likedFrom?.isFinite ?? true else {
      throw ValidationError("--liked-from must be a number")
    }
    if let separator {
      guard separator.count == 1 || separator == "::" || separator == "tab",
        !["\"", "\n", "\r"].contains(separator)
      else { throw ValidationError("--separator is one character, '::' or 'tab'") }
    }
  }

  /// Whether there is any of these options.
  var isAnyGiven: Bool { isAnyForColumns || mean != nil }

  /// Whether there is any beside the mean and the deviation.
  var isAnyForColumns: Bool {
    [user, item, rating, time, separator, items].contains { $0 != nil } || header != nil || skipBad
      || scale != nil || likedFrom != nil
  }

  /// How the files are read.
  var reading: RatingFiles.Options {
    var options = RatingFiles.Options()
    options.shape = TableShape.Options(
      separator: separator == "tab" ? "\t" : separator, hasHeader: header)
    for (role, column) in [
      (RatingRole.user, user), (.item, item), (.rating, rating), (.time, time),
    ] { options.columns[role] = column }
    options.skipsBadLines = skipBad
    options.needsCounts = scale == .log
    return options
  }

  /// The mean and the deviation that were given instead of the set's own.
  var standardization: Standardization? {
    mean.flatMap { mean in std.flatMap { Standardization(mean: mean, deviation: $0) } }
  }
}
