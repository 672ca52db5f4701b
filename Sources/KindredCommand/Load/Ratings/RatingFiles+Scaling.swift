import DataFiles
import JSONCodec
import MovieLens

extension RatingFiles {
  /// Payloads of a table of items or users, by index of the id, and what was found in it. Ids that no
  /// rating names get an index.
  ///
  /// - Parameter path: nil where there is no such table.
  mutating func payloads(
    of role: RatingRole, in path: String?
  ) throws -> (byIndex: [UInt32: JSONObject], note: String?) {
    guard let path else { return ([:], nil) }
    let table = try PayloadTable(
      path, of: role, TableShape.Options(), column: options.columns[role])
    var byIndex: [UInt32: JSONObject] = [:]
    for (id, payload) in table.rows {
      let index = role == .user ? addUser(id[...]) : addItem(id[...])
      byIndex[index] = payload
    }
    return (byIndex, table.note)
  }

  /// Which lines were skipped, for people; nothing where none was.
  var badLineNotes: [String] {
    guard badLineCount > 0 else { return [] }
    let end = badLineCount > badLines.count ? ", the first of them:" : ":"
    return ["skipped \(Figures.grouped(badLineCount)) bad lines\(end)"]
      + badLines.map { "  \($0)" }
  }

  /// Decides on the scale, with a pass over the ratings as they will be kept.
  ///
  /// - Parameters:
  ///   - wanted: nil for z-scores where the files have ratings, binary where they have none.
  ///   - given: used instead of the set's own mean and deviation.
  mutating func scaling(
    _ wanted: Scale?, given: Standardization?, likedFrom: Double?
  ) throws(CommandFailure) -> (Scaling, ratingCount: Int) {
    let scale = wanted ?? (haveRatings ? .zscore : .binary)
    guard haveRatings || scale == .binary else {
      throw CommandFailure(
        "--scale \(scale.rawValue) needs ratings, and no column is one; name it with --rating, or "
          + "take --scale binary")
    }
    var moments = RunningMoments()
    var users = spill.users()
    while let ratings = try users.next() {
      for rating in ratings.settled(nil) { moments.add(rating.value) }
    }
    var scaling = Scaling(scale: scale)
    switch scale {
    case .zscore:
      let own = moments.deviation.flatMap { Standardization(mean: moments.mean, deviation: $0) }
      guard let standardization = given ?? own else {
        throw CommandFailure(
          "all ratings are equal: they have no deviation to divide by; take another --scale, or "
            + "give --mean and --std")
      }
      scaling.standardization = standardization
    case .likes: scaling.likedFrom = likedFrom ?? moments.mean
    default: break
    }
    return (scaling, moments.count)
  }
}
