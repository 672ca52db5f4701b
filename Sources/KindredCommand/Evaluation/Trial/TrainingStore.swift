import JSONCodec
import Kindred
import SparseIndex

/// A store of its own in which nobody is who is held out: what a daemon would be that has never heard of
/// them. It answers with the daemon's own engine.
struct TrainingStore: Sendable {
  private let store: Store
  let facts: ItemFacts

  private static let people = "people"
  private static let items = "items-of-people"
  private static let model = "items"
  /// Ratings in one write, and points where they have none.
  private static let batchRatingCount = 100_000
  private static let batchPointCount = 1000

  /// - Parameters:
  ///   - heldOut: numbers of users who are left out.
  ///   - folder: made where it is not there.
  init(
    of set: RatedSet, without heldOut: Set<Int>, in folder: String,
    _ activity: ActivityDisplay
  ) async throws(CommandFailure) {
    do throws(StoreError) {
      store = try Store.open(folder)
    } catch {
      throw Self.failure(error, in: folder)
    }
    let known = (0..<set.users.count).filter { !heldOut.contains($0) }
    var raterCounts: [UInt32: Int] = [:]
    for user in known {
      let items = set.users.items[set.users.ratings(of: user)]
      for item in items { raterCounts[item, default: 0] += 1 }
    }
    facts = ItemFacts(
      raterCounts: raterCounts, peopleCount: known.count, catalogue: set.catalogue)
    do throws(StoreError) {
      try await fill(set, known, activity)
    } catch {
      store.abandon()
      throw Self.failure(error, in: folder)
    }
  }

  private static func failure(_ error: StoreError, in folder: String) -> CommandFailure {
    CommandFailure(
      "\(error) (in the temporary folder '\(folder)'; set TMPDIR to another, with room)")
  }

  private func fill(
    _ set: RatedSet, _ known: [Int], _ activity: ActivityDisplay
  ) async throws(StoreError) {
    try await store.createCollection(Self.items, CollectionConfiguration())
    try await store.createCollection(
      Self.people,
      CollectionConfiguration(sparseVectors: ["ratings": SparseVectorParameters()]))
    var points: [Point] = []
    for (item, payload) in set.catalogue.sorted(by: { $0.key < $1.key }) {
      points.append(Point(id: .integer(UInt64(item)), payload: payload))
      if points.count == Self.batchPointCount {
        try await store.upsert(points, into: Self.items)
        points = []
      }
    }
    try await store.upsert(points, into: Self.items)
    points = []
    var (waiting, written) = (0, 0)
    for user in known {
      let ratings = set.users.vector(of: user)
      points.append(Point(id: set.users.ids[user], vectors: ["ratings": .sparse(ratings)]))
      waiting += ratings.count
      guard waiting >= Self.batchRatingCount || points.count == Self.batchPointCount else {
        continue
      }
      try await store.upsert(points, into: Self.people)
      written += waiting
      activity.note("\(Figures.grouped(written)) ratings")
      (points, waiting) = ([], 0)
    }
    try await store.upsert(points, into: Self.people)
    // Compacted, like a daemon's collection that has been left alone for a while.
    try await store.compact()
  }

  /// Trains the item model, in the place of the one before.
  func train(
    _ parameters: ItemModelParameters, _ activity: ActivityDisplay
  ) async throws(CommandFailure) {
    var parameters = parameters
    parameters.catalogue = Self.items
    do throws(StoreError) {
      try store.trainItemModel(Self.model, of: Self.people, parameters)
    } catch {
      throw CommandFailure("the item model cannot be trained: \(error)")
    }
    while true {
      let progress = store.itemModelProgress(Self.model, of: Self.people)
      switch progress?.state {
      case .training, .publishing:
        activity.note("\(Figures.fixed((progress?.progress ?? 0) * 100, places: 0)) %")
        try? await Task.sleep(for: .milliseconds(20))
      case .ready: return
      case .failed, .cancelled, nil:
        throw CommandFailure(
          "the item model was not trained: \(progress?.reason ?? "it was cancelled"); leave the "
            + "methods 'items' and 'auto' out with --methods, or say --no-model")
      }
    }
  }

  /// Recommendations to one person after the other, from one state of the collections.
  /// - Parameter usesModel: as a collection that has one does.
  func answers(usesModel: Bool) throws(CommandFailure) -> Answers {
    do throws(StoreError) {
      let people = try store.collection(Self.people)
      return Answers(
        people: people, items: try store.collection(Self.items),
        model: usesModel ? store.itemModel(Self.model, of: people) : nil)
    } catch {
      throw CommandFailure(storing: error)
    }
  }

  /// Lets go of the folder.
  func close() { store.abandon() }

  struct Answers: Sendable {
    fileprivate let people: CollectionView
    fileprivate let items: CollectionView
    fileprivate let model: ItemModel?

    func recommend(_ request: RecommendationRequest) throws(CommandFailure) -> [UInt32] {
      do throws(StoreError) {
        return try people.recommend(request, catalogue: items, model: model).items.map(\.id)
      } catch {
        throw CommandFailure(storing: error)
      }
    }
  }
}
