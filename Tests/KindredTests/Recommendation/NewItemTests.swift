import Foundation
import JSONCodec
import Kindred
import SparseIndex
import TestSupport
import Testing

/// Items that nobody has rated, found by their payload.
@Suite struct NewItemTests {
  private static let words = ["Drama", "Comedy", "Sci-Fi", "Été", "war", "night", "the", "of"]

  /// Items 0 to 39; people have rated those below 20.
  private static func items(seed: UInt64) -> [Point] {
    var random = SeededGenerator(seed: seed)
    return (UInt64(0)..<40).map { id in
      func some(_ limit: Int) -> [String] {
        (0..<Int.random(in: 0...limit, using: &random)).map { _ in
          words.randomElement(using: &random)!
        }
      }
      return Point(
        id: .integer(id),
        payload: [
          "title": .string(some(4).joined(separator: " ")), "year": .integer(Int64(1990 + id)),
          "genres": .array(some(3).map { .string($0) }), "odd": .bool(id % 2 == 1),
          "more": .object(["text": .string(some(2).joined(separator: "-"))]),
        ])
    }
  }

  private static func people(seed: UInt64) throws -> CollectionView {
    var random = SeededGenerator(seed: seed)
    let points = (UInt64(0)..<30).map { id in
      let items = (UInt32(0)..<20).filter { _ in Bool.random(using: &random) }
      return Point(
        id: .integer(id),
        vectors: [
          "ratings": .sparse(
            SparseVector(
              ascending: items,
              weights: items.map { _ in Float(Int.random(in: 1...5, using: &random)) }))
        ])
    }
    return try view([points], ["ratings": .init()])
  }

  private static func view(
    _ parts: [[Point]], _ vectors: [ByteString: SparseVectorParameters] = [:]
  ) throws -> CollectionView {
    let configuration = CollectionConfiguration(sparseVectors: vectors)
    return CollectionView(
      name: "c", identity: 7, configuration: configuration,
      segments: try parts.map { LiveSegment(try makeSegment($0, configuration)) },
      sequenceNumber: 1)
  }

  private static let ratings = SparseVector(ascending: [1, 4, 7, 12], weights: [5, 1, 4, 5])

  /// Cosines by the formula, over words with the member in which they stand.
  private func plain(_ items: [Point], _ ratings: SparseVector) -> [UInt64: Double] {
    let counts = items.map { item in
      var counts: [String: Double] = [:]
      func add(_ member: String, _ text: String) {
        for word in text.split(whereSeparator: { !$0.isLetter }) {
          counts[
            "\(member) \(word.lowercased().replacingOccurrences(of: "é", with: "e"))", default: 0] +=
            1
        }
      }
      add("title", item.payload["title"]!.asString!)
      for genre in item.payload["genres"]!.asArray! { add("genres", genre.asString!) }
      add("more", item.payload["more"]!.asObject!["text"]!.asString!)
      return counts
    }
    var documentCounts: [String: Double] = [:]
    for word in counts.flatMap(\.keys) { documentCounts[word, default: 0] += 1 }
    let vectors = counts.map { counts in
      let vector = Dictionary(
        uniqueKeysWithValues: counts.map { word, count in
          (
            word,
            documentCounts[word]! > 1
              ? (1 + log(count)) * log(Double(items.count) / documentCounts[word]!) : 0
          )
        })
      let length = sqrt(vector.values.reduce(0) { $0 + $1 * $1 })
      return vector.mapValues { length > 0 ? $0 / length : 0 }
    }
    let weights = ratings.weights.map(Double.init)
    let mean = weights.reduce(0, +) / Double(weights.count)
    var profile: [String: Double] = [:]
    for (item, weight) in zip(ratings.dimensions, weights) {
      let factor = Set(weights).count == 1 ? 1 : weight - mean
      for (word, value) in vectors[Int(item)] { profile[word, default: 0] += factor * value }
    }
    let length = sqrt(profile.values.reduce(0) { $0 + $1 * $1 })
    var likenesses: [UInt64: Double] = [:]
    for (id, vector) in vectors.enumerated() where id >= 20 {
      let product = vector.reduce(0) { $0 + $1.value * (profile[$1.key] ?? 0) }
      if product / length > 1e-9 { likenesses[UInt64(id)] = product / length }
    }
    return likenesses
  }

