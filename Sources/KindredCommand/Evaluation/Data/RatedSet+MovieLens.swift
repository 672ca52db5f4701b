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
  ///   - keepsTimes: whether to keep when something was rated.
  static func movieLens(
    _ path: String, given: Standardization?, keepsTimes: Bool, _ activity: ActivityDisplay
  ) throws(CommandFailure) -> RatedSet {
    let set: MovieLensSet
    let scale: Standardization
    do throws(MovieLensError) {
      set = try MovieLensSet.read(path, keepsTimes: keepsTimes) { activity.note(Figures.bytes($0)) }
      if let given { scale = given } else { scale = try Standardization(of: set.ratings) }
    } catch {
      throw CommandFailure(error)
    }
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
        values: stars.map { Double($0) / 2 },
        times: keepsTimes ? set.ratings.times[range].map { Int64($0) } : nil)
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
