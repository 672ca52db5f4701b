import Kindred

/// Methods held against each other on the same people.
struct Evaluation: Sendable {
  var seeds: [UInt64]
  /// People held out in each draw.
  var heldOutCount: Int
  var lengths: [QueryLength]
  /// Without repetition; the baseline among them.
  var methods: [RecommendationRequest.Method]
  var baseline: RecommendationRequest.Method
  var queryShare: Double
  var order: HeldOutPeople.Order
  var usesModel: Bool
  var settings = RecommenderSettings()
  var showsProgress: Bool

  struct Outcome: Sendable {
    /// Observations, by method and length.
    var observations: [Key: Observations] = [:]
    /// People who were held out, over all draws, and those of them with something to be found.
    var heldOutCount = 0
    var askedCount = 0
    /// Seconds that training the item model took, the mean over the draws.
    var trainingSeconds: Double?
    var relevance: Relevance
    var haveGenres = false

    struct Key: Hashable, Sendable {
      var method: RecommendationRequest.Method
      var length: QueryLength
    }

    subscript(method: RecommendationRequest.Method, length: QueryLength) -> Observations {
      observations[Key(method: method, length: length)] ?? Observations()
    }
  }

  private var contestants: [Contestant] {
    methods.map { Contestant($0, neighbors: settings.neighbors, usesModel: usesModel) }
  }

  func run(
    on set: RatedSet, _ relevance: Relevance, in folder: TemporaryFolder
  ) async throws -> Outcome {
    var outcome = Outcome(relevance: relevance)
    for seed in seeds {
      let people = HeldOutPeople(
        of: set.users,
        .init(
          seed: seed, testCount: heldOutCount, queryShare: queryShare, order: order,
          relevantFrom: relevance.value))
      let askedCount = people.test.count { !$0.relevant.isEmpty }
      outcome.heldOutCount += people.test.count
      outcome.askedCount += askedCount
      guard askedCount > 0 else { continue }
      try await run(on: set, people.test, seed, in: folder, &outcome)
    }
    guard outcome.askedCount > 0 else {
      throw CommandFailure(
        "nobody who is held out likes anything that is hidden: lower --relevant-from, or hold out "
          + "more with --users")
    }
    return outcome
  }

  private func run(
    on set: RatedSet, _ people: [HeldOutPerson], _ seed: UInt64, in folder: TemporaryFolder,
    _ outcome: inout Outcome
  ) async throws {
    let title = seeds.count > 1 ? "seed \(seed): " : ""
    let activity = ActivityDisplay("\(title)writing", isShown: showsProgress)
    defer { activity.end() }
    let store = try await TrainingStore(
      of: set, without: Set(people.map(\.user)), in: "\(folder.path)/\(seed)", activity)
    defer {
      store.close()
      folder.clear()
    }
    activity.end()
    outcome.haveGenres = store.facts.haveGenres
    if contestants.contains(where: \.usesModel) {
      let training = ActivityDisplay("\(title)training the item model", isShown: showsProgress)
      defer { training.end() }
      let start = ContinuousClock().now
      try await store.train(settings.itemModel, training)
      let seconds = (ContinuousClock().now - start).seconds / Double(seeds.count)
      outcome.trainingSeconds = (outcome.trainingSeconds ?? 0) + seconds
    }
    let askedCount = people.count { !$0.relevant.isEmpty }
    var display = ProgressDisplay(
      total: askedCount * lengths.count * methods.count, unit: "recommendations",
      isShown: showsProgress)
    var doneCount = 0
    let trial = Trial(set: set, store: store)
    for length in lengths {
      for contestant in contestants {
        try trial.run(
          contestant, length, on: people,
          into: &outcome.observations[
            .init(method: contestant.method, length: length), default: Observations()]
        ) {
          doneCount += 1
          display.update(doneCount)
        }
      }
    }
  }
}
