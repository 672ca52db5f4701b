import Foundation
import JSONCodec
import KindredCommand
import TestSupport
import Testing

/// `kindred train` against a real daemon.
@Suite(.serialized) struct TrainCommandTests {
  /// Ann and her like rate x and y high, Zoe and hers u and v.
  private static let ratings = [
    "r.csv": """
    user,item,rating
    ann,x,5
    ann,y,5
    ann,u,1
    bob,x,4
    bob,y,5
    cid,x,5
    cid,y,4
    cid,v,1
    zoe,u,5
    zoe,v,5
    zoe,x,1
    yan,u,4
    yan,v,5

    """,
    "t.csv": "item,title\nx,Iron Desert\ny,Iron Gate\nu,Paper Boat\nv,Paper Moon\n",
    "u.csv": "user,age\nann,20\nbob,20\ncid,30\nzoe,30\nyan,30\n",
  ]

  private func load(_ folder: MovieLensFolder, _ daemon: RunningDaemon) async throws {
    let loaded = try await daemon.kindred(
      "load", "ratings", "\(folder.path)/r.csv", "--items", "\(folder.path)/t.csv", "--users",
      "\(folder.path)/u.csv", "--collection", "set")
    #expect(loaded.code == 0, "\(loaded.errors)")
  }

  private func trainedOn(_ daemon: RunningDaemon, _ model: String = "items") async throws
    -> JSONInput
  {
    try await DaemonClient.withClient(socketPath: daemon.socket) { client in
      try JSONInput(await client.send(.GET, "/collections/set/item-model/\(model)"))
        .member("trained_on")
    }
  }

