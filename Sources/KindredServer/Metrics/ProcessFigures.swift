import StorageIO

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The system's figures for this process. Nil where it has none (outside of Linux).
enum ProcessFigures {
  /// Pages of its own, without the mapped files that the kernel may drop at any time.
  static var ownByteCount: Int? { kilobytes("RssAnon:", in: "/proc/self/status") }
  /// All pages in memory, mapped files included.
  static var residentByteCount: Int? { kilobytes("VmRSS:", in: "/proc/self/status") }

  static var threadCount: Int? { number("Threads:", in: "/proc/self/status") }

  static var mappingCount: Int? {
    contents("/proc/self/maps").map { $0.count { $0 == UInt8(ascii: "\n") } }
  }

  static var maxMappingCount: Int? {
    contents("/proc/sys/vm/max_map_count").flatMap {
      Int(String(decoding: $0.prefix(while: \.isDigit), as: UTF8.self))
    }
  }

  static var openDescriptorCount: Int? {
    guard let folder = opendir("/proc/self/fd") else { return nil }
    defer { closedir(folder) }
    // `.`, `..` and the one that looks.
    var count = -3
    while readdir(folder) != nil { count += 1 }
    return count
  }

  static var maxDescriptorCount: Int? {
    var limit = rlimit()
    #if canImport(Glibc)
      let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
      let resource = RLIMIT_NOFILE
    #endif
    return getrlimit(resource, &limit) == 0 ? Int(exactly: limit.rlim_cur) : nil
  }

  /// Pages that were at hand, and pages that had to be read from disk.
  static var pageFaults: (minor: Int, major: Int)? {
    var usage = rusage()
    #if canImport(Glibc)
      let own = __rusage_who_t(RUSAGE_SELF.rawValue)
    #else
      let own = RUSAGE_SELF
    #endif
    return getrusage(own, &usage) == 0 ? (usage.ru_minflt, usage.ru_majflt) : nil
  }

  private static func kilobytes(_ name: String, in file: String) -> Int? {
    number(name, in: file).map { $0 * 1024 }
  }

  /// The number in the line that begins with `name`.
  private static func number(_ name: String, in file: String) -> Int? {
    guard let bytes = contents(file) else { return nil }
    let line = bytes.split(separator: UInt8(ascii: "\n")).first { $0.starts(with: name.utf8) }
    let digits = line?.dropFirst(name.utf8.count).drop { !$0.isDigit }.prefix(while: \.isDigit)
    return digits.flatMap { Int(String(decoding: $0, as: UTF8.self)) }
  }

  private static func contents(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 14)
    while case let count = fread(&piece, 1, piece.count, file), count > 0 {
      bytes += piece[..<count]
    }
    return bytes
  }
}