  @Test(
    arguments: 1...6,
    [
      ratings, SparseVector(ascending: [3], weights: [1]),
      SparseVector(ascending: [2, 9], weights: [3.4e38, -3.4e38]),
    ]) func `are those most like what is liked, in every layout of the catalogue`(
      seed: Int, ratings: SparseVector
    ) throws
  {
    let items = Self.items(seed: UInt64(seed))
    let people = try Self.people(seed: UInt64(seed))
    let expected = plain(items, ratings)
    var first: Recommendation?
    for parts in [
      [items], [Array(items[..<11]), Array(items[11...])],
      [0, 1, 2].map { part in items.indices.filter { $0 % 3 == part }.map { items[$0] } },
    ] {
      let answer = try people.recommend(
        RecommendationRequest(subject: .ratings(ratings), limit: 50, newItems: 1, explain: true),
        catalogue: Self.view(parts.filter { !$0.isEmpty }))
      if let first { #expect(answer == first) }
      first = answer
      let new = answer.items.filter(\.isNew)
      #expect(new.count == expected.count && answer.items.prefix(new.count).allSatisfy(\.isNew))
      for item in new {
        let likeness = try #require(expected[UInt64(item.id)])
        #expect(abs(Double(item.score) - likeness) < 1e-5)
        #expect(item.neighborCount == 0 && item.payload?["year"] != nil)
        let because = try #require(item.because)
        #expect(abs(because.reduce(0) { $0 + $1.contribution } - item.score) < 1e-4)
        #expect(because.allSatisfy { ratings.dimensions.contains($0.item) })
      }
      #expect(zip(new, new.dropFirst()).allSatisfy { ($0.score, $0.id) > ($1.score, $1.id) })
    }
  }

  @Test(arguments: [0, 0.1, 0.29, 0.5, 1]) func `have their share of the list, page by page`(
    share: Double
  ) throws {
    let people = try Self.people(seed: 1)
    let catalogue = try Self.view([Self.items(seed: 1)])
    func ask(_ change: (inout RecommendationRequest) -> Void) throws -> [Recommendation.Item] {
      var request = RecommendationRequest(subject: .ratings(Self.ratings), limit: 100)
      change(&request)
      return try people.recommend(request, catalogue: catalogue).items
    }
    let others = try ask { _ in }
    let new = try ask { $0.newItems = 1 }.filter(\.isNew)
    #expect(others.count > 10 && new.count > 5)
    let whole = try ask { $0.newItems = share }
    #expect(whole.filter { !$0.isNew } == others)
    #expect(
      new.starts(with: whole.filter(\.isNew)) && whole.contains(where: \.isNew) == (share > 0))
    for count in 1...10 {
      let first = try ask {
        $0.newItems = share; $0.limit = count
      }
      #expect(first == Array(whole.prefix(count)))
      #expect(first.count(where: \.isNew) == Int(share * Double(count) + 1e-9))
    }
    for limit in [1, 3, 7] {
      var pages: [Recommendation.Item] = []
      while let page = try? ask({
        $0.newItems = share; $0.limit = limit; $0.offset = pages.count
      }),
        !page.isEmpty
      { pages += page }
      #expect(pages.elementsEqual(whole), "\(pages.map(\.id)) \(whole.map(\.id))")
    }
    #expect(
      try ask {
        $0.newItems = share; $0.offset = .max; $0.limit = .max
      }.isEmpty)
  }

  @Test func `pass the filter on items, and are left out where they are excluded`() throws {
    let people = try Self.people(seed: 2)
    let catalogue = try Self.view([Self.items(seed: 2)])
    var request = RecommendationRequest(
      subject: .ratings(Self.ratings), limit: 100, newItems: 0.5)
    let all = try people.recommend(request, catalogue: catalogue).items.filter(\.isNew)
    request.itemFilter = Filter(must: [
      .field(key: JSONPath(first: "odd"), .matchValue(.bool(true)))
    ])
    request.exclude = [all[0].id]
    let some = try people.recommend(request, catalogue: catalogue).items.filter(\.isNew)
    #expect(some == all.dropFirst().filter { $0.id % 2 == 1 } && !some.isEmpty)
    // An item that somebody has rated meanwhile is new no more.
    request = RecommendationRequest(
      subject: .ratings(SparseVector(ascending: [1, all[0].id], weights: [5, 4])), newItems: 1)
    #expect(
      try people.recommend(request, catalogue: catalogue).items.allSatisfy { $0.id != all[0].id })
  }

  @Test func `need a catalogue, and somebody of whom something is known`() throws {
    let people = try Self.people(seed: 3)
    let catalogue = try Self.view([Self.items(seed: 3)])
    var request = RecommendationRequest(subject: .ratings(Self.ratings), newItems: 0.5)
    #expect(throws: StoreError.self) { try people.recommend(request) }
    for share in [-0.1, 1.1, .nan, .infinity] {
      request.newItems = share
      #expect(throws: StoreError.self) { try people.recommend(request, catalogue: catalogue) }
    }
    request = RecommendationRequest(subject: .nobody, newItems: 1)
    let popular = try people.recommend(request, catalogue: catalogue)
    #expect(popular.method == .popular && popular.items.allSatisfy { !$0.isNew })
    let empty = try Self.view([[Point(id: .integer(3)), Point(id: .uuid(7))]])
    request = RecommendationRequest(subject: .ratings(Self.ratings), newItems: 1)
    #expect(try people.recommend(request, catalogue: empty).items.allSatisfy { !$0.isNew })
  }
}
