import ArgumentParser
import JSONCodec
import Kindred

/// `kindred tune`: parameters of the recommender for somebody's own data.
struct TuneCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tune",
    abstract: "Choose the recommender's parameters on your own ratings.",
    discussion: """
      Holds two groups of users out, as 'kindred evaluate' does with one: on the first it chooses the \
      parameters that matter, one after the other, on the second, of whom nothing was chosen, it says \
      what that gained.

        kindred tune ~/ml-1m --output tuned.json
        kindred evaluate ~/ml-1m --settings tuned.json

      The file has the members as POST …/recommend and PUT …/item-model/{model} take them. \
      docs/guide/evaluation.md says more.
      """)

  @OptionGroup var options: EvaluationOptions

  @Option(help: "How many of the known ratings are in the query; several count alike, as in 5,all.")
  var queryItems = QueryLengths(argument: "all")!

  @Option(help: "What draws the users and what is known of them.")
  var seed: UInt64 = 0

  @Option(help: "What to tune: neighbors, items (the item model), or both.")
  var methods = Methods([.neighbors, .items])

  @Option(help: "How many settings may be tried, of both together.")
  var budget = 40

  @Option(help: ArgumentHelp("Write what was chosen into this file.", valueName: "file"))
  var output: String?

  @Flag(help: "Print everything as JSON.")
  var json = false

  func validate() throws {
    guard (1...10_000).contains(budget) else {
      throw ValidationError("--budget must be from 1 to 10000")
    }
    guard targets.count == methods.methods.count, budget >= targets.count else {
      throw ValidationError(
        budget < targets.count
          ? "--budget must be 2 or more for two methods"
          : "--methods can be neighbors, items, or both; the others have nothing to tune")
    }
  }

  private var targets: [Tuning.Target] {
    methods.methods.compactMap { Tuning.Target(rawValue: $0.rawValue) }
  }

  func run() async throws {
    try output.map { try OutputFiles.checkWritable($0) }
    let settings = try options.recommenderSettings()
    let set = try await options.ratedSet()
    let relevance = try set.relevance(from: options.relevantFrom)
    let count = try options.heldOutCount(of: set, times: 2)
    options.sayRelevance(relevance)
    let tuning = Tuning(
      targets: targets, seed: seed, heldOutCount: count, lengths: queryItems.lengths,
      budget: budget, queryShare: options.queryShare, order: options.order, settings: settings,
      showsProgress: options.progress)
    let outcome = try await TemporaryFolder.with("kindred-tune") { folder in
      try await tuning.run(on: set, relevance, in: folder)
    }
    let report = TuningReport(tuning: tuning, outcome: outcome, set: set)
    let text = JSONValue.object(report.object).description
    if let output { try OutputFiles.replace(output, with: text + "\n") }
    if json {
      print(text)
    } else {
      for line in report.lines(width: Terminal.standardOutput.width) { print(line) }
    }
  }
}
