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
    let process = try make(arguments, socket: socket, output: output, errors: errors)
    let code: Int32 = try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    return Outcome(
      code: code, output: try String(contentsOfFile: output, encoding: .utf8),
      errors: try String(contentsOfFile: errors, encoding: .utf8))
  }

  static func make(
    _ arguments: [String], socket: String?, output: String, errors: String
  ) throws -> Process {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    var environment = ProcessInfo.processInfo.environment
    for name in environment.keys where name.hasPrefix("KINDRED_") { environment[name] = nil }
    environment["KINDRED_SOCKET"] = socket
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try handle(output)
    process.standardError = try handle(errors)
    return process
  }

  private static func handle(_ path: String) throws -> FileHandle {
    if !FileManager.default.fileExists(atPath: path) {
      _ = FileManager.default.createFile(atPath: path, contents: nil)
    }
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try handle.seekToEnd()
    return handle
  }
}

/// A daemon on a directory of its own; killed when the value goes away.
final class RunningDaemon: @unchecked Sendable {
  // Sendable: `Process` guards itself, and nothing else changes after init.
  let folder: MovieLensFolder
  private var process: Process?
  private let ended = AsyncStream<Int32>.makeStream()

  var socket: String { "\(folder.path)/d/kindred.sock" }

  init(in folder: MovieLensFolder) async throws {
    self.folder = folder
    let log = "\(folder.path)/log"
    let process = try KindredProcess.make(
      ["serve", "--data-dir", "\(folder.path)/d"], socket: nil, output: log, errors: log)
    let ended = ended
    process.terminationHandler = {
      ended.continuation.yield($0.terminationStatus)
      ended.continuation.finish()
    }
    try process.run()
    self.process = process
    while try await kindred("collections").code != 0 {
      guard process.isRunning else {
        throw DaemonDidNotStart(log: try String(contentsOfFile: log, encoding: .utf8))
      }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  deinit { kill() }

  /// SIGKILL: no chance to write anything.
  func kill() {
    guard let process, process.isRunning else { return }
    systemKill(process.processIdentifier, SIGKILL)
  }

  /// Runs a client command against this daemon.
  func kindred(_ arguments: String...) async throws -> KindredProcess.Outcome {
    try await kindred(arguments)
  }

  func kindred(_ arguments: [String]) async throws -> KindredProcess.Outcome {
    try await KindredProcess.run(arguments, socket: socket, in: folder)
  }

  /// SIGTERM, and the exit code.
  func stop() async -> Int32 {
    process?.terminate()
    for await code in ended.stream { return code }
    return -1
  }
}

struct DaemonDidNotStart: Error {
  var log: String
}

/// `kill(2)`, out of the reach of methods of that name.
private func systemKill(_ process: Int32, _ signal: Int32) { _ = kill(process, signal) }
