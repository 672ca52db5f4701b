import Foundation
import Kindred
import SparseIndex
import TestSupport
import Testing

struct RatingTimeTests {
  private static let bounds = RatingTime.bounds

  @Test(arguments: [
    0, 1, -1, 946_684_799, 946_684_800, 946_684_801, 1_717_171_717, bounds.lowerBound,
    bounds.lowerBound + 1, bounds.upperBound - 1, bounds.upperBound,
  ])
  func `a time comes back to the second`(_ seconds: Int64) throws {
    let weight = try #require(RatingTime.weight(of: seconds))
    #expect(weight.isFinite)
    #expect(RatingTime.seconds(of: weight) == seconds)
  }

  @Test(arguments: [
    bounds.lowerBound - 1, bounds.upperBound + 1, .min, .max, 1_717_171_717_000,
  ])
  func `a time that no weight holds is none`(_ seconds: Int64) {
    #expect(RatingTime.weight(of: seconds) == nil)
  }

  @Test func `weights are ordered as the times are`() throws {
    var random = SeededGenerator(seed: 5)
    let times = (0..<1000).map { _ in Int64.random(in: Self.bounds, using: &random) }.sorted()
    let weights = try times.map { try #require(RatingTime.weight(of: $0)) }
    #expect(weights == weights.sorted())
    #expect(weights.map { RatingTime.seconds(of: $0) } == times)
  }

  @Test func `what is no number is no time`() {
    #expect(RatingTime.seconds(of: .nan) == nil)
    #expect(RatingTime.seconds(of: .infinity) == nil)
    #expect(RatingTime.seconds(of: -0.0) == RatingTime.seconds(of: 0))
  }

  @Test func `the bounds are the dates that messages name`() {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    func month(_ seconds: Int64) -> [Int?] {
      let date = Date(timeIntervalSince1970: TimeInterval(seconds))
      let parts = calendar.dateComponents([.year, .month], from: date)
      return [parts.year, parts.month]
    }
    #expect(month(Self.bounds.lowerBound) == [1932, 3])
    #expect(month(Self.bounds.upperBound) == [2067, 10])
  }
}
