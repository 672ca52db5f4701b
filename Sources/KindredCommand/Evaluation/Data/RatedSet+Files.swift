import DataFiles
import JSONCodec
import SparseIndex

extension RatedSet {
  /// Files of ratings, with the weights of `kindred load ratings` into new collections.
  ///
  /// - Parameter needsTimes: refuses files that do not say when.
  static func files(
    _ paths: [String], _ options: RatingFileOptions, needsTimes: Bool, _ activity: ActivityDisplay
  ) throws -> RatedSet {
    var files = RatingFiles(options.reading)
    do {
      for path in paths {
        try files.read(path) { activity.note("\(Figures.grouped($0)) lines") }
      }
    } catch let error as DataFileError {
      throw CommandFailure(error.description)
    }
    let items = try files.payloads(of: .item, in: options.items)
    activity.end()
    for note in files.notes + [items.note].compactMap({ $0 }) + files.badLineNotes {
      printError(note)
    }
    guard files.lineCount > 0 else { throw CommandFailure("there are no ratings in the files") }
    guard !needsTimes || files.haveTimes else {
      throw CommandFailure(
        "--by-time needs times: name the column with --time, or leave --by-time out")
    }
    let (scaling, _) = try files.scaling(
      options.scale, given: options.standardization, likedFrom: options.likedFrom)
    let userNumbers = try files.users.numbers(known: [:])
    let itemNumbers = try files.items.numbers(known: [:])
    let itemCount = itemNumbers.count
    let numbers = itemNumbers.map { UInt32(clamping: $0) }

    var users = RatedUsers()
    var reader = files.spill.users()
    while let ratings = try reader.next() {
      let own = ratings.settled(itemNumbers)
      users.append(
        .integer(userNumbers[Int(own[0].user)]), items: own.map { numbers[Int($0.item)] },
        weights: scaling.weights(own), values: own.map(\.value),
        times: needsTimes ? own.map(\.time) : nil)
    }
    users.sort()
    var catalogue: [UInt32: JSONObject] = [:]
    for index in 0..<itemCount {
      var payload = items.byIndex[UInt32(clamping: index)] ?? [:]
      if !files.items.areNumbers { payload["key"] = .string(files.items.text(at: index)) }
      catalogue[numbers[index]] = payload
    }
    var source: JSONObject = [
      "kind": "ratings",
      "path": .array(paths.map { .string($0 == "-" ? "standard input" : absolutePath($0)) }),
      "scale": .string(scaling.scale.rawValue),
    ]
    if let standardization = scaling.standardization {
      source["mean"] = .double(standardization.mean)
      source["deviation"] = .double(standardization.deviation)
    }
    return RatedSet(
      users: users, catalogue: catalogue, values: .ratings,
      isCentered: scaling.scale == .userMean, source: source)
  }
}
