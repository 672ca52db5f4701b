import JSONCodec
import SparseIndex

/// The subjects of a catalogue's items: the words of their payloads, each item a unit vector of
/// words weighted by tf-idf, (1 + ln tf) · ln(N / df) (G. Salton, C. Buckley, "Term-weighting
/// approaches in automatic text retrieval", 1988). A word counts by the member of the payload in
/// which it stands: a genre is not a title. It means nothing once the view's read is over.
final class ItemContents: Sendable {
  /// The items, ascending, and where each lies in the view.
  let items: [UInt32]
  let places: [CollectionView.Place]
  let wordCount: Int
  /// The words of the item at an index are at `starts[index]..<starts[index + 1]`.
  private let starts: [Int]
  private let words: [UInt32]
  private let weights: [Float]

  init(of catalogue: CollectionView) {
    let found = Self.items(of: catalogue)
    items = found.map(\.item)
    places = found.map(\.place)
    var vocabulary = Vocabulary()
    var counts: [[(word: UInt32, count: Float)]] = []
    counts.reserveCapacity(found.count)
    for place in places {
      if catalogue.context.isOver { break }
      let payload = catalogue.record(at: place, payload: .all, vectorNames: nil).payload ?? [:]
      let wordCounts = vocabulary.count(wordsOf: payload)
      catalogue.context.take(64 + 128 * wordCounts.count)
      counts.append(wordCounts)
    }
    // Sums are taken in the order of the words' bytes: the same in every layout of the points.
    let ranks = vocabulary.ranks
    wordCount = ranks.count
    var starts = [0]
    var words: [UInt32] = []
    var weights: [Float] = []
    for item in items.indices {
      var terms: [(word: UInt32, weight: Double)] = []
      for (word, count) in item < counts.count ? counts[item] : [] {
        let documentCount = Double(vocabulary.documentCounts[Int(word)])
        // A word of one item likens it to none.
        guard documentCount > 1 else { continue }
        let weight =
          (1 + Double(count).naturalLogarithm)
          * (Double(items.count) / documentCount).naturalLogarithm
        if weight > 0 { terms.append((ranks[Int(word)], weight)) }
      }
      terms.sort { $0.word < $1.word }
      let length = terms.reduce(0) { $0 + $1.weight * $1.weight }.squareRoot()
      words += terms.map(\.word)
      weights += terms.map { Float($0.weight / length) }
      starts.append(words.count)
    }
    self.starts = starts
    self.words = words
    self.weights = weights
  }

  private static func items(
    of catalogue: CollectionView
  ) -> [(item: UInt32, place: CollectionView.Place)] {
    var items: [(item: UInt32, place: CollectionView.Place)] = []
    var meter = WorkMeter(catalogue.context)
    for (segment, live) in catalogue.segments.enumerated() {
      for offset in 0..<live.segment.pointCount where live.isLive(offset) {
        if meter.isOver() { break }
        guard case .integer(let id) = live.segment.id(at: offset), let item = UInt32(exactly: id)
        else { continue }
        items.append((item, CollectionView.Place(segment: segment, offset: offset)))
      }
    }
    return items.sorted { $0.item < $1.item }
  }

  func index(of item: UInt32) -> Int? {
    let index = lowerBound(in: items.indices) { items[$0] < item }
    return index < items.count && items[index] == item ? index : nil
  }

  /// Adds the item's vector, `factor` times, to a vector with a component for each word.
  func add(at index: Int, factor: Double, to vector: inout [Double]) {
    for place in starts[index]..<starts[index + 1] {
      vector[Int(words[place])] += factor * Double(weights[place])
    }
  }

  /// The dot product of the item's vector with such a vector.
  func product(at index: Int, _ vector: [Double]) -> Double {
    var sum = 0.0
    for place in starts[index]..<starts[index + 1] {
      sum += vector[Int(words[place])] * Double(weights[place])
    }
    return sum
  }
}

/// Words with a number each, in the order of their first appearance.
private struct Vocabulary {
  private var numbers: [ByteString: UInt32] = [:]
  /// The number of items that have each word.
  private(set) var documentCounts: [UInt32] = []

  /// Words of one item that count.
  private static let maxWordCount = 256
  private static let analysis = TextAnalysis(asciiFolding: true)

  /// The place of each word, by its number, among all by their bytes.
  var ranks: [UInt32] {
    var ranks = [UInt32](repeating: 0, count: numbers.count)
    for (rank, word) in numbers.sorted(by: { $0.key < $1.key }).enumerated() {
      ranks[Int(word.value)] = UInt32(rank)
    }
    return ranks
  }

  /// How often each word stands in the texts of a payload.
  mutating func count(wordsOf payload: JSONObject) -> [(word: UInt32, count: Float)] {
    var counts: [UInt32: Float] = [:]
    for member in payload.members {
      let isMore = Self.forEachText(of: member.value) { text in
        Self.analysis.forEachDocumentTerm(of: text) { term in
          counts[number(of: ByteString(member.name + "\0" + term)), default: 0] += 1
          return counts.count < Self.maxWordCount
        }
        return counts.count < Self.maxWordCount
      }
      if !isMore { break }
    }
    for word in counts.keys { documentCounts[Int(word)] += 1 }
    return counts.map { ($0.key, $0.value) }
  }

  private mutating func number(of word: ByteString) -> UInt32 {
    if let number = numbers[word] { return number }
    let number = UInt32(clamping: documentCounts.count)
    numbers[word] = number
    documentCounts.append(0)
    return number
  }

  /// - Returns: false when `body` did.
  private static func forEachText(of value: JSONValue, _ body: (String) -> Bool) -> Bool {
    switch value {
    case .string(let text): body(text)
    case .array(let values): values.allSatisfy { forEachText(of: $0, body) }
    case .object(let object): object.members.allSatisfy { forEachText(of: $0.value, body) }
    default: true
    }
  }
}

extension CollectionView {
  /// The subjects of the points of this catalogue.
  func itemContents() -> ItemContents {
    caches.contents.value(of: self, named: "") { ItemContents(of: self) }
  }
}
