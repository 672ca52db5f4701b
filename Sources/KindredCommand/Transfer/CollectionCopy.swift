import JSONCodec
import Synchronization

/// The copying of one collection: make what is missing, send points by ascending ids, compare.
struct CollectionCopy: Sendable {
  var source: DaemonClient
  var sourceName: String
  var target: DaemonClient
  var targetName: String
  var sharding = ShardOptions.Sharding()
  /// Whether the target may have points, which stay as they are.
  var resumes = false
  var batchSize = 1000
  var showsProgress = false

  /// How many points are compared in the end.
  private static let sampleCount = 100

  struct Summary: Sendable {
    var source: String
    var target: String
    var pointCount = 0
    /// The points that were sent; the others were there.
    var sentCount = 0
    var comparedCount = 0
    var seconds = 0.0

    var text: String {
      let there = pointCount - sentCount
      return "\(source) → \(target): \(Figures.grouped(pointCount)) points in "
        + "\(Figures.fixed(seconds, places: 2)) s"
        + (there > 0 ? ", \(Figures.grouped(there)) of which were there" : "")
        + "; both have as many, \(Figures.grouped(comparedCount)) compared are equal"
    }

    var json: JSONObject {
      [
        "source": .string(source), "target": .string(target),
        "points": .integer(Int64(pointCount)), "sent": .integer(Int64(sentCount)),
        "compared": .integer(Int64(comparedCount)), "seconds": .double(seconds),
      ]
    }
  }

  func run() async throws -> Summary {
    let clock = ContinuousClock()
    let start = clock.now
    let description = try Self.description(
      of: try await source.send(.GET, SetTarget.path(sourceName)), sourceName)
    let isFresh = try await prepare(description)
    var summary = Summary(source: sourceName, target: targetName)
    let total = try await source.count(sourceName, nil)
    let progress = CopyProgress(total: total, isShown: showsProgress)
    Interruption.say { progress.words }
    var sample = Sample(limit: Self.sampleCount)
    do {
      let pages = PointPages(
        of: sourceName, source, vectors: .bool(isFresh), payload: .bool(isFresh),
        maxLimit: description.strictLimit("max_query_limit"))
      var next = try await pages.next()
      while let page = next {
        async let following = pages.next()
        for point in page { sample.add(point["id"] ?? .null) }
        let points = isFresh ? page : try await missing(page.map { $0["id"] ?? .null })
        try await send(points, maxPointCount: description.strictLimit("upsert_max_batchsize"))
        summary.pointCount += page.count
        summary.sentCount += points.count
        progress.update(summary.pointCount)
        next = try await following
      }
    } catch let failure as CommandFailure {
      throw CommandFailure(failure.reason, "\(failure.message)\n\(progress.words)")
    }
    progress.end()
    summary.comparedCount = try await compare(sample.ids)
    summary.seconds = (clock.now - start).seconds
    return summary
  }

  // MARK: Before

  /// Makes the target's collection and indexes as far as they are missing.
  /// - Returns: whether it has no points.
  private func prepare(_ description: CollectionDescription) async throws -> Bool {
    guard let info = try await target.collection(targetName) else {
      try await sharding.applied(to: description, target) { printError($0) }
        .create(targetName, target)
      return true
    }
    var present = try Self.description(of: info, targetName)
    if let difference = present.difference(from: description) {
      throw CommandFailure(
        "collection '\(targetName)' exists at the target, and \(difference); copy into another, as in "
          + "…/\(targetName)-2, or delete it there")
    }
    let count = try await target.count(targetName, nil)
    guard count == 0 || resumes else {
      throw CommandFailure(
        "collection '\(targetName)' has \(Figures.grouped(count)) points at the target: say --resume to "
          + "send what it does not have, copy into another, or delete it there")
    }
    present.indexes = description.indexes.without(present.indexes)
    try await present.createIndexes(targetName, target)
    return count == 0
  }

  private static func description(
    of info: JSONValue, _ name: String
  ) throws(CommandFailure) -> CollectionDescription {
    do { return try CollectionDescription(of: info) } catch {
      throw CommandFailure("collection '\(name)' is not described as expected: \(error)")
    }
  }

  // MARK: Points

  /// The source's points with these ids that the target does not have.
  private func missing(_ ids: [JSONValue]) async throws -> [JSONObject] {
    let request: JSONObject = [
      "ids": .array(ids), "with_payload": false, "with_vector": false,
    ]
    let present = try await target.points(targetName, request).points
    let known = Set(present.map { ByteString(PointIDText.text($0["id"] ?? .null)) })
    let wanted = ids.filter { !known.contains(ByteString(PointIDText.text($0))) }
    return try await Self.whole(wanted, sourceName, source)
  }

