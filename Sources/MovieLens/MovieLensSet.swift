import DataFiles

/// A MovieLens set in memory: everybody in it, what they rated, and the movies.
package struct MovieLensSet: Sendable {
  package let format: MovieLensFormat
  /// Listed in the set's file of users, or with a rating, or both; ids ascend strictly.
  package let users: [MovieLensUser]
  package let ratings: RatingTable
  package let movies: [Movie]
  /// The ranges of users' ratings, by the users' indexes.
  private let ranges: [Range<Int>]

  /// - Parameters:
  ///   - users: ids ascend strictly; everybody who rated is among them.
  package init(
    format: MovieLensFormat, users: [MovieLensUser], ratings: RatingTable, movies: [Movie]
  ) {
    self.format = format
    self.users = users
    self.ratings = ratings
    self.movies = movies
    var index = 0
    ranges = users.map { user in
      guard index < ratings.users.count, ratings.users[index] == user.id else { return 0..<0 }
      index += 1
      return ratings.ratings(ofUserAt: index - 1)
    }
    precondition(index == ratings.users.count, "somebody rated and is not among the users")
  }

  /// Reads the set at `path`, whichever of the formats it has.
  ///
  /// - Parameters:
  ///   - path: its folder, a file in it, or a zip archive with it.
  ///   - keepsTimes: whether to keep when something was rated.
  ///   - onRatings: called now and then with how many bytes of ratings have been read.
  package static func read(
    _ path: String, keepsTimes: Bool = false, onRatings: (Int) -> Void = { _ in }
  ) throws(MovieLensError) -> MovieLensSet {
    let folder = try MovieLensFormat.folder(at: path)
    let format = try MovieLensFormat.detect(in: folder)
    for file in format.files where file != MovieLensFormat.usersFile {
      let path = "\(folder)/\(file)"
      guard ByteSource.exists(path) else { throw .missingFile(path: path, format: format) }
    }
    // The small files first: what is wrong with them shows before the long read.
    let listed = try MovieLensUser.read(format, in: folder)
    let movies = try Movie.read(format, in: folder)
    let ratings = try RatingParser.read(
      "\(folder)/\(format.ratingsFile)", format.ratingLine, keepsTimes: keepsTimes,
      onBlock: onRatings)
    return MovieLensSet(
      format: format, users: union(listed, ratings.users), ratings: ratings, movies: movies)
  }

  /// Where the ratings of `users[index]` are in `ratings`.
  package func ratings(ofUserAt index: Int) -> Range<Int> { ranges[index] }

  /// Keeps the later entry of users that are listed twice.
  private static func union(_ listed: [MovieLensUser], _ rated: [UInt32]) -> [MovieLensUser] {
    var byID: [UInt32: MovieLensUser] = [:]
    byID.reserveCapacity(max(listed.count, rated.count))
    for user in listed { byID[user.id] = user }
    for id in rated where byID[id] == nil { byID[id] = MovieLensUser(id: id) }
    return byID.values.sorted { $0.id < $1.id }
  }
}
