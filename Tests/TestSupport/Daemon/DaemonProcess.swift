package import Foundation

/// A `kindred serve` on a data directory, with limits so small that it flushes and compacts often.
package final class DaemonProcess {
  private let process: ChildProcess
  private let logPath: String
  package let socketPath: String

  package struct DidNotStart: Error, CustomStringConvertible {
    package let log: String
    package var description: String { "the daemon did not start: \(log)" }
  }

  /// Returns when the daemon is ready.
  package init(_ executable: URL, directory: String, logPath: String) throws {
    self.logPath = logPath
    socketPath = directory + "/kindred.sock"
    var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("KINDRED_") }
    environment["KINDRED_MEMTABLE_BYTES"] = String(64 << 10)
    environment["KINDRED_COMPACTION_INTERVAL_SECONDS"] = "1"
    process = try ChildProcess(
      executable.path, ["serve", "--data-dir", directory], environment: environment,
      output: logPath, errors: logPath)
    try waitUntilReady()
  }

  private func waitUntilReady() throws {
    let deadline = Date(timeIntervalSinceNow: 30)
    while process.isRunning, Date() < deadline {
      if let answer = try? ControlSocket(socketPath).send("GET", "/readyz"), answer.status == 200 {
        return
      }
      Thread.sleep(forTimeInterval: 0.002)
    }
    kill(SIGKILL)
    throw DidNotStart(log: (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? "")
  }

  /// Sends the signal and waits for the end.
  /// - Returns: the exit code, or nil when it took longer than `seconds`.
  @discardableResult
  package func kill(_ signal: Int32, within seconds: Double = 30) -> Int32? {
    process.send(signal)
    let deadline = Date(timeIntervalSinceNow: seconds)
    while process.isRunning {
      guard Date() < deadline else { return nil }
      Thread.sleep(forTimeInterval: 0.001)
    }
    return process.status
  }

  deinit {
    if process.isRunning { kill(SIGKILL) }
  }
}
