import Foundation
import JSONCodec
import KindredCommand
import TestSupport
import Testing

/// One's own files, as people have them, through a real daemon.
@Suite(.serialized) struct OwnDataTests {
  /// As Book-Crossing has them: semicolons, quotes, Latin-1; here also CRLF and no last newline.
  private static let books = """
    "User-ID";"ISBN";"Book-Rating"\r
    "276725";"034545104X";"5"\r
    "276725";"0195153448";"1"\r
    \r
    "276726";"034545104X";"5"\r
    "276726";"B00005N5PF";"4"\r
    "276726";"0195153448";"2"\r
    "276727";"0195153448";"5"\r
    "276727";"034545104X";"1"
    """
  private static let titles = """
    "ISBN";"Book-Title";"Year-Of-Publication";"Publisher"
    "034545104X";"Café; a novel";"2002";"Ballantine"
    "0195153448";"The ""Classical"" Mythology";"1999";"Oxford"
    "B00005N5PF";"Gamma";"NULL";"02139"

    """

  private func points(_ daemon: RunningDaemon, _ collection: String) async throws -> [JSONInput] {
    try await DaemonClient.withClient(socketPath: daemon.socket) { client in
      let page = try await client.send(
        .POST, "/collections/\(collection)/points/scroll",
        ["limit": 1000, "with_payload": true, "with_vector": true])
      return try JSONInput(page).member("points").elements().map(\.self)
    }
  }

  private func keys(_ daemon: RunningDaemon, _ collection: String) async throws -> [String: Int] {
    var keys: [String: Int] = [:]
    for point in try await points(daemon, collection) {
      keys[try point.member("payload").string("key")] = try point.int("id")
    }
    return keys
  }

  @Test func `keys get numbers that stay, titles and users are shown, what has gone is removed`()
    async throws
  {
    let folder = try MovieLensFolder(
      ["books.csv": Self.books, "titles.csv": Self.titles, "people.csv": "user,age\n276726,25\n"],
      latin1: true)
    let daemon = try await RunningDaemon(in: folder)
    let load = [
      "load", "ratings", "\(folder.path)/books.csv", "--items", "\(folder.path)/titles.csv",
      "--users", "\(folder.path)/people.csv", "--collection", "books",
    ]
    let first = try await daemon.kindred(load)
    #expect(first.code == 0, "\(first.errors)")
    #expect(first.output.hasPrefix("3 users, 7 ratings, 3 items in "))
    #expect(
      first.errors.contains(
        "books.csv: separated by ';', with names; user 'User-ID', item 'ISBN', rating 'Book-Rating'"
      ))
    let numbers = try await keys(daemon, "books-items")
    #expect(numbers == ["034545104X": 1, "0195153448": 2, "B00005N5PF": 3])
    let item = try #require(try await points(daemon, "books-items").last).member("payload")
    #expect(item.value == ["title": "Gamma", "Publisher": "02139", "key": "B00005N5PF"])
    let user = try #require(try await points(daemon, "books").dropFirst().first)
    #expect(try user.int("id") == 276_726)
    #expect(try user.member("payload").value == ["age": 25])

    let question = [
      "recommend", "--like", "cafe", "--dislike", "mythology", "--collection", "books",
      "--catalogue", "books-items", "--neighbors", "2",
    ]
    let answer = try await daemon.kindred(question)
    #expect(answer.output.contains("B00005N5PF  Gamma"), "\(answer.output)\(answer.errors)")

    // The file grows at its front and loses a user: numbers stay, and the user goes.
    let grown = Self.books.replacingOccurrences(
      of: "\"276725\";\"034545104X\";\"5\"\r\n\"276725\";\"0195153448\";\"1\"",
      with: "\"1\";\"NEW\";\"5\"\r\n\"1\";\"0195153448\";\"3\"")
    try grown.data(using: .isoLatin1)!.write(to: URL(fileURLWithPath: "\(folder.path)/books.csv"))
    let second = try await daemon.kindred(load + ["--json"])
    #expect(second.code == 0, "\(second.errors)")
    let summary = try JSONInput(JSONValue.parse(second.output))
    #expect(try summary.int("removed") == 1)
    #expect(try summary.member("kindred").string("items") == "keys")
    #expect(try summary.member("kindred").string("users") == "numbers")
    let again = try await keys(daemon, "books-items")
    #expect(again == ["034545104X": 1, "0195153448": 2, "B00005N5PF": 3, "NEW": 4])
    #expect(try await points(daemon, "books").map { try $0.int("id") } == [1, 276_726, 276_727])

