import Foundation
import TestSupport

/// Runs the real `kindred` executable, which is built beside the tests.
enum KindredProcess {
  struct Outcome {
    var code: Int32
    var output: String
    var errors: String
  }

  static let executable: URL = {
    var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    // On macOS the tests are three levels down in a bundle.
    while folder.path != "/" {
      let candidate = folder.appendingPathComponent("kindred")
      if FileManager.default.isExecutableFile(atPath: candidate.path) { return candidate }
      folder.deleteLastPathComponent()
    }
    fatalError("no kindred executable beside \(CommandLine.arguments[0])")
  }()

  /// Runs a command to its end. The environment names no daemon but the one given.
  static func run(
    _ arguments: [String], socket: String? = nil, in folder: MovieLensFolder
  ) async throws -> Outcome {
    let name = UUID().uuidString
    let (output, errors) = ("\(folder.path)/\(name).out", "\(folder.path)/\(name).err")
    let process = try start(arguments, socket: socket, output: output, errors: errors)
    return Outcome(
      code: await process.end(), output: try String(contentsOfFile: output, encoding: .utf8),
      errors: try String(contentsOfFile: errors, encoding: .utf8))
  }

  static func start(
    _ arguments: [String], socket: String?, output: String, errors: String
  ) throws -> ChildProcess {
    var environment = ProcessInfo.processInfo.environment
    for name in environment.keys where name.hasPrefix("KINDRED_") { environment[name] = nil }
    environment["KINDRED_SOCKET"] = socket
    return try ChildProcess(
      executable.path, arguments, environment: environment, output: output, errors: errors)
  }
}

/// A daemon on a directory of its own; killed when the value goes away.
final class RunningDaemon: @unchecked Sendable {
  // Sendable: nothing changes after init.
  let folder: MovieLensFolder
  private let process: ChildProcess

  var socket: String { "\(folder.path)/d/kindred.sock" }

  init(in folder: MovieLensFolder) async throws {
    self.folder = folder
    let log = "\(folder.path)/log"
    process = try KindredProcess.start(
      ["serve", "--data-dir", "\(folder.path)/d"], socket: nil, output: log, errors: log)
    while try await kindred("collections").code != 0 {
      guard process.isRunning else {
        throw DaemonDidNotStart(log: try String(contentsOfFile: log, encoding: .utf8))
      }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  deinit { kill() }

  /// SIGKILL: no chance to write anything.
  func kill() { process.send(SIGKILL) }

  /// Runs a client command against this daemon.
  func kindred(_ arguments: String...) async throws -> KindredProcess.Outcome {
    try await kindred(arguments)
  }

  func kindred(_ arguments: [String]) async throws -> KindredProcess.Outcome {
    try await KindredProcess.run(arguments, socket: socket, in: folder)
  }

  /// SIGTERM, and the exit code.
  func stop() async -> Int32 {
    process.send(SIGTERM)
    return await process.end()
  }
}

struct DaemonDidNotStart: Error {
  var log: String
}
