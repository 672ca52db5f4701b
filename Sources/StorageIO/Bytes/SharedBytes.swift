#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An immutable run of bytes with the owner that keeps them alive: a mapped file or a heap buffer.
///
/// Slicing shares the owner, so a slice may outlive the value it was cut from. All integers are
/// little-endian on disk; the supported machines are little-endian too, so a load is a plain load. What
/// readers do for every number is inlinable: the compiler has it for other modules only where this says so.
package struct SharedBytes: @unchecked Sendable {
  // Sendable: the bytes never change after `owner` is made, and `owner` is released only when the
  // last slice is.
  @usableFromInline let owner: AnyObject
  /// The address of the first byte, valid while this value or a slice of it is alive.
  package let base: UnsafeRawPointer
  /// The number of bytes.
  package let count: Int

  /// - Parameters:
  ///   - owner: keeps `base ..< base + count` valid and unchanged while it is alive.
  @inlinable
  package init(owner: AnyObject, base: UnsafeRawPointer, count: Int) {
    self.owner = owner
    self.base = base
    self.count = count
  }

  /// Copies `bytes` into a heap buffer, 64-byte aligned.
  package init(copying bytes: UnsafeRawBufferPointer) {
    self.init(capacity: bytes.count) { buffer in
      buffer.copyMemory(from: bytes)
      return bytes.count
    }
  }

  /// Copies `bytes` into a heap buffer, 64-byte aligned.
  package init(_ bytes: [UInt8]) {
    self = bytes.withUnsafeBytes { SharedBytes(copying: $0) }
  }

  /// A heap buffer of at most `capacity` bytes, 64-byte aligned, that `fill` writes once.
  ///
  /// - Parameter fill: returns how many bytes it has written from the start on.
  package init<E: Error>(
    capacity: Int, fill: (UnsafeMutableRawBufferPointer) throws(E) -> Int
  ) throws(E) {
    guard let bytes = try SharedBytes(whereRoomFor: capacity, fill: fill) else {
      fatalError("no memory for \(capacity) bytes")
    }
    self = bytes
  }

  /// The same for as many bytes as a file says that it has; nil where there is no memory for them.
  ///
  /// - Parameter inHugePages: for many bytes that are read here and there, where the system has such pages.
  package init?<E: Error>(
    whereRoomFor capacity: Int, inHugePages: Bool = false,
    fill: (UnsafeMutableRawBufferPointer) throws(E) -> Int
  ) throws(E) {
    guard let heap = HeapBytes(capacity: capacity, inHugePages: inHugePages) else { return nil }
    let count = try fill(UnsafeMutableRawBufferPointer(start: heap.base, count: capacity))
    precondition(count >= 0 && count <= capacity, "filled beyond the capacity")
    self.init(owner: heap, base: UnsafeRawPointer(heap.base), count: count)
  }

  /// No bytes.
  package static let empty = SharedBytes([])

  /// Lets go of the memory that reading these bytes of a mapped file has taken: they are read from the
  /// file again where they are needed again. Does nothing for bytes on the heap.
  package func releasePages() { (owner as? MappedFile)?.releasePages(from: base, count: count) }

  /// The bytes in `range`, sharing the owner. The range must lie within `0 ..< count`: lengths read
  /// from disk are checked before they get here.
  @inlinable
  package func slice(_ range: Range<Int>) -> SharedBytes {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "slice out of bounds")
    return SharedBytes(owner: owner, base: base + range.lowerBound, count: range.count)
  }

  /// The byte at `index`, which must lie within `0 ..< count`.
  @inlinable package subscript(index: Int) -> UInt8 {
    precondition(index >= 0 && index < count, "byte out of bounds")
    return base.load(fromByteOffset: index, as: UInt8.self)
  }

  /// Loads a fixed-width value at any alignment.
  @inlinable
  package func load<T: BitwiseCopyable>(at offset: Int, as type: T.Type = T.self) -> T {
    precondition(
      offset >= 0 && offset <= count - MemoryLayout<T>.size, "load out of bounds")
    return base.loadUnaligned(fromByteOffset: offset, as: T.self)
  }

  /// Lends all bytes to `body`; the buffer must not be kept beyond it.
  /// - Throws: what `body` throws.
  @inlinable
  package func withUnsafeBytes<R, E: Error>(
    _ body: (UnsafeRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    try withExtendedLifetime(owner) { () throws(E) -> R in
      try body(UnsafeRawBufferPointer(start: base, count: count))
    }
  }

  /// A copy of the bytes.
  package var array: [UInt8] {
    withUnsafeBytes { Array($0) }
  }
}

/// A heap buffer that is filled once and never changes.
private final class HeapBytes {
  let base: UnsafeMutableRawPointer

  private static let hugePageByteCount = 2 << 20

  init?(capacity: Int, inHugePages: Bool = false) {
    var base: UnsafeMutableRawPointer?
    let inHugePages = inHugePages && capacity >= Self.hugePageByteCount
    let alignment = inHugePages ? Self.hugePageByteCount : 64
    guard posix_memalign(&base, alignment, max(capacity, 1)) == 0, let base else { return nil }
    self.base = base
    #if os(Linux)
      if inHugePages {
        // Only advice. What lies beyond the last whole page is not ours alone.
        madvise(base, capacity & ~(Self.hugePageByteCount - 1), MADV_HUGEPAGE)
      }
    #endif
  }

  deinit { free(base) }
}
