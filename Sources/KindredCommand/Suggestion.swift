import ArgumentParser
import JSONCodec
import SparseIndex

/// A guess at the command or option meant by one that does not exist.
package struct Suggestion: Equatable, Sendable {
  /// One line, without a full stop.
  package var message: String
  /// The command that was being given, as in `kindred load`.
  package var command: String

  /// Takes the arguments of a command line apart that ArgumentParser has refused.
  /// - Returns: nil when every command and option in it exists, so that something else is wrong.
  package static func of(_ arguments: [String]) -> Suggestion? {
    of(arguments[...], KindredCommand.self, ["kindred"])
  }

  private static func of(
    _ arguments: ArraySlice<String>, _ command: any ParsableCommand.Type, _ path: [String]
  ) -> Suggestion? {
    var arguments = arguments
    let subcommands = command.configuration.subcommands
    if path.count == 1, arguments.first == "help" { arguments = arguments.dropFirst() }
    if let word = arguments.first, !word.hasPrefix("-"), !subcommands.isEmpty {
      if let next = subcommands.first(where: { name(of: $0) == word }) {
        return of(arguments.dropFirst(), next, path + [word])
      }
      let near = nearest(
        to: word, among: subcommands.map(name) + (path.count == 1 ? ["--version", "--help"] : []))
      let command = path.joined(separator: " ")
      return Suggestion(
        message: "'\(command)' has no command '\(word)'" + question(near), command: command)
    }
    let leaf = subcommands.isEmpty ? command : command.configuration.defaultSubcommand ?? command
    let known = options(of: leaf)
    for argument in arguments.prefix(while: { $0 != "--" }) where argument.hasPrefix("--") {
      let option = String(argument.prefix { $0 != "=" })
      if known.contains(where: { $0.hasSameBytes(as: option) }) { continue }
      return Suggestion(
        message: "'\(path.joined(separator: " "))' has no option '\(option)'"
          + question(nearest(to: option, among: known)),
        command: path.joined(separator: " "))
    }
    return nil
  }

  private static func name(of command: any ParsableCommand.Type) -> String {
    command.configuration.commandName ?? "\(command)".lowercased()
  }

  /// Long ones, with their dashes.
  private static func options(of command: any ParsableCommand.Type) -> [String] {
    // Options that ArgumentParser adds by itself and does not list.
    var names = [
      "--help", "--version", "--generate-completion-script", "--experimental-dump-help",
      "--help-hidden",
    ]
    func collect(_ command: JSONInput) throws {
      for argument in try command.member("arguments").elements() where argument.has("names") {
        for name in try argument.member("names").elements()
        where try name.string("kind") == "long" {
          names.append("--" + (try name.string("name")))
        }
      }
    }
    if let dump = try? JSONValue.parse(Array(command._dumpHelp().utf8)),
      let described = try? JSONInput(dump).member("command")
    {
      try? collect(described)
    }
    return names
  }

  /// The nearest of the names, if any is near.
  package static func nearest(to word: String, among names: [String]) -> [String] {
    let word = word.lowercased()
    // A dash more or less says nothing, and neither does the beginning of a word.
    let bare = String(word.drop { $0 == "-" })
    let tolerance = max(EditDistance.tolerance(for: bare), 1)
    var best: [(name: String, distance: Int)] = []
    for name in names {
      if let distance = EditDistance.between(word, name.lowercased(), limit: tolerance) {
        best.append((name, distance))
      } else if bare.count >= 3, name.drop(while: { $0 == "-" }).hasPrefix(bare) {
        best.append((name, tolerance))
      }
    }
    guard let least = best.map(\.distance).min() else { return [] }
    return best.filter { $0.distance == least }.map(\.name).prefix(3).map { $0 }
  }

  /// `; did you mean 'a' or 'b'?`
  package static func question(_ names: [String]) -> String {
    guard let last = names.last else { return "" }
    let others = names.dropLast().map { "'\($0)'" }.joined(separator: ", ")
    return "; did you mean \(others.isEmpty ? "" : others + " or ")'\(last)'?"
  }
}
