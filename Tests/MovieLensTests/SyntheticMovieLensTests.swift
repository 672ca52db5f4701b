import MovieLens
import TestSupport
import Testing

struct SyntheticMovieLensTests {
  private func folder(_ set: SyntheticMovieLens) throws -> MovieLensFolder {
    try MovieLensFolder(Dictionary(uniqueKeysWithValues: set.files.map { ($0.name, $0.text) }))
  }

  @Test func `a synthetic set reads as a set of its shape`() throws {
    let synthetic = SyntheticMovieLens(seed: 1, userCount: 600)
    let set = try folder(synthetic).read()
    #expect(set.users.count == 600)
    #expect(set.movies.count == 3883)
    #expect(set.ratings.count == synthetic.ratingCount)
    // ML-1M has 165 ratings a user, at least 20 of each.
    #expect((120...210).contains(set.ratings.count / 600))
    #expect(set.users.indices.allSatisfy { set.ratings(ofUserAt: $0).count >= 20 })
    #expect(Set(set.movies.map(\.title)).count == 3883)
    #expect(set.movies.allSatisfy { $0.year != nil && !$0.genres.isEmpty })
    #expect(set.users.contains { $0.payload["age"] == 25 })
    let scale = try Standardization(of: set.ratings)
    #expect((3.2...4).contains(scale.mean))
    #expect((0.8...1.4).contains(scale.deviation))
    for id: UInt32 in [2571, 329, 260, 2288, 1, 1721, 296, 356, 2116, 1291, 1036] {
      #expect(set.movies.contains { $0.id == id })
    }
  }

  @Test func `the seed decides every byte`() {
    func texts(_ seed: UInt64) -> [String] {
      SyntheticMovieLens(seed: seed, userCount: 30).files.map(\.text)
    }
    #expect(texts(7) == texts(7))
    #expect(texts(7) != texts(8))
  }

  @Test func `many movies have a long tail`() throws {
    let synthetic = SyntheticMovieLens(seed: 2, userCount: 2000, movieCount: 20_000)
    let set = try folder(synthetic).read()
    #expect(set.movies.count == 20_000)
    var counts: [UInt32: Int] = [:]
    for item in set.ratings.items { counts[item, default: 0] += 1 }
    let sorted = counts.values.sorted(by: >) + Array(repeating: 0, count: 20_000 - counts.count)
    // Half of a set of this size is rated once or never, and few are known to many.
    #expect(sorted[10_000] <= 4)
    #expect(sorted[0] > 300)
    #expect(sorted.prefix(2000).reduce(0, +) > synthetic.ratingCount / 2)
  }

  @Test func `of few movies nobody rates more than a tenth`() throws {
    let set = try folder(SyntheticMovieLens(seed: 2, userCount: 50, movieCount: 100)).read()
    #expect(set.users.indices.allSatisfy { set.ratings(ofUserAt: $0).count == 10 })
  }

  @Test func `popular movies get most of the ratings`() throws {
    let set = try folder(SyntheticMovieLens(seed: 3, userCount: 400)).read()
    var counts: [UInt32: Int] = [:]
    for item in set.ratings.items { counts[item, default: 0] += 1 }
    let top = counts.values.sorted(by: >).prefix(388).reduce(0, +)
    #expect(Double(top) / Double(set.ratings.count) > 0.3)
  }
}
