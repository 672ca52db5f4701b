/// Ratings grouped by user: for every user who rated anything, ascending items and their stars.
///
/// Five bytes a rating, because the largest sets have 32 million; nine with times.
/// Invariants: `users` ascends strictly; within a user items ascend strictly; ratings of
/// `users[index]` are at `starts[index] ..< starts[index + 1]`.
package struct RatingTable: Sendable {
  package private(set) var users: [UInt32] = []
  private var starts: [Int] = [0]
  package private(set) var items: [UInt32] = []
  /// Twice the stars, 1 to 10.
  package private(set) var halfStars: [UInt8] = []
  /// Seconds since 1970, one for each rating; empty where they were not asked for.
  package private(set) var times: [UInt32] = []

  package var count: Int { items.count }

  /// Where the ratings of `users[index]` are.
  package func ratings(ofUserAt index: Int) -> Range<Int> { starts[index]..<starts[index + 1] }

  /// Collects ratings in the order of a file and groups them at the end.
  package struct Builder {
    private var runs: [Run] = []
    private var items: [UInt32] = []
    private var halfStars: [UInt8] = []
    private var times: [UInt32] = []
    private let keepsTimes: Bool
    private var isGrouped = true

    /// Ratings of one user that followed each other in the file.
    private struct Run {
      var user: UInt32
      var start: Int
    }

    /// More than the largest set has: a file's size is only a hint of what is in it.
    private static let maxReservedCount = 1 << 26

    package init(expectedCount: Int = 0, keepsTimes: Bool = false) {
      self.keepsTimes = keepsTimes
      let count = min(expectedCount, Self.maxReservedCount)
      items.reserveCapacity(count)
      halfStars.reserveCapacity(count)
      if keepsTimes { times.reserveCapacity(count) }
    }

    @inline(__always)
    package mutating func append(
      user: UInt32, item: UInt32, halfStars stars: UInt8, time: UInt32 = 0
    ) {
      if runs.last?.user != user {
        if let last = runs.last, last.user > user { isGrouped = false }
        runs.append(Run(user: user, start: items.count))
      }
      items.append(item)
      halfStars.append(stars)
      if keepsTimes { times.append(time) }
    }

    /// Keeps the last in the file of several ratings of one movie by one user.
    package consuming func finish() -> RatingTable {
      if !isGrouped { group() }
      var table = RatingTable()
      table.items = items
      table.halfStars = halfStars
      table.times = times
      items = []
      halfStars = []
      times = []
      var end = 0
      for (index, run) in runs.enumerated() {
        let runEnd = index + 1 < runs.count ? runs[index + 1].start : table.items.count
        end = table.moveSorted(run.start..<runEnd, to: end)
        table.users.append(run.user)
        table.starts.append(end)
      }
      table.items.removeLast(table.items.count - end)
      table.halfStars.removeLast(table.halfStars.count - end)
      if keepsTimes { table.times.removeLast(table.times.count - end) }
      return table
    }

    /// Puts a user's runs together, users ascending, keeping the order of the file within a user.
    private mutating func group() {
      let ends = runs.dropFirst().map(\.start) + [items.count]
      let order = runs.indices.sorted { (runs[$0].user, $0) < (runs[$1].user, $1) }
      var grouped = Builder(expectedCount: items.count, keepsTimes: keepsTimes)
      for index in order {
        for position in runs[index].start..<ends[index] {
          grouped.append(
            user: runs[index].user, item: items[position], halfStars: halfStars[position],
            time: keepsTimes ? times[position] : 0)
        }
      }
      self = grouped
    }
  }

  /// Sorts one user's ratings by item, drops all but the last of each, and moves them to `start`,
  /// which is at most where they are.
  /// - Returns: where they end now.
  private mutating func moveSorted(_ range: Range<Int>, to start: Int) -> Int {
    var isAscending = true
    for index in range.dropFirst() where items[index] <= items[index - 1] {
      isAscending = false
      break
    }
    if isAscending {
      if start == range.lowerBound { return range.upperBound }
      for (step, index) in range.enumerated() {
        items[start + step] = items[index]
        halfStars[start + step] = halfStars[index]
        if !times.isEmpty { times[start + step] = times[index] }
      }
      return start + range.count
    }
    // Item above, place in the file below: one sort of plain integers keeps the file's order.
    let stars = Array(halfStars[range])
    let unsortedTimes = times.isEmpty ? [] : Array(times[range])
    var keys = range.map { UInt64(items[$0]) << 32 | UInt64($0 - range.lowerBound) }
    keys.sort()
    var end = start
    for (index, key) in keys.enumerated() {
      if index + 1 < keys.count, keys[index + 1] >> 32 == key >> 32 { continue }
      items[end] = UInt32(key >> 32)
      let place = Int(UInt32(truncatingIfNeeded: key))
      halfStars[end] = stars[place]
      if !times.isEmpty { times[end] = unsortedTimes[place] }
      end += 1
    }
    return end
  }
}
