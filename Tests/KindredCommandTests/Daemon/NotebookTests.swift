import JSONCodec
import KindredCommand
import TestSupport
import Testing

/// The notebook's two tables, as published, from the real ML-1M.
@Suite(.serialized) struct NotebookTests {
  private static let everybody = [
    ("Star Wars: Episode V - The Empire Strikes Back (1980)", 20.023877887283938),
    ("Star Wars: Episode VI - Return of the Jedi (1983)", 16.44318377549194),
    ("Princess Bride, The (1987)", 15.84006760423755),
    ("Raiders of the Lost Ark (1981)", 14.94489407628955),
    ("Sixth Sense, The (1999)", 14.570321651488953),
  ]
  private static let aged25 = [
    ("Princess Bride, The (1987)", 16.214640029038147),
    ("Star Wars: Episode V - The Empire Strikes Back (1980)", 14.652836719595939),
    ("Blade Runner (1982)", 13.52911944519415),
    ("Usual Suspects, The (1995)", 13.446604377087162),
    ("Godfather, The (1972)", 13.300575698740357),
  ]
  private static let likes = [2571, 329, 260, 1, 356, 2116]
  private static let dislikes = [2288, 1721, 296, 1291, 1036]

  @Test func `both tables, before and after a restart and compaction`() async throws {
    guard let set = movieLensFolder("ml-1m") else { return }
    let folder = try MovieLensFolder([:])
    var daemon = try await RunningDaemon(in: folder)
    let load = try await daemon.kindred(
      "load", "movielens", set, "--mean", "3.581564453029317", "--std", "1.1171018453732577",
      "--no-progress")
    #expect(load.code == 0, "\(load.errors)")
    print(load.output)
    try await expectTables(daemon)
    let stop = await daemon.stop()
    #expect(stop == 0)
    daemon = try await RunningDaemon(in: folder)
    try await expectTables(daemon)
    let compact = try await daemon.kindred("compact")
    #expect(compact.code == 0, "\(compact.errors)")
    try await expectTables(daemon)
    _ = await daemon.stop()
  }

  private func expectTables(_ daemon: RunningDaemon) async throws {
    for (condition, table) in [([], Self.everybody), (["--where", "age=25"], Self.aged25)] {
      let outcome = try await daemon.kindred(
        ["recommend", "--method", "notebook", "--json", "--limit", "5"] + condition
          + Self.likes.flatMap { ["--like", "\($0)"] }
          + Self.dislikes.flatMap { ["--dislike", "\($0)"] })
      let items = try JSONInput(JSONValue.parse(outcome.output)).member("items").elements()
      #expect(try items.map { try $0.member("payload").string("title") } == table.map(\.0))
      for (item, expected) in zip(items, table) {
        #expect(abs(try item.double("score") - expected.1) < 1e-5)
      }
    }
  }
}
