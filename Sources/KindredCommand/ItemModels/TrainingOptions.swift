import ArgumentParser
import JSONCodec

/// How an item model is trained. Only what is given is sent; all else is the daemon's to choose.
struct TrainingOptions: ParsableArguments {
  @Option(help: "How many of the most similar items each item is learnt from.")
  var neighbors: Int?

  @Option(help: "λ: the greater, the smaller and the smoother the weights.")
  var regularization: Double?

  @Option(help: "The extra diagonal, as if so many ratings had been left out at random.")
  var dropout: Double?

  @Option(help: "How ratings are read: range, or stored.")
  var input: Input?

  @Option(help: "Ratings up to this, read so, are no success.")
  var threshold: Double?

  @Option(help: "How many weights of an item are kept.")
  var kept: Int?

  @Option(help: "How many items, those with most raters, are learnt from.")
  var inputs: Int?

  @Option(help: "Items with fewer raters are not learnt.")
  var minRaters: Int?

  @Option(help: "The most memory that training may take.")
  var memoryBytes: Int?

  @Option(
    help: ArgumentHelp(
      "Let the daemon train it anew once the number of ratings or people has changed by this share.",
      valueName: "share"))
  var refreshChangedShare: Double?

  @Option(help: ArgumentHelp("… once so many more items can be learnt.", valueName: "count"))
  var refreshAddedItems: Int?

  @Option(
    help: ArgumentHelp(
      "… once it is that old and anything has changed.", valueName: "seconds"))
  var refreshEverySeconds: Int?

  enum Input: String, ExpressibleByArgument, CaseIterable { case range, stored }

  func validate() throws {
    for (name, number) in [
      ("regularization", regularization), ("dropout", dropout), ("threshold", threshold),
      ("refresh-changed-share", refreshChangedShare),
    ] where !(number?.isFinite ?? true) {
      // JSON has no such numbers, and would say nothing instead.
      throw ValidationError("--\(name) must be a number")
    }
  }

  /// The members of a request.
  var members: JSONObject {
    var members = JSONObject()
    members["neighbors"] = neighbors.map { .integer(Int64($0)) }
    members["regularization"] = regularization.map { .double($0) }
    members["dropout"] = dropout.map { .double($0) }
    members["input"] = input.map { .string($0.rawValue) }
    members["threshold"] = threshold.map { .double($0) }
    members["kept"] = kept.map { .integer(Int64($0)) }
    members["inputs"] = inputs.map { .integer(Int64($0)) }
    members["min_raters"] = minRaters.map { .integer(Int64($0)) }
    members["memory_bytes"] = memoryBytes.map { .integer(Int64($0)) }
    var refresh = JSONObject()
    refresh["changed_share"] = refreshChangedShare.map { .double($0) }
    refresh["added_items"] = refreshAddedItems.map { .integer(Int64($0)) }
    refresh["every_seconds"] = refreshEverySeconds.map { .integer(Int64($0)) }
    if !refresh.isEmpty { members["refresh"] = .object(refresh) }
    return members
  }
}
