import KindredCommand
import Testing

struct TableTests {
  private var table: Table {
    var table = Table([.init("#", .right), .init("title"), .init("score", .right)])
    table.rows = [["1", "Été", "2.5"], ["10", "A longer title", "-12.25"]]
    return table
  }

  @Test func `columns line up by characters`() {
    #expect(
      table.lines() == [
        " #  title            score",
        " 1  Été                2.5",
        "10  A longer title  -12.25",
      ])
  }

  @Test func `long lines are cut to the width`() {
    #expect(table.lines(width: 12) == [" #  title  …", " 1  Été    …", "10  A longe…"])
    #expect(table.lines(width: 200) == table.lines())
  }
}
