import Kindred

/// Chooses parameters on people for validation, and says what they are worth on people for the test:
/// nobody of either is a neighbour or trained on.
struct Tuning: Sendable {
  enum Target: String, CaseIterable, Sendable {
    case neighbors, items
  }

  var targets: [Target]
  var seed: UInt64
  /// The number of people for validation, and as many for the test.
  var heldOutCount: Int
  var lengths: [QueryLength]
  /// Settings that may be tried, over all targets.
  var budget: Int
  var queryShare: Double
  var order: HeldOutPeople.Order
  /// The settings from which the search begins.
  var settings: RecommenderSettings
  var showsProgress: Bool

  struct Outcome: Sendable {
    var relevance: Relevance
    var validationCount = 0
    var testCount = 0
    var neighbors: Choice<NeighborParameters>?
    var itemModel: Choice<ItemModelParameters>?
    var gains: [Gain] = []
  }

  struct Choice<Parameters: Sendable>: Sendable {
    var parameters: TunedParameters<Parameters>
    /// With the mean of NDCG@10 over the people for validation and the lengths as score.
    var search: CoordinateSearch.Outcome
    /// The gain of the best setting on these people over the one that the search began from.
    var gain: Estimate?

    /// The best of many settings is a little better by chance alone: it is taken where the interval of
    /// its gain is above 0, and what was there is kept where it is not.
    var isGainCertain: Bool { gain.map { $0.value > $0.margin ?? $0.value } ?? false }
    var places: [Int] { isGainCertain ? search.best : parameters.start }
    var chosen: Parameters { parameters[places] }
  }

  /// The gain on the people kept for the test.
  struct Gain: Sendable {
    var method: RecommendationRequest.Method
    var length: QueryLength
    var before: Observations
    var after: Observations
  }

  func run(
    on set: RatedSet, _ relevance: Relevance, in folder: TemporaryFolder
  ) async throws -> Outcome {
    let people = HeldOutPeople(
      of: set.users,
      .init(
        seed: seed, testCount: heldOutCount, validationCount: heldOutCount,
        queryShare: queryShare, order: order, relevantFrom: relevance.value))
    var outcome = Outcome(relevance: relevance)
    outcome.validationCount = people.validation.count { !$0.relevant.isEmpty }
    outcome.testCount = people.test.count { !$0.relevant.isEmpty }
    guard outcome.validationCount > 0, outcome.testCount > 0 else {
      throw CommandFailure(
        "nobody who is held out likes anything that is hidden: lower --relevant-from, or hold out "
          + "more with --users")
    }
    let activity = ActivityDisplay("writing", isShown: showsProgress)
    defer { activity.end() }
    let store = try await TrainingStore(
      of: set, without: Set((people.test + people.validation).map(\.user)),
      in: "\(folder.path)/\(seed)", activity)
    defer { store.close() }
    activity.end()
    let trial = Trial(set: set, store: store)
    try await search(trial, people.validation, &outcome)
    outcome.gains = try await gains(trial, people.test, outcome)
    return outcome
  }

  // MARK: Choosing

  private func search(
    _ trial: Trial, _ people: [HeldOutPerson], _ outcome: inout Outcome
  ) async throws {
    let activity = ActivityDisplay("searching", isShown: showsProgress)
    defer { activity.end() }
    var left = budget
    for (index, target) in targets.enumerated() {
      // Trials that one target leaves over are for the next.
      let share = max(1, left / (targets.count - index))
      let done = budget - left
      switch target {
      case .neighbors:
        let parameters = TunedParameters(
          from: settings.neighbors ?? NeighborParameters(for: .neighbors))
        outcome.neighbors = try await search(parameters, share, done, activity) { neighbors in
          try observe(
            trial, Contestant(.neighbors, neighbors: neighbors, usesModel: false), people)
        }
        left -= outcome.neighbors?.search.trialCount ?? 0
      case .items:
        let quiet = ActivityDisplay("", isShown: false)
        outcome.itemModel = try await search(
          TunedParameters(from: settings.itemModel), share, done, activity
        ) { model in
          try await trial.store.train(model, quiet)
          return try observe(trial, Contestant(.items), people)
        }
        left -= outcome.itemModel?.search.trialCount ?? 0
      }
    }
  }

  private func search<Parameters>(
    _ parameters: TunedParameters<Parameters>, _ share: Int, _ doneCount: Int,
    _ activity: ActivityDisplay, _ observe: (Parameters) async throws -> Observations
  ) async throws -> Choice<Parameters> {
    let search = CoordinateSearch(counts: parameters.grids.map(\.values.count), budget: share)
    var observations: [[Int]: Observations] = [:]
    var count = doneCount
    let outcome = try await search.run(from: parameters.start) { places in
      count += 1
      activity.note("setting \(count) of at most \(budget)")
      let found = try await observe(parameters[places])
      observations[places] = found
      return found.estimate(.ndcg10)?.value ?? 0
    }
    let best = observations[outcome.best] ?? Observations()
    let start = observations[parameters.start] ?? Observations()
    return Choice(
      parameters: parameters, search: outcome, gain: best.difference(.ndcg10, to: start))
  }

  /// All lengths together: their means count alike, since each asks the same people.
  private func observe(
    _ trial: Trial, _ contestant: Contestant, _ people: [HeldOutPerson]
  ) throws -> Observations {
    var observations = Observations()
    for length in lengths {
      try trial.run(contestant, length, on: people, into: &observations) {}
    }
    return observations
  }

  // MARK: Gains

  private func gains(
    _ trial: Trial, _ people: [HeldOutPerson], _ outcome: Outcome
  ) async throws -> [Gain] {
    let activity = ActivityDisplay("testing", isShown: showsProgress)
    defer { activity.end() }
    let after = RecommenderSettings(
      neighbors: outcome.neighbors?.chosen ?? settings.neighbors,
      itemModel: outcome.itemModel?.chosen ?? settings.itemModel)
    var found: [[Observations]] = []
    for settings in [settings, after] {
      if outcome.itemModel != nil {
        try await trial.store.train(settings.itemModel, activity)
      }
      var observations: [Observations] = []
      for method in testedMethods {
        for length in lengths {
          var own = Observations()
          try trial.run(
            Contestant(
              method, neighbors: settings.neighbors, usesModel: outcome.itemModel != nil),
            length, on: people, into: &own
          ) {}
          observations.append(own)
        }
      }
      found.append(observations)
    }
    let places = testedMethods.flatMap { method in lengths.map { (method, $0) } }
    return zip(places, zip(found[0], found[1])).map { place, pair in
      Gain(method: place.0, length: place.1, before: pair.0, after: pair.1)
    }
  }

  /// Both together where the model is there.
  private var testedMethods: [RecommendationRequest.Method] {
    targets.map { $0 == .neighbors ? .neighbors : .items }
      + (targets.contains(.items) ? [.auto] : [])
  }
}