  /// Points with vectors and payload; those that are no longer there are left out.
  private static func whole(
    _ ids: [JSONValue], _ name: String, _ client: DaemonClient
  ) async throws -> [JSONObject] {
    var points: [JSONObject] = []
    var rest = ids[...]
    var size = PageSize()
    while !rest.isEmpty {
      let part = Array(rest.prefix(size.limit))
      rest = rest.dropFirst(part.count)
      let answer = try await client.points(
        name, ["ids": .array(part), "with_payload": true, "with_vector": true])
      size.adapt(to: answer.byteCount, part.count)
      points += answer.points
    }
    return points
  }

  private func send(_ points: [JSONObject], maxPointCount: Int?) async throws {
    let path = SetTarget.path(targetName) + "/points?wait=true"
    try await withThrowingTaskGroup(of: Void.self) { group in
      var bodies = PointBodies(maxPointCount: min(batchSize, maxPointCount ?? .max))
      func start() {
        guard let body = bodies.take()?.body else { return }
        group.addTask { _ = try await target.askPatiently(.PUT, path, body).result() }
      }
      for point in points {
        bodies.append(point.storedPoint)
        if bodies.isFull { start() }
      }
      start()
      try await group.waitForAll()
    }
  }

  // MARK: After

  /// - Returns: how many points are equal.
  /// - Throws: where one is not, or one has more of them.
  private func compare(_ ids: [JSONValue]) async throws -> Int {
    let counts = (
      source: try await source.count(sourceName, nil),
      target: try await target.count(targetName, nil)
    )
    guard counts.source == counts.target else {
      throw CommandFailure(
        "the source has \(Figures.grouped(counts.source)) points and the target "
          + "\(Figures.grouped(counts.target)): "
          + (counts.source > counts.target
            ? "somebody has written to the source meanwhile; --resume sends what is missing"
            : "it has some that the source does not have"))
    }
    var wanted: [ByteString: JSONObject] = [:]
    for point in try await Self.whole(ids, sourceName, source) {
      wanted[ByteString(PointIDText.text(point["id"] ?? .null))] = point.storedPoint
    }
    let found = try await Self.whole(ids, targetName, target)
    var differences: [String] = []
    for point in found {
      let id = PointIDText.text(point["id"] ?? .null)
      // A point that has gone from the source says nothing.
      guard let other = wanted.removeValue(forKey: ByteString(id)) else { continue }
      if let difference = PointComparison.difference(other, point.storedPoint) {
        differences.append("point \(id): \(difference)")
      }
    }
    differences += wanted.keys.map { "point \($0.text) is not at the target" }
    guard differences.isEmpty else {
      throw CommandFailure(
        "\(Figures.grouped(differences.count)) of \(Figures.grouped(ids.count)) points that were compared "
          + "differ; the first:\n" + differences.sorted().prefix(5).joined(separator: "\n"))
    }
    return found.count
  }
}

extension DaemonClient {
  /// The points that a request for ids asks for.
  fileprivate func points(
    _ collection: String, _ request: JSONObject
  ) async throws -> (points: [JSONObject], byteCount: Int) {
    let answer = try await askPatiently(
      .POST, SetTarget.path(collection) + "/points", request.encoded)
    do {
      let points = try JSONInput(answer.result()).elements().map {
        (point) throws(JSONInputError) in try point.object()
      }
      return (points, answer.byteCount)
    } catch let error as JSONInputError {
      throw CommandFailure("the points of \(access) are not as expected: \(error)")
    }
  }
}

/// Ids, each as likely as any other, whatever their number (Vitter's algorithm R, 1985).
private struct Sample {
  private(set) var ids: [JSONValue] = []
  private var seenCount = 0
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  mutating func add(_ id: JSONValue) {
    seenCount += 1
    if ids.count < limit {
      ids.append(id)
    } else {
      let place = Int.random(in: 0..<seenCount)
      if place < limit { ids[place] = id }
    }
  }
}

/// The progress of a copy, for the display and for the message when it is interrupted.
private final class CopyProgress: Sendable {
  private let doneCount = Atomic(0)
  private let total: Int
  private let display: Mutex<ProgressDisplay?>

  init(total: Int, isShown: Bool) {
    self.total = total
    display = Mutex(ProgressDisplay(total: total, unit: "points", isShown: isShown))
  }

  var words: String {
    "\(Figures.grouped(doneCount.load(ordering: .relaxed))) of \(Figures.grouped(total)) points are at the "
      + "target and stay; --resume copies the rest"
  }

  func update(_ done: Int) {
    doneCount.store(done, ordering: .relaxed)
    display.withLock { $0?.update(done) }
  }

  func end() { display.withLock { $0 = nil } }
}

extension JSONObject {
  /// The members whose names the other does not have.
  fileprivate func without(_ other: JSONObject) -> JSONObject {
    var rest = self
    rest.removeMembers { other[$0.name] != nil }
    return rest
  }
}
