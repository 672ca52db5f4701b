import SparseIndex

/// The ratings that a model learns from, mapped: by person over the inputs, and by item over
/// everybody. Items and people are counted from 0, in ascending order of their ids.
struct RatingMatrix: Sendable {
  /// The dimensions that the columns stand for, ascending.
  let items: [UInt32]
  /// The items that are inputs, ascending indexes into `items`.
  private(set) var inputs: [UInt32] = []
  private(set) var personCount = 0
  private(set) var ratingCount = 0
  /// Ratings of person p lie at `personStarts[p] ..< personStarts[p + 1]`, inputs ascending.
  private(set) var personStarts: [Int] = [0]
  /// Indexes into `inputs`.
  private(set) var personInputs: [UInt32] = []
  private(set) var personWeights: [Float] = []
  /// Ratings of item i lie at `itemStarts[i] ..< itemStarts[i + 1]`, people ascending.
  private(set) var itemStarts: [Int] = [0]
  private(set) var itemPeople: [UInt32] = []
  private(set) var itemWeights: [Float] = []

  /// Bytes that one rating takes, by person and by item together.
  static let ratingByteCount = 16

  /// - Parameter isCancelled: asked now and then.
  /// - Returns: nil when cancelled.
  init?(
    of view: CollectionView, _ parameters: ItemModelParameters, _ statistics: RatingStatistics,
    map: WeightCurve, isCancelled: () -> Bool
  ) {
    items = statistics.items
    let masks = view.segments.map { live -> PointMask? in
      guard let sections = live.segment.sparseSections(parameters.using) else { return nil }
      var people = view.candidates(in: live, parameters.filter)
      people.formIntersection(sections.vectors.presence)
      return people
    }
    let upper = view.segments.reduce(0) {
      $0 + ($1.segment.sparseSections(parameters.using)?.postings.postingCount ?? 0)
    }
    personInputs.reserveCapacity(upper)
    personWeights.reserveCapacity(upper)
    for (index, live) in view.segments.enumerated() {
      guard let people = masks[index], let sections = live.segment.sparseSections(parameters.using)
      else { continue }
      if isCancelled() { return nil }
      let indexes = statistics.indexes(inSegment: index)
      people.forEach { offset in
        sections.vectors.withRanks(at: offset) { ranks, weights in
          guard ranks.count > 0 else { return }
          for position in ranks.indices {
            let rank = Int(ranks[position])
            personInputs.append(indexes.map { $0[rank] } ?? UInt32(rank))
            personWeights.append(Float(saturating: map(weights[position])))
          }
          personStarts.append(personInputs.count)
        }
      }
    }
    personCount = personStarts.count - 1
    ratingCount = personInputs.count
    transpose()
    guard !isCancelled() else { return nil }
    let raterCounts = zip(itemStarts, itemStarts.dropFirst()).map { $1 - $0 }
    let most = items.indices.filter { raterCounts[$0] > 0 }
      .sorted { (-raterCounts[$0], $0) < (-raterCounts[$1], $1) }
    inputs = most.prefix(parameters.inputCount).sorted().map { UInt32($0) }
    keepInputs()
  }

  func raterCount(of item: Int) -> Int { itemStarts[item + 1] - itemStarts[item] }

  private mutating func transpose() {
    var starts = [Int](repeating: 0, count: items.count + 1)
    for item in personInputs { starts[Int(item) + 1] += 1 }
    for item in items.indices { starts[item + 1] += starts[item] }
    itemStarts = starts
    itemPeople = Array(repeating: 0, count: ratingCount)
    itemWeights = Array(repeating: 0, count: ratingCount)
    for person in 0..<personCount {
      for position in personStarts[person]..<personStarts[person + 1] {
        let item = Int(personInputs[position])
        itemPeople[starts[item]] = UInt32(person)
        itemWeights[starts[item]] = personWeights[position]
        starts[item] += 1
      }
    }
  }

  /// Drops what is not an input from the people's ratings.
  private mutating func keepInputs() {
    var numbers = [UInt32](repeating: .max, count: items.count)
    for (number, item) in inputs.enumerated() { numbers[Int(item)] = UInt32(number) }
    var end = 0
    var start = 0
    for person in 0..<personCount {
      let next = personStarts[person + 1]
      for position in start..<next {
        let number = numbers[Int(personInputs[position])]
        guard number != .max else { continue }
        personInputs[end] = number
        personWeights[end] = personWeights[position]
        end += 1
      }
      start = next
      personStarts[person + 1] = end
    }
    personInputs.removeLast(personInputs.count - end)
    personWeights.removeLast(personWeights.count - end)
  }
}
