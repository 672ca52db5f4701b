import DataFiles
import JSONCodec
import SparseIndex

/// The loading of points: read and check everything, then change the store.
struct PointsLoad: Sendable {
  var paths: [String]
  var collection: String
  /// The description that `--config` gives.
  var description: CollectionDescription?
  var sharding = ShardOptions.Sharding()
  var skipsBadLines = false
  var batchSize = 1000
  var showsProgress = false
  var say: @Sendable (String) -> Void

  private static let shownBadLineCount = 10

  struct Summary: Sendable {
    var points = 0
    var skipped = 0
    var isNewCollection = false
    var seconds = 0.0
  }

  private struct Findings {
    var pointCount = 0
    var badLineCount = 0
    var badLines: [String] = []
    /// Whether ids ascend, so that none comes twice.
    var areAscending = true
    var last: PointID?
  }

  func run(_ client: DaemonClient) async throws -> Summary {
    let clock = ContinuousClock()
    let start = clock.now
    Interruption.say { "nothing has been sent" }
    let info = try await client.collection(collection)
    let activity = ActivityDisplay("reading", isShown: showsProgress)
    defer { activity.end() }
    var files: [PointFile] = []
    for path in paths { files.append(try PointFile(path)) }
    let noted = files.lazy.compactMap(\.description).first
    for file in files {
      if let description = file.description, description != noted {
        throw CommandFailure(
          "'\(file.name)' describes another collection than the file before it; load them one by one"
        )
      }
    }
    let wanted = description ?? noted
    let shape = try shape(info, wanted)
    var findings = Findings()
    for index in files.indices { try check(&files[index], shape, &findings, activity) }
    activity.end()
    report(findings)
    guard findings.pointCount > 0 || wanted != nil else {
      throw CommandFailure("there are no points in the files")
    }

    var summary = Summary(points: findings.pointCount, skipped: findings.badLineCount)
    if info == nil, let wanted {
      try await sharding.applied(to: wanted, client, say).create(collection, client)
      summary.isNewCollection = true
    }
    try await send(&files, shape, findings, client)
    summary.seconds = (clock.now - start).seconds
    return summary
  }

  /// The shape that points must have: the collection's own, or that of the one to be made.
  private func shape(
    _ info: JSONValue?, _ wanted: CollectionDescription?
  ) throws -> PointShape {
    guard let info else {
      guard let wanted else {
        throw CommandFailure(
          "there is no collection '\(collection)', and the file does not say how to make it: give "
            + "--config FILE, or make it with kindred collections create \(collection)")
      }
      do { return try PointShape(wanted.configuration) } catch {
        throw CommandFailure("the collection is not described as the API has it: \(error)")
      }
    }
    let present: CollectionDescription
    do { present = try CollectionDescription(of: info) } catch {
      throw CommandFailure("collection '\(collection)' is not described as expected: \(error)")
    }
    if let wanted, let difference = present.difference(from: wanted) {
      throw CommandFailure(
        "collection '\(collection)' exists and \(difference); choose another with --collection, or "
          + "delete it: kindred collections delete \(collection)")
    }
    return try PointShape(present.configuration)
  }

  private func check(
    _ file: inout PointFile, _ shape: PointShape, _ findings: inout Findings,
    _ activity: ActivityDisplay
  ) throws(CommandFailure) {
    while let next = try file.next(shape) {
      switch next {
      case .success(let line):
        findings.pointCount += 1
        let id = PointIDText.id(line.point["id"])
        if let last = findings.last, let id, id <= last { findings.areAscending = false }
        findings.last = id
        if findings.pointCount % 1000 == 0 {
          activity.note("\(Figures.grouped(findings.pointCount)) points")
        }
      case .failure(let error):
        guard skipsBadLines else {
          throw CommandFailure(
            "\(error)\nnothing has been changed; --skip-bad passes over such lines")
        }
        findings.badLineCount += 1
        if findings.badLines.count < Self.shownBadLineCount { findings.badLines.append("\(error)") }
      }
    }
  }

  private func report(_ findings: Findings) {
    guard findings.badLineCount > 0 else { return }
    say(
      "skipped \(Figures.grouped(findings.badLineCount)) bad lines"
        + (findings.badLineCount > findings.badLines.count ? ", the first of them:" : ":"))
    for line in findings.badLines { say("  \(line)") }
  }

  private func send(
    _ files: inout [PointFile], _ shape: PointShape, _ findings: Findings, _ client: DaemonClient
  ) async throws {
    for index in files.indices { try files[index].rewind() }
    var index = 0
    // Among points with the same id the last stays, so they must arrive in order.
    let sender = PointSender(
      client: client, ratingCount: findings.pointCount, showsProgress: showsProgress,
      unit: "points", requestsInFlight: findings.areAscending ? 4 : 1)
    var bodies = PointBodies(maxPointCount: batchSize)
    try await sender.send(to: collection) {
      while index < files.count, !bodies.isFull {
        guard let next = try files[index].next(shape) else {
          index += 1
          continue
        }
        // A line that was malformed before is so again, and has been reported.
        if case .success(let line) = next {
          bodies.append(line.point, from: "\(files[index].name):\(line.number)")
        }
      }
      return bodies.take()
    }
  }
}
