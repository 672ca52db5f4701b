import DataFiles
import JSONCodec
import Kindred
import KindredServer
import MovieLens
import StorageIO

/// The loading of one's own ratings: check, read everything, then change the store.
///
/// Nothing is changed before all files have been read without an error.
struct RatingsLoad: Sendable {
  var paths: [String]
  var itemsPath: String?
  var usersPath: String?
  var files = RatingFiles.Options()
  /// Nil for z-scores where the files have ratings, binary where they have none.
  var scale: Scale?
  var given: Standardization?
  var likedFrom: Double?
  var collection: String
  var catalogue: String
  /// Whether to keep when an item was rated.
  var keepsTimes = false
  var mode = SetTarget.Mode.careful
  var sharding = ShardOptions.Sharding()
  var batchSize = 1000
  var showsProgress = false
  /// Called with what was guessed, line by line, before anything is sent.
  var say: @Sendable (String) -> Void

  func run(_ client: DaemonClient) async throws -> Summary {
    let clock = ContinuousClock()
    let start = clock.now
    let source = paths.map { $0 == "-" ? "standard input" : absolutePath($0) }
    var record = SetRecord(
      kind: "ratings", source: source, collection: collection, catalogue: catalogue)
    if keepsTimes { record.times = RatingTime.vectorName }
    var target = SetTarget(record, mode)
    target.sharding = sharding
    let present = try await target.check(client)

    var options = self.files
    options.keepsTimes = keepsTimes
    var files = RatingFiles(options)
    Interruption.say { "nothing has been sent" }
    let activity = ActivityDisplay("reading", isShown: showsProgress)
    defer { activity.end() }
    do {
      for path in paths {
        try files.read(path) { activity.note("\(Figures.grouped($0)) lines") }
      }
    } catch let error as DataFileError {
      throw CommandFailure(error.description)
    }
    let items = try files.payloads(of: .item, in: itemsPath)
    let users = try files.payloads(of: .user, in: usersPath)
    activity.end()
    for note in files.notes + [items.note, users.note].compactMap({ $0 }) { say(note) }
    for note in files.badLineNotes { say(note) }
    guard files.lineCount > 0 else { throw CommandFailure("there are no ratings in the files") }
    guard !keepsTimes || files.haveTimes else {
      throw CommandFailure(
        "--keep-times needs times: name the column with --time, or leave --keep-times out")
    }

    let (scaling, ratingCount) = try files.scaling(scale, given: given, likedFrom: likedFrom)
    if scaling.scale != .binary, let note = files.unrated.note { say(note) }
    let readSeconds = (clock.now - start).seconds
    record.scale = scaling.scale.rawValue
    record.mean = scaling.standardization?.mean
    record.deviation = scaling.standardization?.deviation
    record.likedFrom = scaling.likedFrom
    for (role, name) in files.columnNames { record.columns[role.rawValue] = .string(name) }
    record.users = files.users.areNumbers ? "numbers" : "keys"
    record.items = files.items.areNumbers ? "numbers" : "keys"
    record.ratingCount = ratingCount
    record.loadedAt = Machine.timestamp + "Z"
    let isUpdate = mode != .replace
    if isUpdate, let before = present.record, before.isComplete || before.ratingCount > 0 {
      try checkKinds(before, record)
    }
    let storedUsers =
      isUpdate && present.hasCollection ? try await StoredPoints(of: collection, client) : nil
    let storedItems =
      isUpdate && present.hasCatalogue ? try await StoredPoints(of: catalogue, client) : nil
    let userNumbers = try files.users.numbers(known: storedUsers?.numbersByKey ?? [:])
    let itemNumbers = try files.items.numbers(known: storedItems?.numbersByKey ?? [:])

    try await target.begin(record, present, client)
    // The catalogue first: a number must never stand in a vector before its key is kept.
    try await sendItems(files.items, itemNumbers, items.byIndex, client)
    try await sendUsers(
      &files, scaling, userNumbers, itemNumbers, users.byIndex, ratingCount: ratingCount, client)
    var removedCount = 0
    removedCount +=
      try await storedUsers?.removeAll(except: userNumbers, from: collection, client) ?? 0
    removedCount +=
      try await storedItems?.removeAll(except: itemNumbers, from: catalogue, client) ?? 0
    try await target.finish(record, client)
    return Summary(
      users: userNumbers.count, ratings: ratingCount, items: itemNumbers.count,
      removed: removedCount, skipped: files.badLineCount, readSeconds: readSeconds,
      seconds: (clock.now - start).seconds, record: record)
  }

