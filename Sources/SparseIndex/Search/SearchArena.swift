/// The memory that one search works with: pieces are cut from large blocks, and all of them given back at
/// once.
///
/// Pieces are not initialized, each begins a cache line, and only what needs no deinitialization may lie
/// in them. A copy is the same arena: its owner, and nobody else, calls `deallocate`.
package struct SearchArena {
  private let state: UnsafeMutablePointer<State>

  private struct State {
    var next: UnsafeMutableRawPointer
    var freeByteCount: Int
    /// Each block begins with the address of the one before it.
    var lastBlock: UnsafeMutableRawPointer
  }

  /// Enough for a dozen dimensions, and little enough that the allocator has it at hand.
  private static let blockByteCount = 48 << 10
  private static let alignment = 64

  package init() {
    var first = Self.block(after: nil, byteCount: Self.blockByteCount)
    state = first.next.bindMemory(to: State.self, capacity: 1)
    first.next += Self.alignment
    first.freeByteCount -= Self.alignment
    state.initialize(to: first)
  }

  /// Gives everything back.
  package func deallocate() {
    var block: UnsafeMutableRawPointer? = state.pointee.lastBlock
    while let last = block {
      block = last.load(as: UnsafeMutableRawPointer?.self)
      last.deallocate()
    }
  }

  package func allocate<T>(_ type: T.Type = T.self, count: Int) -> UnsafeMutablePointer<T> {
    assert(_isPOD(type))
    let byteCount =
      (count * MemoryLayout<T>.stride + Self.alignment - 1) & ~(Self.alignment - 1)
    if byteCount > state.pointee.freeByteCount {
      state.pointee = Self.block(
        after: state.pointee.lastBlock, byteCount: max(byteCount, Self.blockByteCount))
    }
    let piece = state.pointee.next
    state.pointee.next += byteCount
    state.pointee.freeByteCount -= byteCount
    return piece.bindMemory(to: type, capacity: count)
  }

  private static func block(
    after last: UnsafeMutableRawPointer?, byteCount: Int
  ) -> State {
    // The allocator's own alignment: larger ones take it longer.
    let block = UnsafeMutableRawPointer.allocate(
      byteCount: byteCount + 2 * alignment, alignment: 16)
    block.storeBytes(of: last, as: UnsafeMutableRawPointer?.self)
    let start = (block + MemoryLayout<UnsafeMutableRawPointer?>.size).alignedUp(
      toMultipleOf: alignment)
    return State(next: start, freeByteCount: byteCount, lastBlock: block)
  }
}
