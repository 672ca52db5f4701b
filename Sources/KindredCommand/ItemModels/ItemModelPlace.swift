/// Where an item model is: the collection that it learns from, and its name.
struct ItemModelPlace: Sendable {
  /// The model that `recommend` uses where none is named.
  static let usualName = "items"
  /// The collection that commands are about where none is named.
  static let usualCollection = "movielens"

  var collection: String
  var name = Self.usualName

  /// The path of requests.
  var path: String {
    SetTarget.path(collection) + "/item-model/" + DaemonClient.escaped(name)
  }

  var description: String { "the item model '\(name)' of '\(collection)'" }

  /// The line that runs a command for this model, as in `kindred train --collection books`.
  /// - Parameter options: what follows the names.
  func command(_ command: String, _ options: String...) -> String {
    var words = ["kindred", command]
    if collection != Self.usualCollection { words += ["--collection", collection] }
    if name != Self.usualName { words += ["--model", name] }
    return (words + options).joined(separator: " ")
  }
}

extension CommandFailure {
  /// With how to make the model, where the daemon has refused something since there is none.
  /// - Parameter using: the vector that it should learn from.
  func teaching(_ place: ItemModelPlace, using: String? = nil) -> CommandFailure {
    guard message.contains("has no item model") else { return self }
    var line = "kindred train --collection \(place.collection)"
    if place.name != ItemModelPlace.usualName { line += " --model \(place.name)" }
    if let using, using != SetTarget.vector { line += " --using \(using)" }
    return CommandFailure(reason, "\(message)\nmake one: \(line)")
  }
}
