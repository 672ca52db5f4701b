import JSONCodec

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Facts about the items, from the people who are not held out and from the catalogue.
package struct ItemFacts: Sendable {
  /// Items that anybody has rated: what a method could recommend.
  package let itemCount: Int
  /// −log₂(raters / people), by item.
  private let information: [UInt32: Double]
  /// The hundredth of the items with the most raters.
  private let popular: Set<UInt32>
  /// Numbers of genres, ascending, by item; nil where the catalogue knows of none.
  private let genres: [UInt32: [Int]]?

  /// - Parameters:
  ///   - raterCounts: at least 1 each.
  ///   - catalogue: payloads, in which `genres` is a string or an array of strings.
  package init(
    raterCounts: [UInt32: Int], peopleCount: Int, catalogue: [UInt32: JSONObject]
  ) {
    itemCount = raterCounts.count
    let people = Double(max(peopleCount, 1))
    information = raterCounts.mapValues { log2(people / Double(max($0, 1))) }
    let most = raterCounts.sorted { (-$0.value, $0.key) < (-$1.value, $1.key) }
    popular = Set(most.prefix(max(1, (raterCounts.count + 50) / 100)).map(\.key))
    var numbers: [ByteString: Int] = [:]
    let genres = catalogue.compactMapValues { payload -> [Int]? in
      let names =
        switch payload["genres"] {
        case .array(let values): values.compactMap(\.asString)
        case .string(let name): [name]
        default: [String]()
        }
      let found = Set(names.map { name in numbers.number(of: ByteString(name)) })
      return found.isEmpty ? nil : found.sorted()
    }
    self.genres = genres.isEmpty ? nil : genres
  }

  package var haveGenres: Bool { genres != nil }

  /// How surprising the items are: the mean of −log₂(raters / people), in bits (Zhou et al. 2010).
  /// - Returns: nil for an empty list.
  package func novelty(of items: [UInt32]) -> Double? {
    let bits = items.compactMap { information[$0] }
    return bits.isEmpty ? nil : bits.reduce(0, +) / Double(bits.count)
  }

  /// The share of the list that is among the hundredth of all items with the most raters.
  package func popularShare(of items: [UInt32]) -> Double? {
    items.isEmpty ? nil : Double(items.count { popular.contains($0) }) / Double(items.count)
  }

  /// How the items differ: the mean over all pairs of 1 − |shared genres| / |genres of either|
  /// (the intra-list distance of Ziegler et al. 2005). Items without genres are left out.
  package func diversity(of items: [UInt32]) -> Double? {
    guard let genres else { return nil }
    let lists = items.compactMap { genres[$0] }
    guard lists.count > 1 else { return nil }
    var sum = 0.0
    var count = 0
    for (index, first) in lists.enumerated() {
      for second in lists[(index + 1)...] {
        let shared = first.count { second.contains($0) }
        sum += 1 - Double(shared) / Double(first.count + second.count - shared)
        count += 1
      }
    }
    return sum / Double(count)
  }
}

extension [ByteString: Int] {
  /// The number of that name, the next one where it is new.
  fileprivate mutating func number(of name: ByteString) -> Int {
    if let number = self[name] { return number }
    let number = count
    self[name] = number
    return number
  }
}
