import KindredCommand
import Testing

struct ProgressTests {
  private let halfway = Progress(
    done: 500_000, total: 1_000_000, elapsedSeconds: 2, unit: "ratings")

  @Test func `a bar says how far, how fast and how long still`() {
    #expect(
      halfway.bar(width: 100, hasColor: false)
        == "[###############               ] 50 %  500,000 ratings  250,000/s  2.0 s left")
    #expect(
      halfway.bar(width: 100, hasColor: true).hasSuffix(
        "\u{1B}[0m  50 %  500,000 ratings  250,000/s  2.0 s left"))
  }

  @Test func `no bar is wider than the terminal`() {
    for width in 0...120 {
      #expect(halfway.bar(width: width, hasColor: false).count <= width)
    }
    #expect(halfway.bar(width: 30, hasColor: false) == "50 %  500,000 ratings")
    #expect(halfway.bar(width: 3, hasColor: false) == "")
  }

  @Test func `elsewhere it is a plain line`() {
    #expect(halfway.line == "500,000 of 1,000,000 ratings, 250,000/s, 2.0 s left")
  }

  @Test func `where nothing is counted the share is all there is to say`() {
    let half = Progress(done: 500, total: 1000, elapsedSeconds: 2, unit: nil)
    #expect(
      half.bar(width: 100, hasColor: false)
        == "[###############               ] 50 %  2.0 s left")
    #expect(half.line == "50 %, 2.0 s left")
  }

  @Test func `there is no remaining time before there is a rate`() {
    let start = Progress(done: 0, total: 10, elapsedSeconds: 0, unit: "x")
    #expect(start.remainingSeconds == nil)
    #expect(start.bar(width: 80, hasColor: false).hasSuffix("0 %  0 x  0/s"))
    #expect(Progress(done: 0, total: 0, elapsedSeconds: 1, unit: "x").fraction == 1)
  }

  @Test func `figures read the same everywhere`() {
    #expect(
      [0, 7, 999, 1000, 993_403, -1_234_567].map(Figures.grouped) == [
        "0", "7", "999", "1,000", "993,403", "-1,234,567",
      ])
    #expect(Figures.fixed(20.023878, places: 6) == "20.023878")
    #expect(Figures.fixed(-0.05, places: 1) == "-0.1")
    #expect(Figures.fixed(-0.001, places: 2) == "0.00")
    #expect(Figures.fixed(2.999, places: 0) == "3")
    #expect(
      [0, 9.94, 59.4, 60, 3599, 7620].map(Figures.duration) == [
        "0.0 s", "9.9 s", "59 s", "1 min 00 s", "59 min 59 s", "2 h 07 min",
      ])
    #expect([0, 999, 1000, 1_440_000].map(Figures.bytes) == ["0 B", "999 B", "1.0 kB", "1.4 MB"])
  }
}
