import SparseIndex
import TestSupport
import Testing

struct EditDistanceTests {
  @Test(arguments: [
    ("", "", 0), ("a", "", 1), ("matrix", "matrix", 0), ("matirx", "matrix", 1),
    ("recomend", "recommend", 1), ("kitten", "sitting", 3), ("été", "ete", 2), ("ca", "abc", 3),
  ])
  func `slips are counted`(first: String, second: String, distance: Int) {
    #expect(EditDistance.between(first, second, limit: 9) == distance)
    #expect(EditDistance.between(second, first, limit: 9) == distance)
    #expect(EditDistance.between(first, second, limit: distance) == distance)
    #expect(distance == 0 || EditDistance.between(first, second, limit: distance - 1) == nil)
  }

  @Test func `it is the least number of slips, counted the plain way`() {
    var random = SeededGenerator(seed: 11)
    for _ in 0..<300 {
      let words = (0..<2).map { _ in
        (0..<Int.random(in: 0...6, using: &random)).map { _ in "abc".randomElement(using: &random)!
        }
      }
      #expect(
        EditDistance.between(String(words[0]), String(words[1]), limit: 20)
          == Self.plain(words[0][...], words[1][...]), "\(words)")
    }
  }

  private static func plain(_ a: ArraySlice<Character>, _ b: ArraySlice<Character>) -> Int {
    guard let x = a.last, let y = b.last else { return max(a.count, b.count) }
    var least = min(
      plain(a.dropLast(), b) + 1, plain(a, b.dropLast()) + 1,
      plain(a.dropLast(), b.dropLast()) + (x == y ? 0 : 1))
    if a.count > 1, b.count > 1, x == b[b.endIndex - 2], a[a.endIndex - 2] == y {
      least = min(least, plain(a.dropLast(2), b.dropLast(2)) + 1)
    }
    return least
  }

  @Test func `long texts are never near, and cost nothing`() {
    let long = String(repeating: "a", count: 1_000_000)
    #expect(EditDistance.between(long, long, limit: 5) == nil)
  }
}