  @Test func `a model is trained, used, shown, trained again and removed`() async throws {
    let folder = try MovieLensFolder(Self.ratings)
    let daemon = try await RunningDaemon(in: folder)
    try await load(folder, daemon)
    let none = try await daemon.kindred("train", "--collection", "set", "--status")
    #expect(none.code == 1 && none.output.isEmpty)
    #expect(none.errors.hasSuffix("\nmake one: kindred train --collection set\n"), "\(none.errors)")

    let trained = try await daemon.kindred("train", "--collection", "set")
    #expect(trained.code == 0, "\(trained.errors)")
    #expect(
      trained.output.contains(" on 13 ratings of 5 people: 4 items with "), "\(trained.output)")
    #expect(
      trained.output.hasSuffix(
        " weights\nkept as the collection 'set.items'\n"
          + "next: kindred recommend --collection set --user USER\n"), "\(trained.output)")
    let user = try await daemon.kindred(
      "recommend", "--collection", "set", "--user", "bob", "--method", "items", "--json")
    #expect(user.code == 0, "\(user.errors)")
    let answer = try JSONInput(JSONValue.parse(user.output))
    #expect(try answer.string("method") == "items")
    // The titles are those of the set: the model has its catalogue.
    let item = try #require(try answer.member("items").elements().first)
    #expect(try item.member("payload").string("title").hasPrefix("Paper"))

    let status = try await daemon.kindred("train", "--collection", "set", "--status")
    #expect(status.code == 0 && trained.output.hasPrefix(status.output), "\(status.output)")
    let rated = try await daemon.kindred(
      "rate", "--collection", "set", "--user", "new", "--rating", "x=5")
    #expect(rated.code == 0, "\(rated.errors)")
    let stale = try await daemon.kindred("train", "--collection", "set", "--status")
    #expect(
      stale.output.hasSuffix("\nratings or people have changed by 20.0 % since\n"),
      "\(stale.output)")
    let again = try await daemon.kindred("train", "--collection", "set", "--json")
    let result = try JSONInput(JSONValue.parse(again.output))
    #expect(try result.string("state") == "ready")
    #expect(try result.member("trained_on").int("people") == 6)

    let removed = try await daemon.kindred("train", "--collection", "set", "--remove")
    #expect(removed.output == "removed the item model 'items' of 'set'\n", "\(removed.errors)")
    let gone = try await daemon.kindred("train", "--collection", "set", "--remove")
    #expect(gone.code == 1 && gone.errors.contains("has no item model 'items'"), "\(gone.errors)")
    #expect(try await !daemon.kindred("collections").output.contains("set.items"))
    _ = await daemon.stop()
  }

  @Test func `what is given is sent, and the daemon chooses all else`() async throws {
    let folder = try MovieLensFolder(Self.ratings)
    let daemon = try await RunningDaemon(in: folder)
    try await load(folder, daemon)
    let defaults = try await daemon.kindred("train", "--collection", "set", "--model", "plain")
    #expect(
      defaults.output.hasSuffix("--collection set --model plain --user USER\n"),
      "\(defaults.output)")
    let plain = try await trainedOn(daemon, "plain")
    #expect(try plain.int("neighbors") == 200 && plain.double("regularization") == 100)
    #expect(try plain.optional("request") == nil)

    let own = try await daemon.kindred(
      "train", "--collection", "set", "--where", "age=30", "--neighbors", "3", "--regularization",
      "2.5", "--dropout", "0.25", "--threshold", "0.5", "--kept", "7", "--inputs", "4",
      "--min-raters", "1", "--memory-bytes", "100000000", "--refresh-changed-share", "0.5",
      "--refresh-added-items", "9", "--refresh-every-seconds", "86400")
    #expect(own.code == 0, "\(own.errors)")
    let trained = try await trainedOn(daemon)
    #expect(try trained.int("people") == 3)
    for (name, value) in [("neighbors", 3), ("kept", 7), ("inputs", 4), ("min_raters", 1)] {
      #expect(try trained.int(name) == value)
    }
    for (name, value) in [("regularization", 2.5), ("dropout", 0.25), ("threshold", 0.5)] {
      #expect(try trained.double(name) == value)
    }
    let request = try trained.member("request")
    #expect(
      try request.member("refresh").value
        == ["changed_share": 0.5, "added_items": 9, "every_seconds": 86400])
    #expect(try request.int("memory_bytes") == 100_000_000)
    #expect(try request.string("catalogue") == "set-items")
    _ = await daemon.stop()
  }

  @Test func `a load says how recommendations get better, while there is something to do`()
    async throws
  {
    let folder = try MovieLensFolder(Self.ratings)
    let daemon = try await RunningDaemon(in: folder)
    func lastLine() async throws -> String {
      let loaded = try await daemon.kindred(
        "load", "ratings", "\(folder.path)/r.csv", "--collection", "set")
      #expect(loaded.code == 0, "\(loaded.errors)")
      return String(loaded.output.split(separator: "\n").last ?? "")
    }
    let better = "for better recommendations: kindred train --collection set"
    #expect(try await lastLine() == better)
    #expect(try await daemon.kindred("train", "--collection", "set").code == 0)
    #expect(try await lastLine().hasPrefix("collection 'set', catalogue 'set-items'"))
    let grown = try #require(Self.ratings["r.csv"]) + "eve,x,4\n"
    try grown.write(toFile: "\(folder.path)/r.csv", atomically: true, encoding: .utf8)
    let older = "the item model is older than these ratings: kindred train --collection set"
    #expect(try await lastLine() == older)
    // One that the daemon trains anew by itself needs nobody.
    let refreshed = try await daemon.kindred(
      "train", "--collection", "set", "--refresh-changed-share", "1000")
    #expect(refreshed.code == 0, "\(refreshed.errors)")
    try (grown + "eve,y,4\n").write(
      toFile: "\(folder.path)/r.csv", atomically: true, encoding: .utf8)
    #expect(try await lastLine().hasPrefix("collection 'set'"))

    let movies = try MovieLensFolder([
      "ratings.dat": "1::1::5::0\n2::1::3::0\n", "movies.dat": "1::One (1999)::War\n",
    ])
    let load = try await daemon.kindred("load", "movielens", movies.path)
    #expect(
      load.output.hasSuffix("\nfor better recommendations: kindred train\n"), "\(load.output)")
    let json = try await daemon.kindred("load", "movielens", movies.path, "--json")
    #expect(try JSONInput(JSONValue.parse(json.output)).int("users") == 2)
    _ = await daemon.stop()
  }

  @Test func `what cannot be trained is told, and usage that makes no sense`() async throws {
    let folder = try MovieLensFolder(Self.ratings)
    let daemon = try await RunningDaemon(in: folder)
    try await load(folder, daemon)
    for (options, code, words) in [
      (["--collection", "nowhere"], 1, "nowhere"),
      (["--neighbors", "5000"], 1, "neighbors: must be from 1 to 1000"),
      (["--model", "a.b"], 1, "must not contain a dot"),
      (["--where", "age=99"], 1, "the item model 'items' of 'set' could not be trained: "),
      (["--where", "age=99"], 1, "no item has enough raters"),
      (["--catalogue", "elsewhere"], 1, "elsewhere"),
      (["--regularization", "inf"], 64, "--regularization must be a number"),
      (["--status", "--neighbors", "5"], 64, "alone"),
      (["--remove", "--status"], 64, "alone"),
    ] {
      let outcome = try await daemon.kindred(["train", "--collection", "set"] + options)
      #expect(outcome.code == code && outcome.output.isEmpty, "\(options): \(outcome)")
      #expect(outcome.errors.contains(words), "\(options): \(outcome.errors)")
    }
    let begun = try await daemon.kindred("train", "--collection", "set", "--no-wait")
    #expect(
      begun.output == "training the item model 'items' of 'set'; how far it is: "
        + "kindred train --collection set --status\n", "\(begun.errors)")
    _ = await daemon.stop()
  }
}
