import JSONCodec
import Kindred
import KindredServer
import MovieLens
import StorageIO

/// The loading itself: check, read, create what is missing, send.
///
/// Nothing is created before the set has been read without an error.
package struct MovieLensLoad: Sendable {
  package var path: String
  package var collection: String
  package var catalogue: String
  /// Used instead of the set's own mean and deviation.
  package var given: Standardization?
  /// Whether to keep when a movie was rated.
  package var keepsTimes: Bool
  package var mode: SetTarget.Mode
  package var batchSize: Int
  package var showsProgress: Bool
  var sharding = ShardOptions.Sharding()

  package init(
    path: String, collection: String = "movielens", catalogue: String = "movies",
    given: Standardization? = nil, keepsTimes: Bool = false, mode: SetTarget.Mode = .careful,
    batchSize: Int = 1000, showsProgress: Bool = false
  ) {
    self.path = path
    self.collection = collection
    self.catalogue = catalogue
    self.given = given
    self.keepsTimes = keepsTimes
    self.mode = mode
    self.batchSize = batchSize
    self.showsProgress = showsProgress
  }

  package func run(_ client: DaemonClient) async throws -> LoadSummary {
    let clock = ContinuousClock()
    let start = clock.now
    var record = SetRecord(
      kind: "movielens", source: [absolutePath(path)], collection: collection,
      catalogue: catalogue)
    if keepsTimes { record.times = RatingTime.vectorName }
    var target = SetTarget(record, mode)
    target.sharding = sharding
    let present = try await target.check(client)
    let set: MovieLensSet
    let scale: Standardization
    Interruption.say { "nothing has been sent" }
    let activity = ActivityDisplay("reading '\(path)'", isShown: showsProgress)
    defer { activity.end() }
    do throws(MovieLensError) {
      set = try MovieLensSet.read(path, keepsTimes: keepsTimes) { activity.note(Figures.bytes($0)) }
      if let given { scale = given } else { scale = try Standardization(of: set.ratings) }
    } catch {
      throw CommandFailure(error)
    }
    activity.end()
    if let latest = set.ratings.times.max(), RatingTime.weight(of: Int64(latest)) == nil {
      throw CommandFailure(
        "'\(path)' has the timestamp \(latest), and a time that is kept must be in "
          + RatingTime.boundsText)
    }
    let readSeconds = (clock.now - start).seconds

    record.mean = scale.mean
    record.deviation = scale.deviation
    record.ratingCount = set.ratings.count
    record.loadedAt = Machine.timestamp + "Z"
    let isUpdate = mode != .replace
    let storedUsers =
      isUpdate && present.hasCollection ? try await StoredPoints(of: collection, client) : nil
    let storedMovies =
      isUpdate && present.hasCatalogue ? try await StoredPoints(of: catalogue, client) : nil
    try await target.begin(record, present, client)
    try await sendMovies(of: set, client)
    try await sendUsers(of: set, scale, client)
    let users = set.users.lazy.map { UInt64($0.id) }
    let movies = set.movies.lazy.map { UInt64($0.id) }
    _ = try await storedUsers?.removeAll(except: users, from: collection, client)
    _ = try await storedMovies?.removeAll(except: movies, from: catalogue, client)
    try await target.finish(record, client)
    return LoadSummary(
      users: set.users.count, ratings: set.ratings.count, movies: set.movies.count,
      readSeconds: readSeconds, seconds: (clock.now - start).seconds, scale: scale)
  }

  private func sendMovies(of set: MovieLensSet, _ client: DaemonClient) async throws {
    var batches = PointBatches.movies(set.movies, maxPointCount: batchSize)[...]
    try await PointSender(client: client, ratingCount: 0, showsProgress: false)
      .send(to: catalogue) { batches.popFirst() }
  }

  private func sendUsers(
    of set: MovieLensSet, _ scale: Standardization, _ client: DaemonClient
  ) async throws {
    var batches = PointBatches(set, scale, maxPointCount: batchSize)
    let sender = PointSender(
      client: client, ratingCount: set.ratings.count, showsProgress: showsProgress)
    try await sender.send(to: collection) { batches.nextUsers() }
  }
}

/// The summary of a load.
package struct LoadSummary: Sendable {
  package var users: Int
  package var ratings: Int
  package var movies: Int
  /// The part of `seconds` that went into reading the files.
  package var readSeconds: Double
  /// The time from the start to the last acknowledgement.
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
