import Kindred
import SparseIndex

/// A method, and how it is asked.
struct Contestant: Sendable {
  var method: RecommendationRequest.Method
  var neighbors: NeighborParameters
  /// Whether there is an item model where the method can use one.
  var usesModel: Bool

  init(
    _ method: RecommendationRequest.Method, neighbors: NeighborParameters? = nil,
    usesModel: Bool = true
  ) {
    self.method = method
    // The notebook is what it is.
    let own = method == .notebook ? nil : neighbors
    self.neighbors = own ?? NeighborParameters(for: method)
    self.usesModel = usesModel && (method == .items || method == .auto)
  }
}

/// Asks a method about people who are held out, one after the other, so that times mean something.
struct Trial {
  let set: RatedSet
  let store: TrainingStore

  /// Adds an observation of each person who has something to be found; of the others nothing can be
  /// said, whatever the method.
  ///
  /// Known items that a shorter query leaves out are neither asked for nor counted, so all lengths
  /// are held against the same items. Hidden items, liked or not, may be recommended, and so may
  /// all others: nothing is drawn from them.
  func run(
    _ contestant: Contestant, _ length: QueryLength, on people: [HeldOutPerson],
    into observations: inout Observations, onPerson: () -> Void
  ) throws(CommandFailure) {
    let answers = try store.answers(usesModel: contestant.usesModel)
    let clock = ContinuousClock()
    observations.beginDraw(itemCount: store.facts.itemCount)
    for person in people where !person.relevant.isEmpty {
      let query = length.query(of: person.known)
      let others = person.known[query.endIndex...]
      let request = RecommendationRequest(
        subject: .ratings(set.query(of: query)), method: contestant.method,
        neighbors: contestant.neighbors, exclude: others.map { set.users.items[$0] },
        excludeRated: true, limit: RankedList.depth)
      let start = clock.now
      let items = try answers.recommend(request)
      let seconds = (clock.now - start).seconds
      observations.add(
        items, for: person.user, relevant: person.relevant, store.facts, seconds: seconds)
      onPerson()
    }
  }
}
