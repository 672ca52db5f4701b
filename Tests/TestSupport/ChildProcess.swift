internal import StorageIO
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A program that a test runs. A thread of its own waits for the end: Foundation's `Process` learns of
/// it through a run loop, which missed some ends where many tests ran.
package final class ChildProcess: Sendable {
  package struct CannotStart: Error {
    package let path: String
    package let code: Int32
  }

  package let identifier: Int32
  private let ended = Mutex<Int32?>(nil)

  /// Starts the program, with standard input empty and its output appended to files.
  package init(
    _ path: String, _ arguments: [String], environment: [String: String], output: String,
    errors: String
  ) throws {
    #if canImport(Glibc)
      var actions = posix_spawn_file_actions_t()
    #else
      var actions: posix_spawn_file_actions_t?
    #endif
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    let flags = O_WRONLY | O_CREAT | O_APPEND
    posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o644)
    if errors == output {
      posix_spawn_file_actions_adddup2(&actions, 1, 2)
    } else {
      posix_spawn_file_actions_addopen(&actions, 2, errors, flags, 0o644)
    }
    var argv = ([path] + arguments).map { strdup($0) } + [nil]
    var envp = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in argv + envp { free(text) } }
    var identifier: pid_t = 0
    let code = posix_spawn(&identifier, path, &actions, nil, &argv, &envp)
    guard code == 0 else { throw CannotStart(path: path, code: code) }
    self.identifier = identifier
    try SystemThread.start("test.child", niceness: 0) { self.wait() }
  }

  private func wait() {
    var status: Int32 = 0
    while waitpid(identifier, &status, 0) == -1, errno == EINTR {}
    // As a shell has it: the exit code, or the signal.
    let code = status & 0x7F == 0 ? status >> 8 & 0xFF : status & 0x7F
    ended.withLock { $0 = code }
  }

  /// The exit code, or the number of the signal that ended it; nil while it runs.
  package var status: Int32? { ended.withLock { $0 } }
  package var isRunning: Bool { status == nil }

  package func send(_ signal: Int32) {
    // Not to another process that has the number meanwhile.
    ended.withLock { if $0 == nil { kill(identifier, signal) } }
  }

  /// Waits for the end.
  /// - Returns: see `status`.
  package func end() async -> Int32 {
    // Looks now and then: of continuations that the waiting thread resumed, some were lost where many
    // tests ran.
    while true {
      if let status { return status }
      try? await Task.sleep(for: .milliseconds(5))
    }
  }
}
