import JSONCodec
import KindredCommand
import TestSupport
import Testing

/// `kindred rate` against a real daemon.
@Suite(.serialized) struct RateCommandTests {
  private func weights(
    _ daemon: RunningDaemon, of user: Int
  ) async throws -> [Int: Double] {
    try await DaemonClient.withClient(socketPath: daemon.socket) { client in
      let point = JSONInput(try await client.send(.GET, "/collections/set/points/\(user)"))
      let vector = try point.member("vector").member("ratings")
      let items = try vector.member("indices").elements().map { try $0.int() }
      let weights = try vector.member("values").elements().map { try $0.double() }
      return Dictionary(uniqueKeysWithValues: zip(items, weights))
    }
  }

  @Test func `likes and ratings are merged on the scale of the set, and taken back`() async throws {
    let folder = try MovieLensFolder([
      "r.csv": "user,item,rating\n1,10,5\n1,11,1\n2,10,3\n2,12,4\n",
      "t.csv": "item,title\n10,Iron Desert (1999)\n11,Paper Boat (1980)\n12,Iron Gate (2001)\n",
    ])
    let daemon = try await RunningDaemon(in: folder)
    let loaded = try await daemon.kindred(
      "load", "ratings", "\(folder.path)/r.csv", "--items", "\(folder.path)/t.csv", "--collection",
      "set")
    #expect(loaded.code == 0, "\(loaded.errors)")
    func rate(_ arguments: String...) async throws -> (code: Int32, output: String, errors: String)
    {
      let outcome = try await daemon.kindred(["rate", "--collection", "set"] + arguments)
      return (outcome.code, outcome.output, outcome.errors)
    }
    let rated = try await rate(
      "--user", "1", "--like", "iron gate", "--dislike", "10", "--rating", "paper boat=3.25")
    #expect(rated.code == 0, "\(rated.errors)")
    #expect(
      rated.output
        == "Iron Gate (2001): rated 4.96\nmovie 10: rated 1.54\nPaper Boat (1980): rated 3.25\n")
    let weights = try await weights(daemon, of: 1)
    #expect(abs(weights[12]! - 1) < 1e-6 && abs(weights[10]! + 1) < 1e-6)
    #expect(abs(weights[11]!) < 1e-6)
    let forgotten = try await rate("--user", "1", "--forget", "desert")
    #expect(forgotten.output == "Iron Desert (1999): forgotten\n", "\(forgotten.errors)")
    #expect(try await self.weights(daemon, of: 1).keys.sorted() == [11, 12])

    #expect(try await rate("--user", "1").code == 64)
    #expect(try await rate("--user", "ann", "--like", "10").errors.contains("are numbers"))
    #expect(try await rate("--user", "1", "--like", "iron").errors.contains("fits 2 titles"))
    #expect(try await rate("--user", "1", "--like", "nothing").errors.contains("no title"))
    #expect(try await rate("--user", "1", "--rating", "desert").code == 64)
    _ = await daemon.stop()
  }

  @Test func `keys are taken as they are, and titles lead to them`() async throws {
    let folder = try MovieLensFolder([
      "r.csv": "user,item,rating\nann,x,5\nann,y,1\nbob,x,4\n",
      "t.csv": "item,title\nx,Iron Desert\n",
    ])
    let daemon = try await RunningDaemon(in: folder)
    let loaded = try await daemon.kindred(
      "load", "ratings", "\(folder.path)/r.csv", "--items", "\(folder.path)/t.csv", "--collection",
      "set", "--scale", "none")
    #expect(loaded.code == 0, "\(loaded.errors)")
    let rated = try await daemon.kindred(
      "rate", "--collection", "set", "--user", "bob", "--rating", "desert=2", "--rating", "new=3")
    #expect(rated.code == 0, "\(rated.errors)")
    #expect(try await weights(daemon, of: 2) == [1: 2, 3: 3])
    let liked = try await daemon.kindred(
      "rate", "--collection", "set", "--user", "bob", "--like", "x")
    #expect(liked.code == 64 && liked.errors.contains("scale 'none'"), "\(liked.errors)")
    _ = await daemon.stop()
  }
}
