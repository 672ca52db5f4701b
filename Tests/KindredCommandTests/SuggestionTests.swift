import KindredCommand
import Testing

struct SuggestionTests {
  @Test(arguments: [
    (
      ["recomend", "--like", "x"], "'kindred' has no command 'recomend'; did you mean 'recommend'?"
    ),
    (["statz"], "'kindred' has no command 'statz'; did you mean 'stats'?"),
    (["coll"], "'kindred' has no command 'coll'; did you mean 'collections'?"),
    (["version"], "'kindred' has no command 'version'; did you mean '--version'?"),
    (["xyzzy"], "'kindred' has no command 'xyzzy'"),
    (
      ["load", "movielen", "x"],
      "'kindred load' has no command 'movielen'; did you mean 'movielens'?"
    ),
    (["help", "recomend"], "'kindred' has no command 'recomend'; did you mean 'recommend'?"),
    (
      ["recommend", "--lke", "x"],
      "'kindred recommend' has no option '--lke'; did you mean '--like'?"
    ),
    (["stats", "--jsn=1"], "'kindred stats' has no option '--jsn'; did you mean '--json'?"),
    (
      ["collections", "--data-dri", "x"],
      "'kindred collections' has no option '--data-dri'; did you mean '--data-dir'?"
    ),
    (["--verbose"], "'kindred' has no option '--verbose'"),
  ])
  func `what does not exist is told with what does`(arguments: [String], message: String) {
    #expect(Suggestion.of(arguments)?.message == message)
  }

  @Test(arguments: [
    [], ["help"], ["recommend", "--like"],
    ["recommend", "--like", "x", "--json", "--no-such-thing"],
    ["load", "movielens"], ["get", "c", "--", "--x"], ["collections", "list", "--json"],
    ["collections", "--json"], ["delete", "c", "1", "--where", "a=1"],
  ])
  func `nothing is suggested where everything exists`(arguments: [String]) {
    let suggestion = Suggestion.of(arguments)
    #expect((suggestion == nil) == !arguments.contains("--no-such-thing"), "\(arguments)")
  }

  @Test func `questions name all that are as near`() {
    #expect(Suggestion.nearest(to: "cat", among: ["car", "cap", "dog"]) == ["car", "cap"])
    #expect(Suggestion.question(["a", "b", "c"]) == "; did you mean 'a', 'b' or 'c'?")
    #expect(Suggestion.question([]) == "")
  }
}
