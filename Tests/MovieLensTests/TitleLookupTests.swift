import MovieLens
import TestSupport
import Testing

struct TitleLookupTests {
  private let lookup = TitleLookup(
    [
      (1, "Toy Story (1995)"), (3114, "Toy Story 2 (1999)"), (2571, "Matrix, The (1999)"),
      (1721, "Titanic (1997)"), (3403, "Raise the Titanic (1980)"), (3404, "Titanic (1953)"),
      (260, "Star Wars: Episode IV - A New Hope (1977)"),
      (1196, "Star Wars: Episode V - The Empire Strikes Back (1980)"),
      (99, "Misérables, Les (1995)"), (7, "Schindler's List (1993)"), (8, "1984 (1984)"),
    ].map { TitleLookup.Entry(id: $0, title: $1) })

  @Test(arguments: [
    ("matrix", 2571), ("The Matrix", 2571), ("MATRIX (1999)", 2571), ("toy story", 1),
    ("toy story 2", 3114), ("story 1999", 3114), ("titanic 1997", 1721), ("raise titanic", 3403),
    ("new hope", 260), ("empire wars", 1196), ("les miserables", 99), ("schindlers list", 7),
    ("Schindler's", 7), ("1984 1984", 8),
  ])
  func `words find the title they fit best`(words: String, id: UInt32) {
    guard case .one(let entry) = lookup.find(words) else {
      Issue.record("\(words): \(lookup.find(words))")
      return
    }
    #expect(entry.id == id)
  }

  @Test func `words that fit several titles equally well list them`() {
    guard case .many(let entries) = lookup.find("titanic") else {
      Issue.record("found \(lookup.find("titanic"))")
      return
    }
    #expect(entries.map(\.id) == [1721, 3403, 3404])
  }

  @Test(arguments: [
    ("matirx", [2571]), ("toy stroy", [1, 3114]), ("titanik 1997", [1721]),
    ("miserabels", [99]), ("shindlers", [7]), ("empyre strike", [1196]),
    ("matrix", []), ("xy", []), ("zzzzzz", []), ("", []), ("delta", []),
  ])
  func `titles that are spelt nearly so are near`(words: String, ids: [UInt32]) {
    #expect(lookup.near(words, limit: 5).map(\.id) == ids)
  }

  @Test(arguments: ["", "  ", "-", "matri", "matrix titanic", "toy story 3"])
  func `words that are not in any title find nothing`(words: String) {
    #expect(lookup.find(words) == .none)
  }
}
