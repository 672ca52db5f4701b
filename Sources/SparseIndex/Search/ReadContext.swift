internal import Synchronization

/// How far one read may go: until when, for whom, and with how much memory.
///
/// It is handed down to everything that works on the read. Loops whose length a request chooses ask
/// `isOver` now and then (`WorkMeter` says when) and return early with whatever they have; who answers
/// the request asks once more, and throws away what they made. Once over, a read stays over.
public final class ReadContext: Sendable {
  /// Why a read is over.
  package enum End: UInt8, Sendable {
    /// Its time is up, or nobody waits for it any more.
    case timeIsUp = 1
    /// It needs more memory than one read may take.
    case tooLarge
    /// It needs more memory than the others leave.
    case crowdedOut
  }

  /// Neither a deadline nor a budget.
  public static let unlimited = ReadContext()

  /// Memory that the read may hold: what it works with, and the points it answers.
  public let byteCount: Int
  private let deadline: ContinuousClock.Instant?
  private let isAbandoned: (@Sendable () -> Bool)?
  private let pool: ReadMemory?
  private let ended = Atomic<UInt8>(0)
  private let heldByteCount = Atomic<Int>(0)
  /// The bytes asked of the pool: whole steps, ahead of what is held.
  private let pooledByteCount = Atomic<Int>(0)

  /// Small reads never wait for the pool.
  private static let unpooledByteCount = 1 << 20

  /// - Parameters:
  ///   - pool: what all reads may hold together.
  ///   - isAbandoned: whether nobody waits for the answer any more.
  public init(
    deadline: ContinuousClock.Instant? = nil, byteCount: Int = .max, pool: ReadMemory? = nil,
    isAbandoned: (@Sendable () -> Bool)? = nil
  ) {
    self.deadline = deadline
    self.byteCount = byteCount
    self.pool = pool
    self.isAbandoned = isAbandoned
  }

  deinit { pool?.giveBack(pooledByteCount.load(ordering: .relaxed)) }

  /// Whether to stop: looks at the clock.
  public var isOver: Bool {
    if ended.load(ordering: .relaxed) != 0 { return true }
    if isAbandoned?() ?? false || deadline.map({ ContinuousClock.now >= $0 }) ?? false {
      end(.timeIsUp)
      return true
    }
    return false
  }

  /// Why the read is over; nil while it is not. Does not look at the clock.
  package var end: End? { End(rawValue: ended.load(ordering: .relaxed)) }

  /// Counts memory that the read takes. Where the size is known, before it is allocated.
  /// - Returns: whether there was enough left; if not, the read is over.
  @discardableResult
  package func take(_ byteCount: Int) -> Bool {
    guard self.byteCount < .max || pool != nil else { return true }
    let before = heldByteCount.load(ordering: .relaxed)
    guard byteCount <= self.byteCount, before <= self.byteCount - byteCount else {
      end(.tooLarge)
      return false
    }
    let held = heldByteCount.wrappingAdd(byteCount, ordering: .relaxed).newValue
    return ended.load(ordering: .relaxed) == 0 && growPool(to: held)
  }

  /// Memory that is taken now: who works with memory of its own gives back what is taken more at its
  /// end.
  package var takenByteCount: Int { heldByteCount.load(ordering: .relaxed) }

  /// Counts memory as free that was taken before.
  package func giveBack(_ byteCount: Int) {
    guard self.byteCount < .max || pool != nil else { return }
    heldByteCount.wrappingSubtract(byteCount, ordering: .relaxed)
  }

  private func growPool(to held: Int) -> Bool {
    guard let pool else { return true }
    let claimed = pooledByteCount.load(ordering: .relaxed)
    let missing = held - Self.unpooledByteCount - claimed
    guard missing > 0 else { return true }
    let step = max(missing, Self.unpooledByteCount)
    guard pool.take(step, beside: claimed) else {
      end(.crowdedOut)
      return false
    }
    pooledByteCount.wrappingAdd(step, ordering: .relaxed)
    return true
  }

  /// The first reason stays.
  private func end(_ reason: End) {
    _ = ended.compareExchange(
      expected: 0, desired: reason.rawValue, ordering: .relaxed)
  }
}

/// The memory that all reads under way may hold together.
public final class ReadMemory: Sendable {
  /// The bytes that they may hold.
  public let byteCount: Int
  private let taken = Atomic<Int>(0)

  /// A pool of that many bytes, to be shared by the contexts of all reads.
  public init(byteCount: Int) { self.byteCount = byteCount }

  /// A read that is alone always gets what it asks for: its own budget bounds it.
  fileprivate func take(_ step: Int, beside claimed: Int) -> Bool {
    let sum = taken.wrappingAdd(step, ordering: .relaxed).newValue
    if sum <= byteCount || sum == claimed + step { return true }
    taken.wrappingSubtract(step, ordering: .relaxed)
    return false
  }

  fileprivate func giveBack(_ byteCount: Int) {
    taken.wrappingSubtract(byteCount, ordering: .relaxed)
  }
}

/// Asks a context rarely enough that it costs nothing, and often enough that its time is kept: a step
/// is work of some nanoseconds.
package struct WorkMeter {
  /// Steps between two looks at the clock: a millisecond or less.
  private static let stepCount = 1 << 16

  private let context: ReadContext
  private var remaining = stepCount

  package init(_ context: ReadContext) { self.context = context }

  /// Counts work that has been done, or is about to be.
  @inline(__always)
  package mutating func isOver(after stepCount: Int = 1) -> Bool {
    remaining &-= stepCount
    return remaining <= 0 && look()
  }

  private mutating func look() -> Bool {
    let isOver = context.isOver
    // Once over, every call says so: loops around the one that ended end too.
    remaining = isOver ? 0 : Self.stepCount
    return isOver
  }
}
