import Foundation

/// How much of the machine's memory the daemon holds: pages of its own, without the mapped files that
/// the kernel may drop at any time.
enum ResidentMemory {
  /// Nil where the system does not say.
  static var percent: Int? {
    guard let own = kilobytes("RssAnon:", in: "/proc/self/status"),
      let total = kilobytes("MemTotal:", in: "/proc/meminfo"), total > 0
    else { return nil }
    return own * 100 / total
  }

  private static func kilobytes(_ name: String, in file: String) -> Int? {
    guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return nil }
    let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
    return line.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) }
  }
}
