import ArgumentParser
import JSONCodec
import Kindred

/// `kindred backup`: a data directory as of now, beside the living one.
struct BackupCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copy a data directory as of now, also while its daemon runs.",
    discussion: """
      Everything acknowledged before is in it. Segment files are shared by hard links where the file \
      system can, so that a backup beside the data directory takes no time and little room; copy it \
      to another disk to survive the loss of this one. A backup is a data directory: kindred check \
      --data-dir BACKUP checks it, kindred restore makes a living one of it.
      """)

  @Option(help: ArgumentHelp("The backup; it must not exist.", valueName: "dir"))
  var output: String

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let destination = absolutePath(output)
    let report = try await connection.onDirectory({ (directory) throws(StoreError) in
      try Store.backUp(directory, to: destination).json
    }) { client in
      try await client.send(.POST, "/backup", ["destination": .string(destination)])
    }
    if json { return print(report) }
    let input = JSONInput(report)
    print(
      "'\(output)': everything up to sequence number \(try input.int("sequence_number")), "
        + "\(try input.int("segments")) segments, \(Figures.bytes(try input.int("bytes"))), of which "
        + "\(Figures.bytes(try input.int("copied_bytes"))) copied")
  }
}
