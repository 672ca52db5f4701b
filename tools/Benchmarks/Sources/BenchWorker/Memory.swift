import Foundation
import Synchronization

/// What the kernel says of this process.
enum Memory {
  static var now: Answer {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    var bytes: [Substring: Int] = [:]
    for line in status.split(separator: "\n") {
      let words = line.split(whereSeparator: { $0 == ":" || $0 == "\t" || $0 == " " })
      if words.count >= 2, let kibibytes = Int(words[1]) { bytes[words[0]] = kibibytes << 10 }
    }
    let io = (try? String(contentsOfFile: "/proc/self/io", encoding: .utf8)) ?? ""
    let written = io.split(separator: "\n").first { $0.hasPrefix("write_bytes:") }
      .flatMap { Int($0.dropFirst(12).trimmingCharacters(in: .whitespaces)) }
    return Answer(
      anonymous: bytes["RssAnon"] ?? 0, resident: bytes["VmHWM"] ?? 0, written: written)
  }

  /// The greatest anonymous memory seen until `done`, looked at every millisecond.
  static func watch(until done: Flag) async -> Int {
    var peak = 0
    while !done.isRaised {
      peak = max(peak, now.anonymous!)
      try? await Task.sleep(for: .milliseconds(1))
    }
    return peak
  }
}

/// Raised once by one task, looked at by another.
final class Flag: Sendable {
  private let raised = Atomic(false)
  var isRaised: Bool { raised.load(ordering: .acquiring) }
  func raise() { raised.store(true, ordering: .releasing) }
}
