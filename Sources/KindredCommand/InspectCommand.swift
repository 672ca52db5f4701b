import ArgumentParser
import JSONCodec
import Kindred

extension Inspection.FileKind: ExpressibleByArgument {}

/// `kindred inspect`: what a file says.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show what a log, segment or manifest file says.",
    discussion: """
      kindred inspect wal data/wal/0000000000000001.wal
      kindred inspect segment data
      kindred inspect manifest data --json

      Given a data directory, all its files of that kind. The formats are described in docs/.
      """)

  @Argument(help: "wal, segment or manifest.")
  var kind: Inspection.FileKind

  @Argument(help: "A file or a data directory.")
  var path: String

  @Flag(help: "Print JSON, one line a file.")
  var json = false

  func run() throws {
    do throws(StoreError) {
      for inspection in try Inspection.read(kind, path) {
        if json { print(inspection.json) } else { printLines(inspection) }
      }
    } catch {
      throw CommandFailure(storing: error)
    }
  }

  private func printLines(_ inspection: Inspection) {
    print(inspection.path)
    for fact in inspection.facts.members { print("  \(fact.name): \(Self.text(fact.value))") }
    var table = Table(
      inspection.columns.enumerated().map { index, name in
        let isNumber = inspection.rows.first.map {
          if case .integer = $0[index] { true } else { false }
        }
        return .init(name, isNumber ?? false ? .right : .left)
      })
    table.rows = inspection.rows.map { $0.map(Self.text) }
    for line in table.lines(width: Terminal.standardOutput.width) { print("  " + line) }
  }

  private static func text(_ value: JSONValue) -> String {
    switch value {
    case .string(let text): text
    case .null: ""
    default: "\(value)"
    }
  }
}
