import KindredCommand
import Testing

struct CoordinateSearchTests {
  @Test func `climbs to the summit of a hill`() async throws {
    let search = CoordinateSearch(counts: [8, 7, 6, 2], budget: 1000)
    for start in [[0, 0, 0, 0], [7, 6, 5, 1], [3, 3, 3, 0]] {
      let outcome = try await search.run(from: start) { place in
        let far = zip(place, [5, 1, 2, 1]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        return -Double(far)
      }
      #expect(outcome.best == [5, 1, 2, 1] && outcome.score == 0 && outcome.isFinished)
    }
  }

  @Test func `keeps what it begins with where nothing is better, and asks for nothing twice`()
    async throws
  {
    var asked: [[Int]] = []
    let outcome = try await CoordinateSearch(counts: [3, 3], budget: 100).run(from: [1, 1]) {
      place in
      asked.append(place)
      return 7
    }
    #expect(outcome.best == [1, 1])
    #expect(Set(asked).count == asked.count && asked.count == 5)
    #expect(outcome.trialCount == 5 && outcome.isFinished)
  }

  @Test(arguments: [1, 2, 5, 9]) func `uses no more than its budget`(budget: Int) async throws {
    var count = 0
    let outcome = try await CoordinateSearch(counts: [50, 50], budget: budget).run(from: [0, 0]) {
      place in
      count += 1
      return Double(place[0] + place[1])
    }
    #expect(count == budget && outcome.trialCount == budget && !outcome.isFinished)
    #expect(outcome.score == Double(budget - 1))
  }

  @Test func `a grid of one value is left alone`() async throws {
    let outcome = try await CoordinateSearch(counts: [1, 2], budget: 9).run(from: [0, 0]) {
      Double($0[1])
    }
    #expect(outcome.best == [0, 1] && outcome.trialCount == 2)
  }
}
