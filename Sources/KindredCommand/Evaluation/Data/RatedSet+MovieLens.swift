import DataFiles
import JSONCodec
import MovieLens
import StorageIO

extension RatedSet {
  /// Whether the path is a folder, or a zip archive with a MovieLens set, and no file of ratings.
  static func isMovieLens(_ path: String) -> Bool {
    if (try? PosixFileSystem().list(path)) != nil { return true }
    guard ZipArchive.isArchive(path), let folder = try? MovieLensFormat.folder(at: path) else {
      return false
    }
    return (try? MovieLensFormat.detect(in: folder)) != nil
  }

  /// A MovieLens set, with the weights of `kindred load movielens`.
  ///
  /// - Parameters:
  ///   - path: its folder, or a zip archive with it.
  ///   - given: used instead of the set's own mean and deviation.
  ///   - keepsTimes: takes a second pass, since a load passes over them.
  static func movieLens(
    _ path: String, given: Standardization?, keepsTimes: Bool, _ activity: ActivityDisplay
  ) throws(CommandFailure) -> RatedSet {
    let set: MovieLensSet
    let scale: Standardization
    let ratingsPath: String
    do throws(MovieLensError) {
      set = try MovieLensSet.read(path) { activity.note(Figures.bytes($0)) }
      if let given { scale = given } else { scale = try Standardization(of: set.ratings) }
      ratingsPath = "\(try MovieLensFormat.folder(at: path))/\(set.format.files[0])"
    } catch {
      throw CommandFailure(error.description)
    }
    let times = keepsTimes ? try RatingTimes(ratingsPath, set.format) : nil
    var users = RatedUsers()
    let halfStars: ClosedRange<UInt8> = 0...10
    let weights = halfStars.map { scale.weight(halfStars: $0) }
    for (index, user) in set.users.enumerated() {
      let range = set.ratings(ofUserAt: index)
      if range.isEmpty { continue }
      let items = Array(set.ratings.items[range])
      let stars = set.ratings.halfStars[range]
      users.append(
        .integer(UInt64(user.id)), items: items, weights: stars.map { weights[Int($0)] },
        values: stars.map { Double($0) / 2 }, times: times?.times(of: user.id, items))
    }
    users.sort()
    let catalogue = Dictionary(set.movies.map { ($0.id, $0.payload) }) { _, last in last }
    return RatedSet(
      users: users, catalogue: catalogue, values: .ratings,
      source: [
        "kind": "movielens", "path": .string(absolutePath(path)), "scale": "zscore",
        "mean": .double(scale.mean), "deviation": .double(scale.deviation),
      ])
  }
}

/// When each rating of a MovieLens set was made: of several of one movie by one user, the latest.
private struct RatingTimes {
  private var times: [UInt64: [UInt32: Int64]] = [:]

  init(_ path: String, _ format: MovieLensFormat) throws(CommandFailure) {
    var options = RatingFiles.Options()
    let isTable = format == .commaSeparated
    let separator =
      switch format {
      case .doubleColon: "::"
      case .hundredK: "\t"
      case .commaSeparated: ","
      }
    options.shape = TableShape.Options(separator: separator, hasHeader: isTable)
    for (index, role) in RatingRole.allCases.enumerated() {
      options.columns[role] = String(index + 1)
    }
    var files = RatingFiles(options)
    do {
      try files.read(path)
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw CommandFailure("\(error)")
    }
    let userNumbers = try files.users.numbers(known: [:])
    let itemNumbers = try files.items.numbers(known: [:])
    var users = files.spill.users()
    while let ratings = try users.next() {
      var own: [UInt32: Int64] = [:]
      for rating in ratings {
        let item = UInt32(clamping: itemNumbers[Int(rating.item)])
        own[item] = max(rating.time, own[item] ?? .min)
      }
      times[userNumbers[Int(ratings[0].user)]] = own
    }
  }

  func times(of user: UInt32, _ items: [UInt32]) -> [Int64] {
    let own = times[UInt64(user)] ?? [:]
    return items.map { own[$0] ?? 0 }
  }
}
