import KindredCommand
import TestSupport
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

  @Test func `text is cut to the width, and numbers are not`() {
    #expect(
      table.lines(width: 22) == [
        " #  title        score",
        " 1  Été            2.5",
        "10  A longer…   -12.25",
      ])
    #expect(table.lines(width: 26) == table.lines())
    // Where not even that is room enough, text goes first.
    #expect(table.lines(width: 14) == [" #  t…   score", " 1  É…     2.5", "10  A…  -12.25"])
    #expect(table.lines(width: 3).allSatisfy { $0.contains("-12.25") || !$0.hasPrefix("10") })
  }

  @Test func `wide and combining characters line up by what they take on a screen`() {
    var table = Table([.init("title"), .init("n", .right)])
    table.rows = [["映画", "1"], ["e\u{301}a", "10"], ["abcdefgh", "2"]]
    #expect(
      table.lines() == [
        "title      n", "映画       1", "e\u{301}a        10", "abcdefgh   2",
      ])
  }

  @Test func `text of others moves no cursor and makes no rows`() {
    var table = Table([.init("title")])
    table.rows = [["a\u{1B}[2J\nb"]]
    #expect(table.lines() == ["title", "a�[2J�b"])
  }

  @Test func `no line is wider than the terminal unless numbers alone are`() {
    var random = SeededGenerator(seed: 5)
    for _ in 0..<200 {
      let columns = (0..<Int.random(in: 1...6, using: &random)).map { index in
        Table.Column(
          "heading\(index)", Bool.random(using: &random) ? .left : .right)
      }
      var table = Table(columns)
      table.rows = (0..<4).map { _ in
        columns.map { column in
          String(
            repeating: column.alignment == .left ? "映e\u{301}x " : "7",
            count: Int.random(in: 0...6, using: &random))
        }
      }
      let whole = table.lines()
      for width in [20, 40, 80, 200] {
        let lines = table.lines(width: width)
        let numbers = columns.indices.filter { columns[$0].alignment == .right }
        let least =
          numbers.reduce(0) { sum, column in
            sum + 2 + (table.rows.map { $0[column].count }.max() ?? 0)
          } + 3
        #expect(lines.count == whole.count)
        if least <= width {
          #expect(lines.allSatisfy { DisplayWidth.of($0) <= width }, "\(table) \(width)")
        }
        for (line, row) in zip(lines.dropFirst(), table.rows) {
          for column in numbers where !row[column].isEmpty {
            #expect(line.contains(row[column]))
          }
        }
      }
    }
  }
}
