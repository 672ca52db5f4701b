import Foundation
import MovieLens
import TestSupport
import Testing

struct MovieLensErrorTests {
  private static let ratingLine =
    "expected user::movie::rating::timestamp with a rating of 0.5 to 5 in half stars"

  @Test(arguments: [
    "1::2::3", "1::2::3::", "1:2:3:4", "1::2::6::0", "1::2::0::0", "1::2::3.25::0", "1::2::-3::0",
    "1::2::3::0::9", "1::2::3::x", "x::2::3::0", "::2::3::0", "1::4294967296::3::0",
    "1::99999999999999999999::3::0", " 1::2::3::0", "1::2::NaN::0", "1::2::3::0 ",
  ])
  func `a malformed rating is named by file and line`(line: String) throws {
    let folder = try MovieLensFolder([
      "ratings.dat": "1::1::5::0\r\n\n\(line)\n1::3::5::0\n", "movies.dat": "",
    ])
    #expect(folder.complaint() == "ratings.dat:3: \(Self.ratingLine)")
    let last = try MovieLensFolder(["ratings.dat": "1::1::5::0\n\(line)", "movies.dat": ""])
    #expect(last.complaint() == "ratings.dat:2: \(Self.ratingLine)")
  }

  @Test func `a malformed line far into a large file has the right number`() throws {
    let good = String(repeating: "1::2::3::978300760\n", count: 500_000)
    let folder = try MovieLensFolder(["ratings.dat": good + "1::2\n" + good, "movies.dat": ""])
    #expect(folder.complaint() == "ratings.dat:500001: \(Self.ratingLine)")
  }

  @Test func `malformed users and movies are named by file and line`() throws {
    let ratings = "1::1::5::0\n"
    #expect(
      try MovieLensFolder(["ratings.dat": ratings, "movies.dat": "1::A::B\n2::A\n"]).complaint()
        == "movies.dat:2: expected movie::title::genres")
    #expect(
      try MovieLensFolder([
        "ratings.dat": ratings, "movies.dat": "", "users.dat": "1::F::old::10::48067\n",
      ]).complaint() == "users.dat:1: expected user::gender::age::occupation::zip")
  }

  @Test func `comma-separated files need their header, closed quotes and UTF-8`() throws {
    let ratings = "userId,movieId,rating,timestamp\n"
    let movies = "movieId,title,genres\n"
    func complaint(_ ratings: String, _ movies: String, latin1: Bool = false) throws -> String? {
      try MovieLensFolder(["ratings.csv": ratings, "movies.csv": movies], latin1: latin1)
        .complaint()
    }
    #expect(try complaint(ratings, movies) == nil)
    #expect(
      try complaint("1,2,3,4\n", movies)
        == "ratings.csv:1: expected the header userId,movieId,rating,timestamp")
    #expect(
      try complaint(ratings, "1,A,B\n")
        == "movies.csv:1: expected the header movieId,title,genres")
    for line in ["1,\"A,B", "1,\"A\"B,C", "1,A", "1,A,B,C", "x,A,B"] {
      #expect(
        try complaint(ratings, movies + line + "\n")
          == "movies.csv:2: expected movieId,title,genres")
    }
    #expect(
      try complaint(ratings, movies + "1,é,B\n", latin1: true)
        == "movies.csv:2: expected movieId,title,genres")
  }

  @Test func `a first block without a newline is a line like any other`() throws {
    let header = "userId,movieId,rating,timestamp"
    func ratings(_ text: String) throws -> MovieLensFolder {
      try MovieLensFolder(["ratings.csv": text, "movies.csv": "movieId,title,genres"])
    }
    #expect(try ratings(header).read().ratings.count == 0)
    #expect(try ratings(header + "\r\n1,2,3,4").read().ratings.count == 1)
    let wrong = "ratings.csv:1: expected the header \(header)"
    for text in ["", "userId", "\u{FEFF}\(header)", "\0\0\0", header + "x"] {
      #expect(try ratings(text).complaint() == (text.isEmpty ? nil : wrong))
    }
    let longest = String(repeating: "9", count: 1 << 20)
    #expect(try ratings(longest).complaint() == wrong)
    let tooLong = try #require(try ratings(longest + "99").complaint())
    #expect(tooLong.contains("has a line of more than 1048576 bytes"))
    let dat = try MovieLensFolder(["ratings.dat": "1::2::3::4", "movies.dat": "1::A::B"])
    #expect(try dat.read().ratings.count == 1)
  }

  @Test func `a folder that is no set says what was expected`() throws {
    let empty = try #require(try MovieLensFolder([:]).complaint())
    #expect(empty.contains("holds no MovieLens ratings; expected one of"))
    #expect(empty.contains("u.data, u.item, u.genre, u.user"))
    let missing = #expect(throws: MovieLensError.self) { try MovieLensSet.read("/nowhere") }
    #expect("\(try #require(missing))".contains("'/nowhere' does not exist or cannot be read"))
    let two = try MovieLensFolder(["ratings.dat": "", "ratings.csv": ""]).complaint()
    #expect(two?.contains("holds several sets (ratings.dat, ratings.csv)") == true)
    let half = try MovieLensFolder(["u.data": "", "u.item": ""]).complaint()
    #expect(
      half
        == "'u.genre' is missing; a folder in the format of ML-100K has "
        + "u.data, u.item, u.genre, u.user")
  }

  @Test func `a file that is a directory is an error of reading it`() throws {
    let folder = try MovieLensFolder(["movies.dat": ""])
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/ratings.dat", withIntermediateDirectories: false)
    #expect(folder.complaint()?.hasPrefix("cannot read 'ratings.dat'") == true)
  }
}
