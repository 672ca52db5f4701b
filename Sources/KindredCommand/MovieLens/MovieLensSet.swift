/// A MovieLens set in memory: everybody in it, what they rated, and the movies.
package struct MovieLensSet: Sendable {
  package var format: MovieLensFormat
  /// Listed in the set's file of users, or with a rating, or both; ids ascend strictly.
  package var users: [MovieLensUser]
  package var ratings: RatingTable
  package var movies: [Movie]

  package init(
    format: MovieLensFormat, users: [MovieLensUser], ratings: RatingTable, movies: [Movie]
  ) {
    self.format = format
    self.users = users
    self.ratings = ratings
    self.movies = movies
  }

  /// Reads the set in `folder`, whichever of the formats it has.
  package static func read(_ folder: String) throws(MovieLensError) -> MovieLensSet {
    let format = try MovieLensFormat.detect(in: folder)
    for file in format.files.map({ $0.prefix { $0 != " " } }) where file != "users.dat" {
      let path = "\(folder)/\(file)"
      guard TextFile.exists(path) else { throw .missingFile(path: path, format: format) }
    }
    // The small files first: what is wrong with them shows before the long read.
    let listed = try MovieLensUser.read(format, in: folder)
    let movies = try Movie.read(format, in: folder)
    let ratings = try RatingParser.read("\(folder)/\(format.ratingsFile)", format.ratingLine)
    return MovieLensSet(
      format: format, users: union(listed, ratings.users), ratings: ratings, movies: movies)
  }

  /// Calls `body` with every user and where their ratings are in `ratings`, in the order of ids.
  package func forEachUser<E: Error>(
    _ body: (MovieLensUser, Range<Int>) throws(E) -> Void
  ) throws(E) {
    var index = 0
    for user in users {
      if index < ratings.users.count, ratings.users[index] == user.id {
        try body(user, ratings.ratings(ofUserAt: index))
        index += 1
      } else {
        try body(user, 0..<0)
      }
    }
  }

  /// Of users listed twice the later entry stays.
  private static func union(_ listed: [MovieLensUser], _ rated: [UInt32]) -> [MovieLensUser] {
    var byID: [UInt32: MovieLensUser] = [:]
    byID.reserveCapacity(max(listed.count, rated.count))
    for user in listed { byID[user.id] = user }
    for id in rated where byID[id] == nil { byID[id] = MovieLensUser(id: id) }
    return byID.values.sorted { $0.id < $1.id }
  }
}
