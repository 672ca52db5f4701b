import JSONCodec
import KindredCommand
import TestSupport
import Testing

/// `kindred recommend` against a real daemon, on a set with keys and on one with numbers.
@Suite(.serialized) struct RecommendCommandTests {
  private static let files = [
    "keys.csv": """
    user,item,rating
    ann,x,5
    ann,y,4
    bob,x,5
    bob,y,5
    bob,z,4
    cid,y,4
    cid,w,5
    dan,x,4
    dan,z,5
    dan,w,1

    """,
    "titles.csv": "item,title\nx,Iron Desert\ny,Iron Gate\nz,Paper Boat\nw,Paper Moon\n",
    "numbers.csv": "1,10,5\n1,20,4\n2,10,5\n2,20,5\n2,30,4\n3,20,4\n3,40,5\n"
      + "4,10,4\n4,30,5\n4,40,1\n",
    "films.csv":
      "item,title\n10,Iron Desert\n20,Iron Gate\n30,Paper Boat\n40,Paper Moon\n",
  ]

  private func loaded() async throws -> RunningDaemon {
    let folder = try MovieLensFolder(Self.files)
    let daemon = try await RunningDaemon(in: folder)
    for (file, titles, collection) in [
      ("keys.csv", "titles.csv", "keys"), ("numbers.csv", "films.csv", "numbers"),
    ] {
      let outcome = try await daemon.kindred(
        "load", "ratings", "\(folder.path)/\(file)", "--items", "\(folder.path)/\(titles)",
        "--collection", collection)
      #expect(outcome.code == 0, "\(outcome.errors)")
    }
    return daemon
  }

  private func titles(_ outcome: KindredProcess.Outcome) throws -> [String] {
    #expect(outcome.code == 0, "\(outcome.errors)")
    return try JSONInput(JSONValue.parse(outcome.output)).member("items").elements().map {
      try $0.member("payload").string("title")
    }
  }

  /// What the daemon itself answers.
  private func asked(
    _ daemon: RunningDaemon, _ collection: String, _ request: JSONObject
  ) async throws -> JSONValue {
    try await DaemonClient.withClient(socketPath: daemon.socket) { client in
      var request = request
      request["catalogue"] = .string("\(collection)-items")
      return try await client.send(.POST, "/collections/\(collection)/recommend", request)
    }
  }

  @Test(arguments: ["none", "log", "likes", "binary"])
  func `a like is one on the scale of the set, and what a scale cannot say is refused`(
    _ scale: String
  ) async throws {
    let folder = try MovieLensFolder(Self.files)
    let daemon = try await RunningDaemon(in: folder)
    let load = try await daemon.kindred(
      "load", "ratings", "\(folder.path)/numbers.csv", "--collection", "set", "--scale", scale)
    #expect(load.code == 0, "\(load.errors)")
    let ask = ["recommend", "--collection", "set", "--json"]
    let liked = try await daemon.kindred(ask + ["--like", "10"])
    #expect(liked.code == 0, "\(liked.errors)")
    let asked = try await DaemonClient.withClient(socketPath: daemon.socket) { client in
      try await client.send(.POST, "/collections/set/recommend", ["items": [10]])
    }
    let ids = try JSONInput(JSONValue.parse(liked.output)).member("items").elements().map {
      try $0.int("id")
    }
    #expect(
      try ids == JSONInput(asked).member("items").elements().map { try $0.int("id") })
    let disliked = try await daemon.kindred(ask + ["--like", "10", "--dislike", "20"])
    #expect(disliked.code == (scale == "likes" ? 0 : 64), "\(disliked.errors)")
    let meaningless = try await daemon.kindred(
      ask + ["--like", "10", "--method", "items", "--where", "age=5"])
    #expect(meaningless.code == 64 && meaningless.errors.contains("--where is about neighbours"))
    if scale != "likes" { #expect(disliked.errors.contains("on the scale '\(scale)'")) }
    _ = await daemon.stop()
  }

