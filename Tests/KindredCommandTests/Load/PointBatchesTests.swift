import JSONCodec
import KindredCommand
import MovieLens
import TestSupport
import Testing

struct PointBatchesTests {
  private let scale = Standardization(mean: 3, deviation: 2)!

  private func set(userCount: Int) -> MovieLensSet {
    var ratings = RatingTable.Builder()
    for user in 1...UInt32(userCount) where user != 2 {
      ratings.append(user: user, item: 20, halfStars: 10)
      ratings.append(user: user, item: 5, halfStars: UInt8(user % 10 + 1))
    }
    let users = (1...UInt32(userCount)).map { MovieLensUser(id: $0, details: ["age": 25]) }
    return MovieLensSet(format: .doubleColon, users: users, ratings: ratings.finish(), movies: [])
  }

  @Test func `users are points with their normalised ratings, ascending`() throws {
    var batches = PointBatches(set(userCount: 3), scale, maxPointCount: 10)
    let first = batches.nextUsers()
    let batch = try #require(first)
    #expect(batch.pointCount == 3)
    #expect(batch.ratingCount == 4)
    #expect(batches.nextUsers() == nil)
    #expect(
      String(decoding: batch.body, as: UTF8.self)
        == #"{"points":[{"id":1,"vector":{"ratings":{"indices":[5,20],"values":[-1.0,1.0]}},"#
        + #""payload":{"user_id":1,"age":25}},"#
        + #"{"id":2,"vector":{"ratings":{"indices":[],"values":[]}},"#
        + #""payload":{"user_id":2,"age":25}},"#
        + #"{"id":3,"vector":{"ratings":{"indices":[5,20],"values":[-0.5,1.0]}},"#
        + #""payload":{"user_id":3,"age":25}}]}"#)
  }

  @Test func `batches hold everybody once, none more than asked`() throws {
    var batches = PointBatches(set(userCount: 25), scale, maxPointCount: 10)
    var counts: [Int] = []
    while let batch = batches.nextUsers() {
      counts.append(batch.pointCount)
      _ = try JSONValue.parse(batch.body)
    }
    #expect(counts == [10, 10, 5])
  }

  @Test func `batches end long before the daemon's limit of 32 MiB`() throws {
    var ratings = RatingTable.Builder()
    for user in 1...UInt32(20) {
      for item in 0..<UInt32(50_000) { ratings.append(user: user, item: item, halfStars: 7) }
    }
    let table = ratings.finish()
    let users = table.users.map { MovieLensUser(id: $0) }
    var batches = PointBatches(
      MovieLensSet(format: .commaSeparated, users: users, ratings: table, movies: []), scale,
      maxPointCount: 1000)
    var ratingCount = 0
    while let batch = batches.nextUsers() {
      #expect(batch.body.count < 4 << 20)
      ratingCount += batch.ratingCount
    }
    #expect(ratingCount == 1_000_000)
  }

  @Test func `movies are points without vectors`() throws {
    let movies = (1...5).map { Movie(id: $0, title: "T \"\($0)\" (2000)", genres: ["A"]) }
    let batches = PointBatches.movies(movies, maxPointCount: 2)
    #expect(batches.map(\.pointCount) == [2, 2, 1])
    #expect(
      String(decoding: batches[2].body, as: UTF8.self)
        == #"{"points":[{"id":5,"vector":{},"payload":"#
        + #"{"movie_id":5,"title":"T \"5\" (2000)","genres":["A"],"year":2000}}]}"#)
  }
}
