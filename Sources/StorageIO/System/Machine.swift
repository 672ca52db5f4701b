import CMachine

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The machine that this process runs on.
package enum Machine {
  /// Processors that this process may use, at least 1.
  package static let processorCount = Int(machine_processor_count())

  /// Memory of the machine. What a container may take of it can be less.
  package static let memoryByteCount = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))

  package static var processIdentifier: Int { Int(getpid()) }

  /// The environment as it is at the call; entries that are not UTF-8 are mended.
  package static var environment: [String: String] {
    var variables: [String: String] = [:]
    var next = machine_environment()!
    while let entry = next.pointee {
      let text = String(cString: entry)
      if let equals = text.firstIndex(of: "=") {
        variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
      }
      next += 1
    }
    return variables
  }

  /// The directory that relative paths start from; `.` where it has gone.
  package static var workingDirectory: String {
    guard let path = getcwd(nil, 0) else { return "." }
    defer { free(path) }
    return String(cString: path)
  }

  /// Seconds since 1970 began, in UTC.
  package static var unixTime: Int { time(nil) }

  /// The time now as `2026-11-27T00:42:07`, in UTC.
  package static var timestamp: String { timestamp(at: unixTime) }

  /// The same to the millisecond, as `2026-11-27T00:42:07.031Z`.
  package static var preciseTimestamp: String {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let milliseconds = String(now.tv_nsec / 1_000_000)
    let zeros = String(repeating: "0", count: 3 - milliseconds.count)
    return timestamp(at: now.tv_sec) + "." + zeros + milliseconds + "Z"
  }

  /// - Parameters:
  ///   - seconds: since 1970 began.
  ///   - format: as `strftime` has it.
  package static func timestamp(
    at seconds: Int, format: String = "%Y-%m-%dT%H:%M:%S"
  ) -> String {
    var seconds = time_t(seconds)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    var text = [CChar](repeating: 0, count: 32)
    let count = strftime(&text, text.count, format, &parts)
    return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