    let stats = try await daemon.kindred("stats")
    #expect(
      stats.output.contains("books: ratings from \(folder.path)/books.csv, zscore with mean"),
      "\(stats.output)\(stats.errors)")
    _ = await daemon.stop()
  }

  @Test func `another set is refused with the way out, and nothing changes`() async throws {
    let folder = try MovieLensFolder([
      "a.tsv": "ann\tx\t5\nbob\ty\t3\n", "b.tsv": "cid\tz\t4\ncid\tx\t2\n",
    ])
    let daemon = try await RunningDaemon(in: folder)
    let (a, b) = ("\(folder.path)/a.tsv", "\(folder.path)/b.tsv")
    #expect(try await daemon.kindred("load", "ratings", a).code == 0)
    let refused = try await daemon.kindred("load", "ratings", b)
    #expect(refused.code == 1)
    #expect(
      refused.errors == "kindred: collection 'ratings' holds another set, ratings from \(a); "
        + "choose another with --collection, say --update when this is the same set (what it no "
        + "longer has is removed), or --replace to delete what is there first\n")
    #expect(try await keys(daemon, "ratings") == ["ann": 1, "bob": 2])
    #expect(try await daemon.kindred("load", "ratings", b, "--update").code == 0)
    #expect(try await keys(daemon, "ratings") == ["cid": 3])
    #expect(try await keys(daemon, "ratings-items") == ["x": 1, "z": 3])
    #expect(try await daemon.kindred("load", "ratings", a, "--replace").code == 0)
    #expect(try await keys(daemon, "ratings") == ["ann": 1, "bob": 2])
    let movies = try MovieLensFolder(["ratings.dat": "1::1::5::0\n1::2::3::0\n", "movies.dat": ""])
    let mixed = try await daemon.kindred(
      "load", "movielens", movies.path, "--collection", "ratings")
    #expect(mixed.code == 1)
    _ = await daemon.stop()
  }

  @Test func `a malformed line stops the load before anything is made, or is skipped and listed`()
    async throws
  {
    let folder = try MovieLensFolder([
      "r.csv": "user,item,rating,extra\na,x,5,?\nb,y,bad\n,x,1\nb,y\nb,x,4,1,2,3\n"
    ])
    let daemon = try await RunningDaemon(in: folder)
    let path = "\(folder.path)/r.csv"
    let stopped = try await daemon.kindred("load", "ratings", path)
    #expect(stopped.code == 1)
    #expect(
      stopped.errors
        == "kindred: \(path):3: expected a rating that is a number, up to 1e15, not 'bad'\n")
    #expect(try await !daemon.kindred("collections").output.contains("ratings"))
    let skipped = try await daemon.kindred("load", "ratings", path, "--skip-bad")
    #expect(skipped.code == 0, "\(skipped.errors)")
    #expect(skipped.errors.contains("skipped 3 bad lines:\n"))
    #expect(skipped.errors.contains("  \(path):4: expected a user\n"))
    #expect(skipped.output.contains("2 ratings"))
    _ = await daemon.stop()
  }

  @Test func `a table of items without items is said before anything is made`() async throws {
    let folder = try MovieLensFolder([
      "r.csv": "a,x,5\na,y,1\nb,y,3\n", "empty.csv": "", "blank.csv": "\n \r\n\n",
      "bad.jsonl": "{]\n{\n", "none.jsonl": "{}\n", "nested.jsonl": #"{"item": ["x"]}"#,
      "one.jsonl": "\u{FEFF}\n" + #"{"item": "x", "title": "X", "genres": ["a", "b"]}"# + "\r\n",
    ])
    let daemon = try await RunningDaemon(in: folder)
    func load(_ role: String, _ table: String) async throws -> (code: Int32, errors: String) {
      let outcome = try await daemon.kindred("load", "ratings", "\(folder.path)/r.csv", role, table)
      return (outcome.code, outcome.errors)
    }
    for (role, name) in [("--items", "items"), ("--users", "users")] {
      for file in ["empty.csv", "blank.csv", "bad.jsonl", "none.jsonl"] {
        let path = "\(folder.path)/\(file)"
        let outcome = try await load(role, path)
        #expect(outcome.code == 1)
        #expect(outcome.errors == "kindred: '\(path)' has no \(name)\n")
      }
    }
    let nested = try await load("--items", "\(folder.path)/nested.jsonl")
    #expect(nested.errors.contains("nested.jsonl:1: expected an id as 'item'"), "\(nested)")
    #expect(try await !daemon.kindred("collections").output.contains("ratings"))
    let loaded = try await load("--items", "\(folder.path)/one.jsonl")
    #expect(loaded.code == 0, "\(loaded)")
    let payloads = try await points(daemon, "ratings-items").map { try $0.member("payload").value }
    #expect(payloads.contains(["title": "X", "genres": ["a", "b"], "key": "x"]), "\(payloads)")
    _ = await daemon.stop()
  }

  @Test func `clicks without ratings, JSON lines, and plays on a logarithm`() async throws {
    let folder = try MovieLensFolder([
      "clicks.csv": "visitor,product\na,x\na,y\nb,x\n",
      "plays.jsonl": #"{"user": "a", "artist": "x", "plays": 0, "date": "2024-05-01"}"# + "\n"
        + #"{"user": "a", "artist": "y", "plays": 1e2, "date": "2024-05-02"}"#,
    ])
    let daemon = try await RunningDaemon(in: folder)
    let clicks = try await daemon.kindred(
      "load", "ratings", "\(folder.path)/clicks.csv", "--collection", "clicks")
    #expect(clicks.code == 0, "\(clicks.errors)")
    #expect(clicks.output.contains("scale binary"))
    let plays = try await daemon.kindred(
      "load", "ratings", "\(folder.path)/plays.jsonl", "--collection", "plays", "--scale", "log")
    #expect(plays.code == 0, "\(plays.errors)")
    let vector = try #require(try await points(daemon, "plays").first).member("vector")
      .member("ratings")
    #expect(
      try vector.member("values").elements().map { try $0.float() } == [
        0, Float(4.615_120_516_841_26),
      ])
    _ = await daemon.stop()
  }
}
