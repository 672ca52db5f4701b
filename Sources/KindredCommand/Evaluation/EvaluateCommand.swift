import ArgumentParser
import JSONCodec
import Kindred

/// `kindred evaluate`: what the recommender is worth on somebody's own data.
struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure the recommender on your own ratings.",
    discussion: """
      Holds users out, loads all others into a temporary store that is removed afterwards, and asks \
      that for each who was held out, with a part of their ratings as the query: how much of what they \
      like among the rest is found?

        kindred evaluate ~/ml-1m --query-items 5,11,20,all
        kindred evaluate ratings.csv --items books.csv --by-time
        kindred evaluate --data-dir ./data --collection movielens --plot quality.svg

      What the figures mean, and what they do not, is told in docs/guide/evaluation.md.
      """)

  @OptionGroup var options: EvaluationOptions

  @Option(help: "How many of the known ratings are in the query, as in 5,11,20,all.")
  var queryItems = QueryLengths(argument: "all")!

  @Option(help: "What draws the users and what is known of them; several, as in 0,1,2.")
  var seed = Seeds(argument: "0")!

  @Option(help: "Which methods: popular, neighbors, items, auto, notebook.")
  var methods = Methods([.popular, .notebook, .neighbors, .items, .auto])

  @Option(help: "The method that the others are held against.")
  var baseline: RecommendationRequest.Method = .popular

  @Flag(inversion: .prefixedNo, help: "Whether 'auto' has an item model; 'items' needs one.")
  var model = true

  @Option(help: ArgumentHelp("Draw NDCG@10 into this file, as SVG.", valueName: "file"))
  var plot: String?

  @Flag(help: "Print everything as JSON.")
  var json = false

  func validate() throws {
    guard model || !methods.methods.contains(.items) || isDefault else {
      throw ValidationError("the method 'items' is the item model: leave --no-model out")
    }
    guard model || baseline != .items else {
      throw ValidationError("the baseline 'items' is the item model: leave --no-model out")
    }
    if let plot, let name = plot.split(separator: "/").last, let dot = name.lastIndex(of: "."),
      name[dot...].lowercased() != ".svg"
    {
      throw ValidationError("--plot draws SVG, which '\(name[dot...])' does not say: name it .svg")
    }
  }

  private var isDefault: Bool {
    methods.methods == [.popular, .notebook, .neighbors, .items, .auto]
  }

  /// Popularity, the baseline and the chosen methods; without an item model, not `items`.
  private var contestants: [RecommendationRequest.Method] {
    var found: [RecommendationRequest.Method] = [.popular]
    for method in [baseline] + methods.methods where !found.contains(method) {
      if method != .items || model { found.append(method) }
    }
    return found
  }

  func run() async throws {
    try plot.map { try OutputFiles.checkWritable($0) }
    let settings = try options.recommenderSettings()
    let set = try await options.ratedSet()
    let relevance = try set.relevance(from: options.relevantFrom)
    let count = try options.heldOutCount(of: set)
    options.sayRelevance(relevance)
    let evaluation = Evaluation(
      seeds: seed.seeds, heldOutCount: count, lengths: queryItems.lengths, methods: contestants,
      baseline: baseline, queryShare: options.queryShare, order: options.order, usesModel: model,
      settings: settings,
      showsProgress: options.progress)
    let outcome = try await TemporaryFolder.with("kindred-evaluate") { folder in
      try await evaluation.run(on: set, relevance, in: folder)
    }
    if let plot {
      try OutputFiles.replace(plot, with: picture(evaluation, outcome).svg)
    }
    if json {
      print(
        JSONValue.object(
          EvaluationJSON(evaluation: evaluation, outcome: outcome, set: set).object))
    } else {
      let tables = EvaluationTables(evaluation: evaluation, outcome: outcome)
      for line in tables.lines(width: Terminal.standardOutput.width) { print(line) }
    }
  }

  private func picture(_ evaluation: Evaluation, _ outcome: Evaluation.Outcome) -> EvaluationPlot {
    EvaluationPlot(
      title: "\(Figures.grouped(outcome.askedCount)) people held out, 95 % intervals",
      lengths: evaluation.lengths.map(\.text),
      series: evaluation.methods.map { method in
        .init(
          name: method.rawValue,
          estimates: evaluation.lengths.map { outcome[method, $0].estimate(.ndcg10) })
      })
  }
}
