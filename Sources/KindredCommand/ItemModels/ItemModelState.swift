import JSONCodec

/// How far the training of an item model is, and which model is in use.
struct ItemModelState: Sendable {
  /// What the last training is doing, or how it has ended.
  enum Step: String { case training, publishing, ready, failed, cancelled }

  var step: Step
  /// From 0 to 1.
  var progress: Double
  /// Of the training that runs, or ran last; nil where none has since the daemon's start.
  var seconds: Double?
  /// Why it has failed.
  var reason: String?
  /// The collection that holds the model.
  var collection: String
  /// Nil where there is no model yet.
  var model: Model?

  /// The model that is in use.
  struct Model: Sendable {
    var people: Int
    var ratings: Int
    var items: Int
    var weights: Int
    var seconds: Double
    /// Whether the daemon trains it anew by itself.
    var isRefreshed: Bool
    /// Whether its collection has other ratings or people than it was trained on.
    var isStale: Bool
    var changedShare: Double
    var addedItems: Int
  }

  /// - Parameter result: of a request for the model.
  init(_ result: JSONValue) throws(CommandFailure) {
    do throws(JSONInputError) { try self.init(JSONInput(result)) } catch {
      throw CommandFailure("the daemon's answer is not as expected: \(error)")
    }
  }

  private init(_ result: JSONInput) throws(JSONInputError) {
    let state = try result.member("state")
    guard let step = Step(rawValue: try state.string()) else {
      throw state.error("expected the state of a training")
    }
    self.step = step
    progress = try result.double("progress")
    seconds = try result.optional("seconds")?.double()
    reason = try result.optional("reason")?.string()
    collection = try result.string("collection")
    guard let trained = try result.optional("trained_on") else { return }
    model = Model(
      people: try trained.int("people"), ratings: try trained.int("ratings"),
      items: try trained.int("items"), weights: try trained.int("weights"),
      seconds: try trained.double("seconds"),
      isRefreshed: try trained.optional("request")?.has("refresh") ?? false,
      isStale: try result.bool("stale", default: false),
      changedShare: try result.double("changed_share", default: 0),
      addedItems: try result.int("added_items", default: 0))
  }

  /// The model and the training, in words.
  var lines: [String] {
    var lines: [String] = []
    switch step {
    case .training, .publishing:
      lines.append(
        "\(step.rawValue), \(Figures.fixed(progress * 100, places: 0)) % after "
          + Figures.duration(seconds ?? 0))
    case .failed: lines.append("the last training has failed: \(reason ?? "no reason was given")")
    case .cancelled: lines.append("the last training was cancelled")
    case .ready: break
    }
    return lines + (model.map { self.lines(of: $0) } ?? [])
  }

  private func lines(of model: Model) -> [String] {
    var lines = [
      "trained in \(Figures.duration(model.seconds)) on \(Figures.grouped(model.ratings)) ratings of "
        + "\(Figures.grouped(model.people)) people: \(Figures.grouped(model.items)) items with "
        + "\(Figures.grouped(model.weights)) weights",
      "kept as the collection '\(collection)'",
    ]
    if model.isStale {
      let added = model.addedItems > 0 ? ", \(Figures.grouped(model.addedItems)) items are new" : ""
      lines.append(
        "ratings or people have changed by \(Figures.fixed(model.changedShare * 100, places: 1)) % "
          + "since\(added)")
    }
    return lines
  }
}

extension DaemonClient {
  /// What to run after a load so that recommendations get better; nil where the server has no item models,
  /// and where nothing is to be done.
  func trainingHint(for collection: String) async -> String? {
    let place = ItemModelPlace(collection: collection)
    guard let answer = try? await ask(.GET, place.path), !answer.isUnknownRequest else {
      return nil
    }
    let line = place.command("train")
    guard let model = (try? ItemModelState(answer.result()))?.model else {
      return "for better recommendations: \(line)"
    }
    return model.isStale && !model.isRefreshed
      ? "the item model is older than these ratings: \(line)" : nil
  }
}
