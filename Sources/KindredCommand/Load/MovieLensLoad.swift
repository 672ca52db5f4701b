import JSONCodec
import MovieLens

/// The loading itself: check, read, create what is missing, send.
///
/// Nothing is created before the set has been read without an error.
package struct MovieLensLoad: Sendable {
  package var path: String
  package var collection: String
  package var catalogue: String
  /// Used instead of the set's own mean and deviation.
  package var given: Standardization?
  package var batchSize: Int
  package var showsProgress: Bool

  package init(
    path: String, collection: String = "movielens", catalogue: String = "movies",
    given: Standardization? = nil, batchSize: Int = 1000, showsProgress: Bool = false
  ) {
    self.path = path
    self.collection = collection
    self.catalogue = catalogue
    self.given = given
    self.batchSize = batchSize
    self.showsProgress = showsProgress
  }

  /// Enough for the daemon to parse one request while it syncs another.
  private static let requestsInFlight = 4
  private static let vector = "ratings"

  package func run(_ client: DaemonClient) async throws -> LoadSummary {
    let clock = ContinuousClock()
    let start = clock.now
    let hasCollection = try await checkCollection(client)
    let hasCatalogue = try await client.collection(catalogue) != nil
    let set: MovieLensSet
    let scale: Standardization
    do throws(MovieLensError) {
      set = try MovieLensSet.read(path)
      if let given { scale = given } else { scale = try Standardization(of: set.ratings) }
    } catch {
      throw CommandFailure(error.description)
    }
    let readSeconds = (clock.now - start).inSeconds

    if !hasCatalogue {
      try await client.send(.PUT, collectionPath(catalogue), ["vectors": [:]])
    }
    if !hasCollection {
      try await client.send(
        .PUT, collectionPath(collection), ["sparse_vectors": [Self.vector: [:]]])
    }
    try await sendMovies(of: set, client)
    try await sendUsers(of: set, scale, client)
    return LoadSummary(
      users: set.users.count, ratings: set.ratings.count, movies: set.movies.count,
      readSeconds: readSeconds, seconds: (clock.now - start).inSeconds, scale: scale)
  }

  /// - Returns: whether the collection is there; it then has the vector as we make it.
  private func checkCollection(_ client: DaemonClient) async throws -> Bool {
    guard let info = try await client.collection(collection) else { return false }
    let parameters = try? JSONInput(info).member("config").member("params")
      .optional("sparse_vectors")?.optional(Self.vector)
    guard let parameters else {
      throw CommandFailure(
        "collection '\(collection)' exists and has no sparse vector '\(Self.vector)'; "
          + "choose another with --collection, or delete it: "
          + "kindred collections delete \(collection)")
    }
    guard try parameters.string("modifier", default: "none") == "none" else {
      throw CommandFailure(
        "collection '\(collection)' weighs '\(Self.vector)' by inverse document frequency; "
          + "choose another with --collection")
    }
    return true
  }

  private func sendMovies(of set: MovieLensSet, _ client: DaemonClient) async throws {
    for batch in PointBatches.movies(set.movies, maxPointCount: batchSize) {
      try await client.send(.PUT, pointsPath(catalogue), batch.body)
    }
  }

  private func sendUsers(
    of set: MovieLensSet, _ scale: Standardization, _ client: DaemonClient
  ) async throws {
    var batches = PointBatches(set, scale, maxPointCount: batchSize)
    var display = ProgressDisplay(
      total: set.ratings.count, unit: "ratings", isShown: showsProgress)
    var ratingCount = 0
    let path = pointsPath(collection)
    do {
      try await withThrowingTaskGroup(of: Int.self) { group in
        var inFlightCount = 0
        while true {
          while inFlightCount < Self.requestsInFlight, let batch = batches.nextUsers() {
            inFlightCount += 1
            group.addTask {
              try await client.send(.PUT, path, batch.body)
              return batch.ratingCount
            }
          }
          guard let acknowledged = try await group.next() else { break }
          inFlightCount -= 1
          ratingCount += acknowledged
          display.update(ratingCount)
        }
      }
    } catch let failure as CommandFailure {
      throw CommandFailure(
        failure.reason,
        failure.message + "\n\(Figures.grouped(ratingCount)) of "
          + "\(Figures.grouped(set.ratings.count)) ratings were acknowledged and are kept; "
          + "run the load again to complete it")
    }
  }

  private func collectionPath(_ name: String) -> String {
    "/collections/\(DaemonClient.escaped(name))"
  }

  /// Waiting for the disk is what an acknowledgement is for.
  private func pointsPath(_ name: String) -> String { collectionPath(name) + "/points?wait=true" }
}

/// What a load did.
package struct LoadSummary: Sendable {
  package var users: Int
  package var ratings: Int
  package var movies: Int
  /// Of `seconds`, how many went into reading the files.
  package var readSeconds: Double
  /// From start to the last acknowledgement.
  package var seconds: Double
  package var scale: Standardization

  package var ratingsPerSecond: Double { seconds > 0 ? Double(ratings) / seconds : 0 }

  package var text: String {
    """
    \(Figures.grouped(users)) users, \(Figures.grouped(ratings)) ratings, \
    \(Figures.grouped(movies)) movies in \(Figures.fixed(seconds, places: 2)) s \
    (\(Figures.grouped(Int(ratingsPerSecond))) ratings/s), \
    mean \(scale.mean), deviation \(scale.deviation)
    """
  }

  package var json: JSONObject {
    [
      "users": .integer(Int64(users)), "ratings": .integer(Int64(ratings)),
      "movies": .integer(Int64(movies)), "seconds": .double(seconds),
      "read_seconds": .double(readSeconds), "ratings_per_second": .double(ratingsPerSecond),
      "mean": .double(scale.mean), "std": .double(scale.deviation),
    ]
  }
}
