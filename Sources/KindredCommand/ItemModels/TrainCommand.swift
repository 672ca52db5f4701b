import ArgumentParser
import JSONCodec

/// `kindred train`: makes an item model of a collection, or trains it again.
struct TrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train an item model, which makes recommendations better.",
    discussion: """
      An item model has learnt from everybody's ratings which items speak for which others. The model \
      'items' is blended into recommendations as soon as it is there; with --method items it answers \
      alone.

        kindred train
        kindred recommend --user 42
        kindred recommend --similar-to matrix --method items

        kindred train --collection books --where 'age>=18' --min-raters 5
        kindred train --model kids --where 'age<18'
        kindred train --refresh-changed-share 0.05

      The daemon trains on all processors at a low priority; the model before answers until the new \
      one is whole. Ctrl-C ends the waiting and not the training: --status says how far it is. \
      --remove cancels a training and removes the model. Parameters that are not given are the \
      defaults, also where a model is trained again.
      """)

  @Option(help: "The collection of users.")
  var collection = ItemModelPlace.usualCollection

  @Option(help: "The model's name; recommendations use 'items' by themselves.")
  var model = ItemModelPlace.usualName

  @Option(help: "The sparse vector with the ratings; by default 'ratings'.")
  var using: String?

  @Option(help: "The collection with the titles; by default that of the set.")
  var catalogue: String?

  @Option(
    name: .customLong("where"),
    help: ArgumentHelp(
      "Only learn from users like this. Repeat for more, all must hold.",
      valueName: "condition"))
  var conditions: [String] = []

  @OptionGroup var training: TrainingOptions

  @Flag(inversion: .prefixedNo, help: "Wait for the end of the training.")
  var wait = true

  @Flag(help: "Say which model there is and how far its training is, and change nothing.")
  var status = false

  @Flag(help: "Remove the model, and cancel its training.")
  var remove = false

  @Flag(inversion: .prefixedNo, help: "Show progress on standard error.")
  var progress = true

  @Flag(help: "Print the daemon's result as JSON.")
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard status || remove else { return }
    let isGiven =
      !training.members.isEmpty || !conditions.isEmpty || using != nil || catalogue != nil || !wait
    guard !(status && remove), !isGiven else {
      throw ValidationError("--status and --remove go with --collection and --model alone")
    }
  }

  private var place: ItemModelPlace { ItemModelPlace(collection: collection, name: model) }

  func run() async throws {
    let filter = WhereClause.filter(try conditions.map { try WhereClause($0) })
    try await connection.withClient { client in
      if remove { return try await removeModel(client) }
      if status { return try await showStatus(client) }
      let record = try await client.setRecord(of: collection)
      var request = training.members
      request["using"] = using.map { .string($0) }
      request["catalogue"] = (catalogue ?? record?.catalogue).map { .string($0) }
      request["filter"] = filter
      let begun = try await client.send(.PUT, place.path, request)
      guard wait else {
        print(
          json
            ? begun.description
            : "training \(place.description); how far it is: \(place.command("train", "--status"))")
        return
      }
      Interruption.say { [place] in
        "the daemon goes on training: '\(place.command("train", "--status"))' says how far it is, "
          + "'\(place.command("train", "--remove"))' cancels it and removes the model"
      }
      let result = try await trained(client)
      if json { return print(result) }
      for line in try ItemModelState(result).lines { print(DisplayWidth.harmless(line)) }
      print("next: \(place.command("recommend", "--user USER"))")
    }
  }

  /// Between one look at the training and the next.
  private static let pause = Duration.milliseconds(100)

  /// The daemon's word on the model once it is there.
  /// - Throws: where the training has ended otherwise.
  private func trained(_ client: DaemonClient) async throws -> JSONValue {
    let total = 1000
    var display = ProgressDisplay(total: total, unit: nil, isShown: progress)
    while true {
      let answer = try await client.ask(.GET, place.path)
      // Who removes a model ends its training.
      guard answer.status != 404 else { throw cancelled }
      let result = try answer.result()
      let state = try ItemModelState(result)
      switch state.step {
      case .training, .publishing:
        display.update(Int(exactly: (state.progress * Double(total)).rounded()) ?? 0)
      case .ready: return result
      case .failed:
        throw CommandFailure(
          "\(place.description) could not be trained: \(state.reason ?? "no reason was given")")
      case .cancelled: throw cancelled
      }
      try await Task.sleep(for: Self.pause)
    }
  }

  private var cancelled: CommandFailure {
    CommandFailure("the training of \(place.description) was cancelled")
  }

  private func showStatus(_ client: DaemonClient) async throws {
    let result: JSONValue
    do throws(CommandFailure) {
      result = try await client.send(.GET, place.path)
    } catch {
      throw error.teaching(place)
    }
    if json { return print(result) }
    for line in try ItemModelState(result).lines { print(DisplayWidth.harmless(line)) }
  }

  private func removeModel(_ client: DaemonClient) async throws {
    let wasThere = try await client.send(.DELETE, place.path)
    if json { return print(wasThere) }
    guard wasThere != false else {
      throw CommandFailure("'\(collection)' has no item model '\(model)'")
    }
    print("removed \(place.description)")
  }
}