  @Test func `what is left out is named by key, number or title`() async throws {
    let daemon = try await loaded()
    for (collection, user, names) in [
      ("keys", "ann", ["z", "paper boat", "3"]), ("numbers", "1", ["30", "paper boat"]),
    ] {
      let ask = ["recommend", "--collection", collection, "--user", user]
      let all = try await daemon.kindred(ask + ["--json"])
      #expect(try titles(all).sorted() == ["Paper Boat", "Paper Moon"])
      for name in names {
        let fewer = try await daemon.kindred(ask + ["--exclude", name, "--json"])
        #expect(try titles(fewer) == ["Paper Moon"], "\(collection) without \(name)")
      }
      let none = try await daemon.kindred(
        ask + ["--exclude", "paper moon", "--exclude", names[0]])
      #expect(none.output.isEmpty)
      #expect(
        none.errors.hasPrefix("for user \(user); without: \"Paper Moon\", \"Paper Boat\"\n"),
        "\(none.errors)")
      let unclear = try await daemon.kindred(ask + ["--exclude", "paper"])
      #expect(unclear.code == 1 && unclear.errors.contains("fits 2 titles"), "\(unclear.errors)")
    }
    _ = await daemon.stop()
  }

  @Test func `several users get one list`() async throws {
    let daemon = try await loaded()
    for (collection, users) in [("keys", ["ann", "cid"]), ("numbers", ["1", "3"])] {
      let ask = ["recommend", "--collection", collection] + users.flatMap { ["--user", $0] }
      let group = try await daemon.kindred(ask + ["--json"])
      // Ann and cid have the first and the third number.
      let expected = try await asked(daemon, collection, ["points": [1, 3]])
      #expect(group.output == "\(expected)\n", "\(group.errors)")
      #expect(try titles(group) == ["Paper Boat"])
      let shown = try await daemon.kindred(ask)
      #expect(shown.errors == "for users \(users.joined(separator: ", "))\n")
      for (option, words) in [
        (["--explain"], "a group's list cannot be explained"), (["--like", "x"], "one --user"),
        (["--dislike", "x"], "one --user"),
      ] {
        let refused = try await daemon.kindred(ask + option)
        #expect(refused.code == 64 && refused.errors.contains(words), "\(refused.errors)")
      }
    }
    let nobody = try await daemon.kindred(
      "recommend", "--collection", "keys", "--user", "ann", "--user", "eve")
    #expect(nobody.code == 1 && nobody.errors.contains("no user with the key 'eve'"))
    _ = await daemon.stop()
  }

  @Test func `more like a movie is asked by key, number or title`() async throws {
    let daemon = try await loaded()
    for (collection, names, ids) in [
      ("keys", ["z", "paper boat", "3"], [3]), ("numbers", ["30", "paper boat"], [30]),
    ] {
      let expected = try await asked(
        daemon, collection, ["items": .array(ids.map { .integer(Int64($0)) })])
      let ask = ["recommend", "--collection", collection]
      for name in names {
        let similar = try await daemon.kindred(ask + ["--similar-to", name, "--json"])
        #expect(similar.output == "\(expected)\n", "\(name): \(similar.errors)")
        #expect(try titles(similar).contains("Iron Desert"))
      }
      let two = try await daemon.kindred(
        ask + ["--similar-to", "paper boat", "--similar-to", "paper moon"])
      #expect(two.errors == "similar to: \"Paper Boat\", \"Paper Moon\"\n")
      #expect(!two.output.contains("Paper") && two.output.contains("Iron Gate"), "\(two.output)")
      for option in [["--user", "1"], ["--like", names[0]]] {
        let refused = try await daemon.kindred(ask + ["--similar-to", names[0]] + option)
        #expect(refused.code == 64 && refused.errors.contains("--similar-to excludes"))
      }
    }
    _ = await daemon.stop()
  }

  @Test func `a model is named, and where there is none it is said how to make it`() async throws {
    let daemon = try await loaded()
    let ask = ["recommend", "--collection", "keys", "--user", "ann"]
    for (options, end) in [
      (["--method", "items"], ""), (["--model", "other"], " --model other"),
      (["--method", "items", "--model", "other"], " --model other"),
    ] {
      let none = try await daemon.kindred(ask + options)
      #expect(none.code == 1)
      #expect(
        none.errors.hasSuffix("\nmake one: kindred train --collection keys\(end)\n"),
        "\(none.errors)")
    }
    let trained = try await daemon.kindred(
      "train", "--collection", "keys", "--model", "other", "--min-raters", "1")
    #expect(trained.code == 0, "\(trained.errors)")
    let named = try await daemon.kindred(
      ask + ["--method", "items", "--model", "other", "--json"])
    let expected = try await asked(
      daemon, "keys", ["point": 1, "method": "items", "model": "other"])
    #expect(named.code == 0 && named.output == "\(expected)\n", "\(named.errors)")
    let useless = try await daemon.kindred(ask + ["--method", "neighbors", "--model", "other"])
    #expect(useless.code == 64 && useless.errors.contains("--model goes with"))
    _ = await daemon.stop()
  }
}
