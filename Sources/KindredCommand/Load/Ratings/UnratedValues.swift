/// Counts values that say "not rated" in many sets (-1 among anime, 0 among books), where all others are greater.
struct UnratedValues {
  private var count = 0
  private var least = Double.infinity
  private var greatest = -Double.infinity
  private var totalCount = 0

  /// A few of them are more likely ratings.
  private static let minShare = 0.05

  mutating func add(_ value: Double) {
    totalCount += 1
    greatest = max(greatest, value)
    if value < least {
      least = value
      count = 0
    }
    if value == least { count += 1 }
  }

  /// For people; nil where nothing looks like it.
  var note: String? {
    // Where there are 0 and 1, or -1 and 1, both say something.
    guard least == -1 || least == 0, greatest > 1,
      Double(count) >= Self.minShare * Double(totalCount)
    else { return nil }
    return "\(Figures.grouped(count)) of \(Figures.grouped(totalCount)) ratings are \(Int(least)), "
      + "the least of all: where that says 'not rated', leave those lines out"
  }
}
