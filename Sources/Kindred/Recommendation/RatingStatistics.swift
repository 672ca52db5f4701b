import SparseIndex
import Synchronization

/// Who rated what, counted: the live points of a view, for one sparse vector. The same numbers however
/// the points are spread over segments. They mean nothing once the view's read is over.
final class RatingStatistics: Sendable {
  /// The items that live points have, ascending; not those that only deleted ones have, which segments know
  /// until they are merged. What follows is by index into these.
  let items: [UInt32]
  /// How many live points have the item.
  let raterCounts: [UInt32]
  /// Live points with a rating.
  let personCount: Int
  /// Ratings of live points.
  let ratingCount: Int
  /// The weights of live points; nil where there is none.
  let distribution: WeightDistribution?
  /// For each segment of the view the index of the item at each rank that live points have; nil where the
  /// two are equal.
  private let indexes: [[UInt32]?]
  private let dampings = Mutex<(exponent: Double, factors: [Double])?>(nil)

  init(of view: CollectionView, using name: String) {
    let sections = view.segments.map { $0.segment.sparseSections(name) }
    let (items, indexes) = Self.union(sections)
    var counts = [UInt32](repeating: 0, count: items.count)
    var personCount = 0
    var least = Float.infinity
    var greatest = -Float.infinity
    var histogram = WeightHistogram()
    var meter = WorkMeter(view.context)
    for (index, live) in view.segments.enumerated() where !view.context.isOver {
      guard let sections = sections[index] else { continue }
      let places = indexes[index]
      for rank in 0..<sections.postings.dimensionCount {
        counts[places.map { Int($0[rank]) } ?? rank] &+= UInt32(
          sections.postings.list(at: rank).count)
      }
      for (offset, summary) in sections.summaries.all(in: sections, for: view.context).enumerated()
      where summary.count > 0 {
        if meter.isOver(after: 4) { break }
        guard live.isLive(offset) else {
          sections.vectors.withRanks(at: offset) { ranks, weights in
            // Damaged lists may have fewer postings than there are vectors.
            for rank in ranks { counts[places.map { Int($0[Int(rank)]) } ?? Int(rank)] &-= 1 }
            for weight in weights { histogram.add(weight, count: -1) }
          }
          continue
        }
        personCount += 1
        least = min(least, summary.least)
        greatest = max(greatest, summary.greatest)
      }
      for bin in sections.summaries.bins(in: sections, for: view.context) {
        if meter.isOver() { break }
        histogram.add(bin.weight, count: bin.count)
      }
    }
    (self.items, raterCounts, self.indexes) = Self.rated(items, counts, indexes, personCount)
    ratingCount = raterCounts.reduce(0) { $0 + Int($1) }
    self.personCount = personCount
    distribution =
      least <= greatest ? WeightDistribution(histogram.bins, within: least...greatest) : nil
  }

  /// Leaves out the items that no live point has.
  private static func rated(
    _ items: [UInt32], _ counts: [UInt32], _ indexes: [[UInt32]?], _ personCount: Int
  ) -> (items: [UInt32], counts: [UInt32], indexes: [[UInt32]?]) {
    let rated = counts.indices.filter { counts[$0] > 0 }
    // Damage alone leaves people with ratings and nothing rated: then nothing may be out of reach.
    guard rated.count < items.count, !rated.isEmpty || personCount == 0 else {
      return (items, counts, indexes)
    }
    // No vector of a live point has what is left out.
    var places = [UInt32](repeating: 0, count: items.count)
    for (place, index) in rated.enumerated() { places[index] = UInt32(truncatingIfNeeded: place) }
    return (
      rated.map { items[$0] }, rated.map { counts[$0] },
      indexes.map { $0.map { $0.map { places[Int($0)] } } ?? places }
    )
  }

  func index(of item: UInt32) -> Int? {
    let index = lowerBound(in: items.indices) { items[$0] < item }
    return index < items.count && items[index] == item ? index : nil
  }

  /// The index of the item at each rank of a segment; nil where the two are equal.
  func indexes(inSegment segment: Int) -> [UInt32]? { indexes[segment] }

  /// How many people have the item.
  func raterCount(of item: UInt32) -> Int { index(of: item).map { Int(raterCounts[$0]) } ?? 0 }

  /// The number of items that at least `least` people have.
  func itemCount(ratedBy least: Int) -> Int {
    raterCounts.count { $0 > 0 && Int($0) >= least }
  }

  /// The factor of each item's sum: its number of raters to the power of −exponent.
  func dampings(_ exponent: Double) -> [Double] {
    dampings.withLock { known in
      if let known, known.exponent == exponent { return known.factors }
      let factors = raterCounts.map { Double(max(1, $0)).raised(to: -exponent) }
      known = (exponent, factors)
      return factors
    }
  }

  private static func union(_ sections: [SparseSections?]) -> (items: [UInt32], [[UInt32]?]) {
    let lists = sections.map { sections in
      sections.map { sections in
        (0..<sections.postings.dimensionCount).map { sections.postings.dimension(at: $0) }
      } ?? []
    }
    var items = lists.max { $0.count < $1.count } ?? []
    if lists.contains(where: { !$0.isEmpty && $0 != items }) {
      items = Set(lists.joined()).sorted()
    }
    let indexes = lists.map { list -> [UInt32]? in
      if list == items { return nil }
      var next = 0
      return list.map { item in
        while items[next] < item { next += 1 }
        return UInt32(next)
      }
    }
    return (items, indexes)
  }
}

extension CollectionView {
  /// The statistics of the ratings in that vector; they mean nothing once the read is over.
  func ratingStatistics(using name: String) -> RatingStatistics {
    caches.statistics.value(of: self, named: name) { RatingStatistics(of: self, using: name) }
  }
}
