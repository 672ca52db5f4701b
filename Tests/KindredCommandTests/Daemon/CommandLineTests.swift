import Foundation
import JSONCodec
import KindredCommand
import TestSupport
import Testing

/// The commands against a real daemon, and against none.
@Suite(.serialized) struct CommandLineTests {
  private static let smallSet = [
    "ratings.dat": """
    1::10::5::0
    1::20::1::0
    2::10::5::0
    2::30::4::0
    2::20::2::0
    3::20::5::0
    3::10::1::0

    """,
    "users.dat": "1::F::25::10::1\n2::M::25::16::2\n3::M::35::15::3\n4::F::35::1::4\n",
    "movies.dat": "10::Alpha (1990)::Drama\n20::Beta, The (1991)::Comedy\n30::Gamma (1992)::War\n"
      + "40::Gamma Returns (1999)::War\n",
  ]

  @Test func `a set is loaded, asked, and asked again after a restart`() async throws {
    let folder = try MovieLensFolder(Self.smallSet)
    var daemon = try await RunningDaemon(in: folder)
    for _ in 0..<2 {
      let load = try await daemon.kindred(
        "load", "movielens", folder.path, "--mean", "3", "--std", "2", "--json")
      #expect(load.code == 0, "\(load.errors)")
      let summary = try JSONInput(JSONValue.parse(load.output))
      #expect(try summary.int("users") == 4)
      #expect(try summary.int("ratings") == 7)
      #expect(try summary.int("movies") == 4)
    }
    let notebook = ["recommend", "--method", "notebook"]
    let question = notebook + ["--like", "alpha", "--dislike", "the beta", "--neighbors", "2"]
    let table = """
      #  title            score  neighbours  genres
      1  Gamma (1992)  0.500000           1  War

      """
    let before = try await daemon.kindred(question)
    #expect(before.output == table, "\(before.errors)")
    let stop = await daemon.stop()
    #expect(stop == 0)
    daemon = try await RunningDaemon(in: folder)
    let after = try await daemon.kindred(question)
    #expect(after.output == table)

    let nobody = try await daemon.kindred(question + ["--where", "age=99"])
    #expect(nobody.output == "")
    #expect(
      nobody.errors.contains("no user of 'movielens' has age=99; there are: 25, 35"),
      "\(nobody.errors)")
    let explained = try await daemon.kindred(question + ["--explain"])
    #expect(explained.output.contains("\n     rated by user 2 (similarity 1.500) +0.500\n"))
    #expect(explained.errors == #"liked: "Alpha (1990)"; disliked: "Beta, The (1991)""# + "\n")
    let byUser = try await daemon.kindred(notebook + ["--user", "1", "--neighbors", "1"])
    #expect(byUser.output == table)

    let query = try await daemon.kindred(
      "query", "movielens", "--vector", "10:1,20:-1", "--limit", "1", "--where", "gender=F")
    #expect(
      query.output.hasSuffix("\n 1  2.000000        1  F        25          10  1\n"),
      "\(query.output)")
    let collections = try await daemon.kindred("collections")
    #expect(collections.output.contains("movielens"))
    let compact = try await daemon.kindred("compact")
    #expect(compact.code == 0, "\(compact.errors)")
    let compacted = try await daemon.kindred(question)
    #expect(compacted.output == table)
    let stats = try await daemon.kindred("stats")
    #expect(stats.code == 0, "\(stats.errors)")
    _ = await daemon.stop()
  }

  @Test func `what the daemon or the input refuses is one line and code 1`() async throws {
    let folder = try MovieLensFolder(Self.smallSet)
    let daemon = try await RunningDaemon(in: folder)
    _ = try await daemon.kindred("load", "movielens", folder.path)

    let ambiguous = try await daemon.kindred("recommend", "--like", "gamma", "--dislike", "returns")
    #expect(ambiguous.code == 0, "an exact title wins: \(ambiguous.errors)")
    let several = try await daemon.kindred("recommend", "--like", "(1990")
    #expect(several.code == 0)
    let none = try await daemon.kindred("recommend", "--like", "delta")
    #expect(none.code == 1)
    #expect(none.errors == "kindred: no title in 'movies' has all the words of 'delta'\n")
    let unknown = try await daemon.kindred("query", "nowhere", "--vector", "1:1")
    #expect(unknown.code == 1)
    #expect(unknown.errors.contains("nowhere"))

    let created = try await daemon.kindred("collections", "create", "plain")
    #expect(created.code == 0, "\(created.errors)")
    let incompatible = try await daemon.kindred(
      "load", "movielens", folder.path, "--collection", "plain")
    #expect(incompatible.code == 1)
    #expect(incompatible.errors.contains("'plain' exists and has no sparse vector 'ratings'"))

    let broken = try MovieLensFolder(["ratings.dat": "1::2::9::0\n", "movies.dat": ""])
    let malformed = try await daemon.kindred(
      "load", "movielens", broken.path, "--collection", "fresh", "--catalogue", "fresh-movies")
    #expect(malformed.code == 1)
    #expect(malformed.errors.contains("ratings.dat:1: expected user::movie::rating::timestamp"))
    let list = try await daemon.kindred("collections")
    #expect(!list.output.contains("fresh"))

    let deleted = try await daemon.kindred("collections", "delete", "plain")
    #expect(deleted.code == 0)
    let again = try await daemon.kindred("collections", "delete", "plain")
    #expect(again.code == 1)
    _ = await daemon.stop()
  }

  @Test func `without a daemon the message says how to start one`() async throws {
    let folder = try MovieLensFolder([:])
    let outcome = try await KindredProcess.run(
      ["collections", "--data-dir", folder.path], in: folder)
    #expect(outcome.code == 69)
    #expect(
      outcome.errors == "kindred: no daemon at '\(folder.path)/kindred.sock'; "
        + "start one with: kindred serve --data-dir DIR\n")
  }

  @Test func `wrong usage is code 64`() async throws {
    let folder = try MovieLensFolder([:])
    for arguments in [
      ["collections"], ["recommend", "--data-dir", "x"], ["nonsense"],
      ["load", "movielens", "x", "--mean", "3"],
      ["collections", "--socket", String(repeating: "x", count: 200)],
      ["query", "a", "--vector", "1", "--data-dir", "x"],
    ] {
      let outcome = try await KindredProcess.run(arguments, in: folder)
      #expect(outcome.code == 64, "\(arguments): \(outcome.errors)")
      #expect(!outcome.errors.isEmpty)
      #expect(outcome.output.isEmpty)
    }
  }
}
