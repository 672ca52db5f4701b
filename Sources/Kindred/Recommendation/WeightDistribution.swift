package import SparseIndex

/// The distribution of a collection's weights between the least and the greatest. Where nearly all are
/// close to one end, as play counts are, their ranks tell them apart better than their size does.
/// `docs/guide/recommendation.md` has the formula.
package struct WeightDistribution: Sendable {
  /// From the least weight to the greatest.
  package let range: ClosedRange<Float>
  /// How much of a weight's place in the range is its rank, λ: from 0, where the weights are spread over
  /// the range, to 0.9.
  package let rankShare: Double
  /// Mid-ranks: the share of the weights that are less, and half of that of equal ones. Weights ascend;
  /// between two of them ranks are interpolated. Empty where they have no share.
  package let ranks: [(weight: Float, rank: Double)]

  /// The bounds of the mean place of a weight in the range, from 0 to 1, between which its size alone
  /// counts: stars lie at 0.6 to 0.7, play counts below 0.1.
  private static let meanBounds = 0.45...0.9
  /// The ranks that are kept are so far apart, where there are enough: 130 of them at most.
  private static let rankStep = 1.0 / 64
  /// Bins that the range must have, so that their ranks say something.
  private static let minBinCount = 8.0

  /// - Parameter bins: of all weights, ascending.
  package init(_ bins: [WeightHistogram.Bin], within range: ClosedRange<Float>) {
    self.range = range
    let least = Double(range.lowerBound)
    let width = Double(range.upperBound) - least
    let magnitude = max(range.lowerBound.magnitude, range.upperBound.magnitude)
    let count = bins.reduce(0.0) { $0 + Double($1.count) }
    var mean = 0.0
    if width > 0, width.isFinite {
      mean = bins.reduce(0) { sum, bin in
        sum + Double(bin.count) / count * min(max((Double(bin.weight) - least) / width, 0), 1)
      }
    }
    let share =
      mean < Self.meanBounds.lowerBound
      ? (Self.meanBounds.lowerBound - mean) / (0.5 - mean)
      : mean > Self.meanBounds.upperBound
        ? (mean - Self.meanBounds.upperBound) / (mean - 0.5) : 0
    guard bins.count > 1, share > 0,
      width >= Self.minBinCount * WeightHistogram.binWidth(at: magnitude)
    else {
      rankShare = 0
      ranks = []
      return
    }
    rankShare = share
    ranks = Self.ranks(of: bins, count: count, within: range)
  }

  private static func ranks(
    of bins: [WeightHistogram.Bin], count: Double, within range: ClosedRange<Float>
  ) -> [(weight: Float, rank: Double)] {
    var ranks: [(weight: Float, rank: Double)] = []
    var before: (weight: Float, rank: Double)?
    var lessCount = 0.0
    for (index, bin) in bins.enumerated() {
      // The ends are exact.
      let weight =
        index == 0
        ? range.lowerBound : index == bins.count - 1 ? range.upperBound : bin.weight
      let rank = (lessCount + Double(bin.count) / 2) / count
      lessCount += Double(bin.count)
      let last = ranks.last?.rank ?? -1
      if rank - last >= rankStep || index == bins.count - 1 {
        // A weight that many share is no reason for those before it to be like it.
        if let before, rank - before.rank >= rankStep { ranks.append(before) }
        ranks.append((weight, rank))
        before = nil
      } else {
        before = (weight, rank)
      }
    }
    return ranks
  }

  /// The place in the range, from 0.2 to 1.
  private var placeMap: AffineMap {
    let least = Double(range.lowerBound)
    let scale = 0.8 / (Double(range.upperBound) - least)
    return AffineMap(scale: scale, offset: 0.2 - scale * least)
  }

  private var isSingle: Bool { range.lowerBound == range.upperBound }

  /// The weights that find neighbours: of the rank its mean, so that lengths of vectors follow from sums.
  var searchMap: AffineMap {
    if isSingle { return AffineMap(scale: 0, offset: 1) }
    let place = placeMap
    return AffineMap(
      scale: (1 - rankShare) * place.scale,
      offset: (1 - rankShare) * place.offset + rankShare * 0.6)
  }

  /// The weights that are summed, and learnt from.
  package var curve: WeightCurve {
    if isSingle { return WeightCurve(AffineMap(scale: 0, offset: 1)) }
    let place = placeMap
    return WeightCurve(
      place,
      knots: ranks.map { weight, rank in
        (weight, (1 - rankShare) * place(weight) + rankShare * (0.2 + 0.8 * rank))
      })
  }
}
