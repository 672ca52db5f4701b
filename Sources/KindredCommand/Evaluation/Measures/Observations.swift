/// Observations of one method's lists, for one length of the query: one for each
/// person and draw, in the same order for every method.
package struct Observations: Sendable {
  /// The number of the person that each observation belongs to.
  package private(set) var people: [Int] = []
  private var values: [Measure: [Double?]] = [:]
  private var draws: [Draw] = []
  /// Seconds that each recommendation took.
  private var seconds: [Double] = []
  /// How many lists were empty.
  package private(set) var emptyCount = 0

  /// The people of one draw are asked one after the other.
  private struct Draw {
    var itemCount: Int
    /// The number of lists that have an item, and the last observation of it, by item.
    var occurrences: [UInt32: (count: Int, observation: Int)] = [:]
    var observations: Range<Int>
  }

  /// The number of leading items that are measured in a list.
  private static let listCount = 10

  package init() {}

  package mutating func beginDraw(itemCount: Int) {
    draws.append(Draw(itemCount: itemCount, observations: people.count..<people.count))
  }

  /// - Parameters:
  ///   - items: best first.
  ///   - relevant: not empty.
  package mutating func add(
    _ items: [UInt32], for person: Int, relevant: Set<UInt32>, _ facts: ItemFacts,
    seconds: Double
  ) {
    precondition(!draws.isEmpty)
    let list = RankedList(items, relevant: relevant)
    let shown = Array(items.prefix(Self.listCount))
    for measure in Measure.allCases {
      let value: Double? =
        switch measure {
        case .ndcg10: list.ndcg(at: 10)
        case .ndcg100: list.ndcg(at: 100)
        case .recall20: list.recall(at: 20)
        case .recall50: list.recall(at: 50)
        case .averagePrecision: list.averagePrecision
        case .reciprocalRank: list.reciprocalRank
        case .novelty: facts.novelty(of: shown)
        case .popularShare: facts.popularShare(of: shown)
        case .diversity: facts.diversity(of: shown)
        // No property of one list.
        case .coverage: nil
        }
      values[measure, default: []].append(value)
    }
    let observation = people.count
    for item in shown {
      let count = draws[draws.count - 1].occurrences[item]?.count ?? 0
      draws[draws.count - 1].occurrences[item] = (count + 1, observation)
    }
    people.append(person)
    let first = draws[draws.count - 1].observations.lowerBound
    draws[draws.count - 1].observations = first..<people.count
    self.seconds.append(seconds)
    if items.isEmpty { emptyCount += 1 }
  }

  package func estimate(_ measure: Measure) -> Estimate? {
    if measure == .coverage {
      guard let (value, influences) = coverage else { return nil }
      return Estimate(value: value, deviations: influences, people: people)
    }
    return Estimate.mean(of: values[measure] ?? [], people: people)
  }

  /// How much more this is than what others are, for the same people.
  package func difference(_ measure: Measure, to others: Observations) -> Estimate? {
    precondition(people == others.people, "not the same people")
    if measure == .coverage {
      guard let own = coverage, let other = others.coverage else { return nil }
      return Estimate(
        value: own.value - other.value, deviations: zip(own.influences, other.influences).map(-),
        people: people)
    }
    return Estimate.meanDifference(
      of: values[measure] ?? [], to: others.values[measure] ?? [], people: people)
  }

  /// Median of the seconds that one recommendation took; nil before the first.
  package var medianSeconds: Double? {
    guard !seconds.isEmpty else { return nil }
    let sorted = seconds.sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2)
      ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }

  /// The share of the items that is in anybody's list, the mean of the draws, and what each person
  /// moves it by: a person who is left out takes away what only they were recommended (the jackknife
  /// of a number of kinds, Heltshe and Forrester 1983).
  private var coverage: (value: Double, influences: [Double])? {
    let draws = draws.filter { !$0.observations.isEmpty && $0.itemCount > 0 }
    guard !draws.isEmpty else { return nil }
    var value = 0.0
    var influences = [Double](repeating: 0, count: people.count)
    for draw in draws {
      let whole = Double(draw.itemCount) * Double(draws.count)
      value += Double(draw.occurrences.count) / whole
      for (count, observation) in draw.occurrences.values where count == 1 {
        influences[observation] += 1 / whole
      }
      let mean = influences[draw.observations].reduce(0, +) / Double(draw.observations.count)
      for index in draw.observations { influences[index] -= mean }
    }
    return (value, influences)
  }
}
