import MovieLens
import TestSupport
import Testing

struct MovieLensSetTests {
  /// A set's ratings in half stars by user and item, small enough to compare.
  private func ratings(_ set: MovieLensSet) -> [UInt32: [UInt32: UInt8]] {
    var result: [UInt32: [UInt32: UInt8]] = [:]
    for (index, user) in set.users.enumerated() {
      result[user.id] = Dictionary(
        uniqueKeysWithValues: set.ratings(ofUserAt: index).map {
          (set.ratings.items[$0], set.ratings.halfStars[$0])
        })
    }
    return result
  }

  @Test func `double-colon files are read, Latin-1 and all`() throws {
    let folder = try MovieLensFolder(
      [
        "ratings.dat": "1::10::5::978300760\n1::3::4::0\n3::10::1::978300761\n",
        "users.dat": "1::F::1::10::48067\n2::M::56::16::70072\n3::M::25::15::02139-1234\n",
        "movies.dat": "3::Été, L' (1968)::Drama|Children's\n10::Plain::Comedy\n",
      ], latin1: true)
    let set = try folder.read()
    #expect(ratings(set) == [1: [3: 8, 10: 10], 2: [:], 3: [10: 2]])
    #expect(
      set.users[2].payload == [
        "user_id": 3, "gender": "M", "age": 25, "occupation": 15, "zip": "02139-1234",
      ])
    #expect(
      set.movies[0].payload == [
        "movie_id": 3, "title": "Été, L' (1968)", "genres": ["Drama", "Children's"], "year": 1968,
      ])
    #expect(set.movies[1].payload == ["movie_id": 10, "title": "Plain", "genres": ["Comedy"]])
  }

  @Test func `times are kept with the ratings that stay, whatever the order of the file`() throws {
    let folder = try MovieLensFolder([
      "ratings.dat": """
      2::9::3::50
      1::5::3::30
      1::4::2::4294967295
      2::8::1::0
      1::5::4::20

      """,
      "movies.dat": "4::A::Drama\n5::B::Drama\n8::C::Drama\n9::D::Drama\n",
    ])
    let set = try MovieLensSet.read(folder.path, keepsTimes: true)
    #expect(set.ratings.items == [4, 5, 8, 9])
    #expect(set.ratings.halfStars == [4, 8, 2, 6])
    #expect(set.ratings.times == [4_294_967_295, 20, 0, 50])
    #expect(try folder.read().ratings.times.isEmpty)
  }

  @Test func `a time of more than 32 bits cannot be kept`() throws {
    let folder = try MovieLensFolder([
      "ratings.dat": "1::4::2::4294967296\n", "movies.dat": "4::A::Drama\n",
    ])
    #expect(try folder.read().ratings.count == 1)
    #expect(throws: MovieLensError.self) {
      try MovieLensSet.read(folder.path, keepsTimes: true)
    }
  }

  @Test func `ML-10M has half stars, UTF-8 titles and no users`() throws {
    let folder = try MovieLensFolder([
      "ratings.dat": "7::122::3.5::838985046\n7::185::0.5::838983525\n",
      "movies.dat": "122::Amélie (2001)::Comedy\n",
    ])
    let set = try folder.read()
    #expect(ratings(set) == [7: [122: 7, 185: 1]])
    #expect(set.users[0].payload == ["user_id": 7])
    #expect(set.movies[0].title == "Amélie (2001)")
  }

  @Test func `ML-100K is read though its users are not in order`() throws {
    let folder = try MovieLensFolder(
      [
        "u.data": "2\t1\t3\t881250949\n1\t2\t4\t891717742\n2\t2\t1\t878887116\n1\t1\t5\t880606923",
        "u.user": "1|24|M|technician|85711\n2|53|F|other|T8H1N\n",
        "u.genre": "unknown|0\nAction|1\nDrama|2\n\n",
        "u.item": "1|Misérables, Les (1995)|01-Jan-1995||http://x|0|1|1\n2|unknown||||1|0|0\n",
      ], latin1: true)
    let set = try folder.read()
    #expect(ratings(set) == [1: [1: 10, 2: 8], 2: [1: 6, 2: 2]])
    #expect(
      set.users[1].payload == [
        "user_id": 2, "age": 53, "gender": "F", "occupation": "other", "zip": "T8H1N",
      ])
    #expect(set.movies.map(\.title) == ["Misérables, Les (1995)", "unknown"])
    #expect(set.movies.map(\.genres) == [["Action", "Drama"], ["unknown"]])
  }

  @Test func `comma-separated files have quotes, doubled quotes and carriage returns`() throws {
    let folder = try MovieLensFolder([
      "ratings.csv": "userId,movieId,rating,timestamp\r\n1,31,2.5,1260759144\r\n"
        + "1,29,4.0,1260759179\r\n1,1129,2,1260759185,,3.450819672,,3.543608256\r\n",
      "movies.csv": "movieId,title,genres\r\n31,\"American President, The (1995)\",Comedy|Drama\r\n"
        + "29,\"The \"\"Quoted\"\" One (2007) \",(no genres listed)\r\n",
    ])
    let set = try folder.read()
    #expect(ratings(set) == [1: [29: 8, 31: 5, 1129: 4]])
    #expect(
      set.movies == [
        Movie(id: 31, title: "American President, The (1995)", genres: ["Comedy", "Drama"]),
        Movie(id: 29, title: "The \"Quoted\" One (2007) ", genres: []),
      ])
    #expect(set.movies.map(\.year) == [1995, 2007])
  }

  @Test func `of two ratings of one movie by one user the later stays`() throws {
    let folder = try MovieLensFolder([
      "ratings.dat": "1::5::1::0\n2::5::2::0\n1::5::4::0\n1::2::3::0\n1::5::3::0\n",
      "movies.dat": "",
    ])
    let set = try folder.read()
    #expect(ratings(set) == [1: [2: 6, 5: 6], 2: [5: 4]])
    #expect(set.ratings.count == 3)
  }

  @Test func `titles without a year in parentheses have none`() {
    for title in ["", "(1999", "1999)", "Babylon 5", "Show (1994-1996)", "X (95)", "Y (19955)"] {
      #expect(Movie(id: 1, title: title, genres: []).year == nil, "\(title)")
    }
    #expect(Movie(id: 1, title: "(2001)", genres: []).year == 2001)
  }

  @Test(arguments: [
    ("ml-1m", 6040, 993_403, 3883), ("ml-100k", 943, 100_000, 1682),
    ("ml-latest-small", 671, 100_004, 9125),
  ])
  func `the real sets are read whole`(
    name: String, userCount: Int, ratingCount: Int, movieCount: Int
  ) throws {
    guard let folder = movieLensFolder(name) else { return }
    let set = try MovieLensSet.read(folder)
    #expect(set.users.count == userCount)
    #expect(set.ratings.count == ratingCount)
    #expect(set.movies.count == movieCount)
  }
}
