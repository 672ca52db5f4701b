import Kindred
import NIOCore
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Which reads an event loop works on itself, because two hops between threads would take longer than
/// most reads do.
///
/// Such a read has a budget of processor time and of memory. When that is used up, it is given up and
/// begun again on the threads of reads. So that everything else of the loop, health above all, is not
/// held up:
/// - only collections that are not large are read, and a read ends about when its budget does;
/// - of ten milliseconds, a loop gives reads at most eight;
/// - after one that was given up, it begins none for a hundred times as long as that took.
///
/// There is one for each event loop, which alone uses it.
final class BriefReads {
  /// Bodies up to here are decoded on an event loop.
  static let bodyByteCount = 8 << 10
  /// Points of a collection up to here are read there: what is done at a stretch takes a few
  /// milliseconds at the worst.
  static let pointCount = 100_000

  /// A read may take this long by the clock before the processor's time is looked at.
  private static let clockBudget = TimeAmount.microseconds(200)
  /// The processor's time that it may take from then on.
  private static let processorBudget = TimeAmount.microseconds(150)
  private static let byteCount = 1 << 20
  private static let period = TimeAmount.milliseconds(10)
  private static let maxTime = TimeAmount.milliseconds(8)
  private static let maxPause = TimeAmount.milliseconds(30)

  private var periodEnd = NIODeadline.now()
  private var time = TimeAmount.zero
  private var pauseEnd = NIODeadline.now()

  /// Works on a read, if there is time for one.
  /// - Returns: what `read` does; nil when it has to be begun on a thread.
  func run<R>(_ read: (ReadContext) -> R?) -> R? {
    let start = NIODeadline.now()
    guard start >= pauseEnd else { return nil }
    if start >= periodEnd {
      periodEnd = start + Self.period
      time = .zero
    }
    guard time < Self.maxTime else { return nil }
    let result = read(Self.context(since: start))
    let end = NIODeadline.now()
    time = time + (end - start)
    if result == nil { pauseEnd = end + min(Self.maxPause, 100 * (end - start)) }
    return result
  }

  /// The limits of a brief read that begins now, on this thread.
  static func context(since start: NIODeadline = .now()) -> ReadContext {
    let budget = Budget(until: start + clockBudget)
    return ReadContext(byteCount: byteCount) { budget.isUsedUp }
  }

  /// The time of one read. The processor's counts, so that it does not matter what else the machine
  /// does; asking for it takes a system call, which most reads are over before.
  private final class Budget: Sendable {
    private let due: NIODeadline
    /// 0 until the clock has come to `due`.
    private let processorDue = Atomic<Int64>(0)

    init(until due: NIODeadline) { self.due = due }

    var isUsedUp: Bool {
      guard NIODeadline.now() >= due else { return false }
      let now = BriefReads.processorNanoseconds()
      let known = processorDue.load(ordering: .relaxed)
      if known > 0 { return now >= known }
      processorDue.store(now + BriefReads.processorBudget.nanoseconds, ordering: .relaxed)
      return false
    }
  }

  /// The processor time that this thread has taken.
  private static func processorNanoseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

/// Thrown by a handler whose work belongs on a thread, or must not be begun twice.
struct NotBrief: Error {}
