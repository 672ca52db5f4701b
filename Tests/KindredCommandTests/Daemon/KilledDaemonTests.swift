import JSONCodec
import KindredCommand
import MovieLens
import TestSupport
import Testing

/// `kill -9` while batches stream in.
@Suite(.serialized) struct KilledDaemonTests {
  @Test func `acknowledged batches survive a kill, whole, and others are whole or absent`()
    async throws
  {
    let synthetic = SyntheticMovieLens(seed: 11, userCount: 400)
    let folder = try MovieLensFolder(
      Dictionary(uniqueKeysWithValues: synthetic.files.map { ($0.name, $0.text) }))
    let set = try folder.read()
    var daemon = try await RunningDaemon(in: folder)
    let created = try await daemon.kindred(
      "collections", "create", "movielens", "--vector", "ratings")
    #expect(created.code == 0, "\(created.errors)")

    let batches = Self.batches(set, pointCount: 10)
    let acknowledged = try await Self.send(batches, to: daemon, killingAfter: 15)
    #expect(acknowledged.count >= 15)

    daemon = try await RunningDaemon(in: folder)
    let found = try await Self.points(daemon)
    for (index, batch) in batches.enumerated() {
      let kept = batch.filter { found[$0.key] != nil }
      #expect(kept.isEmpty || kept.count == batch.count, "batch \(index) is in pieces")
      #expect(!kept.isEmpty || !acknowledged.contains(index), "batch \(index) is lost")
      for (id, point) in kept { #expect(found[id] == point, "user \(id)") }
    }
    _ = await daemon.stop()
  }

  /// Users by id, in batches, each as the body of an upsert says.
  private static func batches(_ set: MovieLensSet, pointCount: Int) -> [[Int: JSONValue]] {
    var result: [[Int: JSONValue]] = []
    var batches = PointBatches(
      set, Standardization(mean: 3, deviation: 1)!, maxPointCount: pointCount)
    while let batch = batches.nextUsers() {
      guard let body = try? JSONInput(JSONValue.parse(batch.body)),
        let points = try? body.member("points").elements()
      else { return [] }
      result.append(byID(points))
    }
    return result
  }

  private static func byID(_ points: JSONInput.Elements) -> [Int: JSONValue] {
    Dictionary(uniqueKeysWithValues: points.map { ((try? $0.int("id")) ?? -1, $0.value) })
  }

  /// Sends all batches, three at a time, and kills the daemon after some acknowledgements.
  /// - Returns: the batches that were acknowledged.
  private static func send(
    _ batches: [[Int: JSONValue]], to daemon: RunningDaemon, killingAfter count: Int
  ) async throws -> Set<Int> {
    try await DaemonClient.withClient(socketPath: daemon.socket) { client in
      await withTaskGroup(of: Int?.self) { group in
        var acknowledged: Set<Int> = []
        for index in batches.indices {
          if index >= 3, let done = await group.next(), let done { acknowledged.insert(done) }
          if acknowledged.count == count { daemon.kill() }
          let points = batches[index].sorted { $0.key < $1.key }.map(\.value)
          group.addTask {
            let answer = try? await client.send(
              .PUT, "/collections/movielens/points?wait=true", ["points": .array(points)])
            return answer == nil ? nil : index
          }
        }
        for await done in group { if let done { acknowledged.insert(done) } }
        return acknowledged
      }
    }
  }

  private static func points(_ daemon: RunningDaemon) async throws -> [Int: JSONValue] {
    try await DaemonClient.withClient(socketPath: daemon.socket) { client in
      let page = try await client.send(
        .POST, "/collections/movielens/points/scroll",
        ["limit": 10_000, "with_payload": true, "with_vector": true])
      return byID(try JSONInput(page).member("points").elements())
    }
  }
}
