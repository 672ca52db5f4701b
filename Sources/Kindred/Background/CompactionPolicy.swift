/// Which segment files of a collection to merge, decided by figures alone.
package enum CompactionPolicy {
  /// The facts about a segment file that the policy needs.
  package struct Candidate: Equatable, Sendable {
    package var number: UInt64
    package var byteCount: Int
    package var pointCount: Int
    package var deletedPointCount: Int

    package init(number: UInt64, byteCount: Int, pointCount: Int, deletedPointCount: Int) {
      self.number = number
      self.byteCount = byteCount
      self.pointCount = pointCount
      self.deletedPointCount = deletedPointCount
    }

    /// The bytes of the segment without its deleted points, about.
    package var liveByteCount: Int {
      let share = Double(pointCount - deletedPointCount) / Double(max(pointCount, 1))
      return Int(Double(byteCount) * share)
    }
  }

  /// Files of about one size that are merged into one.
  package static let fanIn = 4
  /// A file belongs to a tier when it is at most this much larger than the tier's smallest.
  package static let tierRatio = 4
  /// Files smaller than this count as one tier.
  package static let smallByteCount = 1 << 20
  /// A larger share of deleted points is worth a rewrite.
  package static let deletedShare = 0.2

  /// - Returns: numbers of the files to merge into one, or none when nothing is worth it.
  package static func choose(_ candidates: [Candidate]) -> [UInt64] {
    let sorted = candidates.sorted { ($0.liveByteCount, $0.number) < ($1.liveByteCount, $1.number) }
    for (start, smallest) in sorted.enumerated() {
      let limit = max(smallest.liveByteCount, smallByteCount) * tierRatio
      let tier = sorted[start...].prefix { $0.liveByteCount <= limit }
      if tier.count >= fanIn { return tier.map(\.number) }
    }
    let worn = sorted.first {
      Double($0.deletedPointCount) > deletedShare * Double($0.pointCount)
    }
    return worn.map { [$0.number] } ?? []
  }

  /// - Returns: numbers of the files to merge so that one file without deleted points remains.
  package static func chooseAll(_ candidates: [Candidate]) -> [UInt64] {
    let isCompact = candidates.count <= 1 && candidates.allSatisfy { $0.deletedPointCount == 0 }
    return isCompact ? [] : candidates.map(\.number)
  }
}
