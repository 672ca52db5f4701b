#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How many files and connections the system lets the process have open.
struct Descriptors {
  /// The limit for files and connections together.
  let limit: Int

  /// Without connections: the log, the files that a flush, a compaction, a snapshot and a check have
  /// open at the same time, and what event loops and threads need.
  private static let reservedCount = 128
  static let minLimit = 64

  /// Raises the limit as far as the system allows without asking anybody.
  /// - Throws: when it is too low to start with.
  static func raised() throws(DaemonError) -> Descriptors {
    #if canImport(Glibc)
      let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
      let resource = RLIMIT_NOFILE
    #endif
    var limits = rlimit()
    getrlimit(resource, &limits)
    let soft = limits.rlim_cur
    limits.rlim_cur = limits.rlim_max
    if setrlimit(resource, &limits) != 0 { limits.rlim_cur = soft }
    let descriptors = Descriptors(limit: Int(clamping: limits.rlim_cur))
    guard descriptors.limit >= minLimit else {
      throw DaemonError(
        "the system allows \(descriptors.limit) open files, and \(minLimit) are needed: raise the "
          + "limit (`ulimit -n`, or LimitNOFILE= of the service)")
    }
    return descriptors
  }

  /// Connections that each of the doors may have: as many as asked for, where the reserve allows.
  func connectionCount(_ asked: Int, doors: Int) -> Int {
    min(asked, max(1, (limit - min(Self.reservedCount, limit / 2)) / doors))
  }
}

/// How much memory the system lets the process address (`ulimit -v`).
package enum AddressSpace {
  /// Stacks of the threads, the arenas from which they allocate, and what they work with beside requests.
  private static let minByteCount = 512 << 20

  /// - Throws: when there is not room for one request of the largest kind: it would end the process.
  package static func check(_ limits: RequestLimits) throws(DaemonError) {
    // A limit above the default is a wish and not a need.
    let byteCount =
      minByteCount + min(limits.requestMemoryByteCount, RequestLimits().requestMemoryByteCount)
    let room = mmap(nil, byteCount, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard let room, room != MAP_FAILED else {
      throw DaemonError(
        "the system lets this process address too little memory: \(byteCount >> 20) MiB more are needed; "
          + "raise the limit (`ulimit -v`), or lower `max-request-memory-bytes`")
    }
    munmap(room, byteCount)
  }
}
