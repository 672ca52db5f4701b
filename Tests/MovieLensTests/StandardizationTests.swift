import MovieLens
import TestSupport
import Testing

struct StandardizationTests {
  private func table(_ halfStars: [UInt8]) -> RatingTable {
    var builder = RatingTable.Builder()
    for (index, stars) in halfStars.enumerated() {
      builder.append(user: 1, item: UInt32(index), halfStars: stars)
    }
    return builder.finish()
  }

  @Test func `mean and sample deviation are those of all ratings`() throws {
    let result = try Standardization(of: table([2, 4, 6, 8, 10, 10]))
    #expect(abs(result.mean - 20.0 / 6) < 1e-15)
    #expect(abs(result.deviation - (40.0 / 15).squareRoot()) < 1e-15)
  }

  @Test func `the published figures of ML-1M make the notebook's weights`() throws {
    let published = try #require(
      Standardization(mean: 3.581564453029317, deviation: 1.1171018453732577))
    #expect(published.weight(halfStars: 10) == 1.269746)
    #expect(published.weight(halfStars: 2) == -2.3109481)
  }

  @Test func `ratings without a deviation cannot be normalised`() {
    #expect(throws: MovieLensError.self) { try Standardization(of: table([])) }
    #expect(throws: MovieLensError.self) { try Standardization(of: table([4])) }
    #expect(throws: MovieLensError.self) { try Standardization(of: table([4, 4, 4])) }
    #expect(Standardization(mean: 3, deviation: 0) == nil)
    #expect(Standardization(mean: .nan, deviation: 1) == nil)
    #expect(Standardization(mean: 3, deviation: .infinity) == nil)
  }
}
