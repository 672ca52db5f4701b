internal import StorageIO
internal import Synchronization

/// A part of a segment (its ids, its payloads, its vectors of one name) that is opened when it is first
/// used, once its bytes have been compared with their checksums; or at once, where these are known.
///
/// Invariant: `value` is made of bytes that have been compared, or is the stand-in for a part that is
/// damaged, and then `damage` has been noted before anybody can see it.
final class SegmentPart<Value: Sendable>: OpenablePart, @unchecked Sendable {
  // Sendable: what `opened` points to never changes and lives as long as this; the rest guards itself.

  /// A box in which an opened part is kept.
  private final class Opened: Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
  }

  private struct Opening: Sendable {
    let standIn: Value
    let open: @Sendable () throws(StorageError) -> Value
  }

  /// The checksums of the bytes that it is made of; none where these are known.
  private let checksums: [SectionChecksum]
  private let damage: SegmentDamage
  /// Retained; nil until the part is open.
  private let opened = Atomic<UnsafeRawPointer?>(nil)
  /// Nil once the part is open.
  private let opening: Mutex<Opening?>

  /// A part that is opened when it is first used.
  /// - Parameters:
  ///   - checksums: those of all bytes that `open` reads.
  ///   - standIn: what there is in the place of a damaged part.
  init(
    _ checksums: [SectionChecksum], _ damage: SegmentDamage, standIn: Value,
    open: @escaping @Sendable () throws(StorageError) -> Value
  ) {
    self.checksums = checksums
    self.damage = damage
    opening = Mutex(Opening(standIn: standIn, open: open))
  }

  /// A part that is open.
  init(_ value: Value, _ damage: SegmentDamage) {
    checksums = []
    self.damage = damage
    opening = Mutex(nil)
    set(value)
  }

  deinit {
    if let pointer = opened.load(ordering: .acquiring) {
      Unmanaged<Opened>.fromOpaque(pointer).release()
    }
  }

  var isOpen: Bool { opened.load(ordering: .acquiring) != nil }

  /// The part's content. Opens it, however long that takes: a read whose time is limited opens what it
  /// needs before.
  var value: Value { with { $0 } }

  @inline(__always)
  func with<R>(_ body: (Value) -> R) -> R {
    Unmanaged<Opened>.fromOpaque(opened.load(ordering: .acquiring) ?? pointerAfterOpening())
      ._withUnsafeGuaranteedRef { body($0.value) }
  }

  @inline(never)
  private func pointerAfterOpening() -> UnsafeRawPointer {
    _ = open(for: .unlimited)
    guard let pointer = opened.load(ordering: .acquiring) else {
      preconditionFailure("an unlimited read is never over")
    }
    return pointer
  }

  func open(for context: ReadContext) -> Bool {
    if isOpen { return true }
    var failure: StorageError?
    do throws(StorageError) {
      for checksum in checksums {
        guard try checksum.compare(for: context) else { return false }
      }
    } catch {
      failure = error
    }
    opening.withLock { opening in
      // Another thread may have come first.
      guard let present = opening else { return }
      set(failure.map { fail($0, present) } ?? make(present))
      opening = nil
    }
    return true
  }

  private func make(_ opening: Opening) -> Value {
    do throws(StorageError) { return try opening.open() } catch { return fail(error, opening) }
  }

  private func fail(_ error: StorageError, _ opening: Opening) -> Value {
    damage.note(error)
    return opening.standIn
  }

  private func set(_ value: Value) {
    opened.store(
      UnsafeRawPointer(Unmanaged.passRetained(Opened(value)).toOpaque()), ordering: .releasing)
  }
}

/// A part, whatever it holds.
protocol OpenablePart: AnyObject, Sendable {
  var isOpen: Bool { get }
  /// Opens the part; damage that this finds is noted.
  /// - Returns: false when the read is over before it is open.
  func open(for context: ReadContext) -> Bool
}

/// Whether a segment has been found damaged since it was opened.
final class SegmentDamage: Sendable {
  private let isFound = Atomic(false)
  private let first = Mutex<StorageError?>(nil)
  private let whenFound: (@Sendable () -> Void)?

  init(whenFound: (@Sendable () -> Void)? = nil) { self.whenFound = whenFound }

  var isAny: Bool { isFound.load(ordering: .relaxed) }

  /// The first that was found.
  var error: StorageError? { isAny ? first.withLock { $0 } : nil }

  func note(_ error: StorageError) {
    first.withLock { if $0 == nil { $0 = error } }
    isFound.store(true, ordering: .releasing)
    whenFound?()
  }
}