  private func checkKinds(_ before: SetRecord, _ now: SetRecord) throws(CommandFailure) {
    for (name, old, new) in [
      ("users", before.users, now.users), ("items", before.items, now.items),
    ] where old != new {
      throw CommandFailure(
        "the \(name) of '\(collection)' are \(old), and now there are \(new) in the files; "
          + "load it afresh with --replace")
    }
  }

  private func sendItems(
    _ identifiers: Identifiers, _ numbers: [UInt64], _ payloads: [UInt32: JSONObject],
    _ client: DaemonClient
  ) async throws {
    var bodies = PointBodies(maxPointCount: batchSize)
    var index = 0
    try await PointSender(client: client, ratingCount: 0, showsProgress: false)
      .send(to: catalogue) {
        while index < numbers.count, !bodies.isFull {
          bodies.append(
            numbers[index], payload: payload(identifiers, index, payloads[UInt32(index)]))
          index += 1
        }
        return bodies.take()
      }
  }

  private func sendUsers(
    _ files: inout RatingFiles, _ scaling: Scaling, _ userNumbers: [UInt64],
    _ itemNumbers: [UInt64], _ payloads: [UInt32: JSONObject], ratingCount: Int,
    _ client: DaemonClient
  ) async throws {
    var bodies = PointBodies(maxPointCount: batchSize)
    var users = files.spill.users()
    let identifiers = files.users
    // Users of the table without a rating come between those who rated, in order of their index.
    var index = 0
    var ratings = try users.next()
    try await PointSender(client: client, ratingCount: ratingCount, showsProgress: showsProgress)
      .send(to: collection) {
        while index < userNumbers.count, !bodies.isFull {
          var own: [Rating] = []
          if let next = ratings, next[0].user == UInt32(index) {
            own = next.settled(itemNumbers)
            ratings = try users.next()
          }
          bodies.append(
            userNumbers[index],
            dimensions: own.map { UInt32(itemNumbers[Int($0.item)]) },
            weights: scaling.weights(own),
            // All are in bounds: reading has looked.
            times: keepsTimes ? own.map { RatingTime.weight(of: $0.time) ?? 0 } : nil,
            payload: payload(identifiers, index, payloads[UInt32(index)]))
          index += 1
        }
        return bodies.take()
      }
  }

  /// The table's payload for it, and the key where ids are keys.
  private func payload(
    _ identifiers: Identifiers, _ index: Int, _ details: JSONObject?
  ) -> JSONObject {
    var payload = details ?? [:]
    if !identifiers.areNumbers { payload["key"] = .string(identifiers.text(at: index)) }
    return payload
  }

  /// The outcome of a load.
  struct Summary: Sendable {
    var users: Int
    var ratings: Int
    var items: Int
    var removed: Int
    var skipped: Int
    var readSeconds: Double
    var seconds: Double
    var record: SetRecord

    var text: String {
      let rate = seconds > 0 ? Int(Double(ratings) / seconds) : 0
      var text =
        "\(Figures.grouped(users)) users, \(Figures.grouped(ratings)) ratings, "
        + "\(Figures.grouped(items)) items in \(Figures.fixed(seconds, places: 2)) s "
        + "(\(Figures.grouped(rate)) ratings/s)"
      if removed > 0 { text += ", \(Figures.grouped(removed)) points removed" }
      if skipped > 0 { text += ", \(Figures.grouped(skipped)) lines skipped" }
      return text + "\ncollection '\(record.collection)', catalogue '\(record.catalogue)', "
        + "scale \(record.scale), users are \(record.users), items are \(record.items)"
    }

    var json: JSONObject {
      var json: JSONObject = [
        "users": .integer(Int64(users)), "ratings": .integer(Int64(ratings)),
        "items": .integer(Int64(items)), "removed": .integer(Int64(removed)),
        "skipped": .integer(Int64(skipped)), "seconds": .double(seconds),
        "read_seconds": .double(readSeconds),
      ]
      json.merge(record.metadata)
      return json
    }
  }
}
