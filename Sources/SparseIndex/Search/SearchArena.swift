internal import StorageIO
internal import Synchronization

/// The memory that one search works with: pieces are cut from large blocks, and all of them given back at
/// once. A search that needs more than a small block takes a large one that an earlier search has left: the
/// system would have to find and to clear every page of a new one.
///
/// Pieces are not initialized, each begins a cache line, and only what needs no deinitialization may lie
/// in them. A copy is the same arena: its owner, and nobody else, calls `deallocate`.
package struct SearchArena {
  private let state: UnsafeMutablePointer<State>

  private struct State {
    var next: UnsafeMutableRawPointer
    var freeByteCount: Int
    var lastBlock: UnsafeMutableRawPointer
  }

  /// The head of a block.
  private struct Header {
    let blockBefore: UnsafeMutableRawPointer?
    let byteCount: Int
  }

  /// Large blocks that nobody uses.
  private static let spareBlocks = Mutex<[SpareBlock]>([])
  private static let maxSpareCount = min(Machine.processorCount, 8)

  private struct SpareBlock: @unchecked Sendable {
    // Sendable: whoever takes it is its only user.
    let block: UnsafeMutableRawPointer
  }

  /// Enough for a dozen dimensions, and little enough that the allocator has it at hand.
  private static let smallByteCount = 48 << 10
  /// Enough for some dozens of rare dimensions, of which a window is decoded.
  private static let largeByteCount = 1 << 20
  private static let alignment = 64

  package init() {
    var first = Self.block(after: nil, byteCount: Self.smallByteCount)
    state = first.next.bindMemory(to: State.self, capacity: 1)
    first.next += Self.alignment
    first.freeByteCount -= Self.alignment
    state.initialize(to: first)
  }

  /// Gives everything back.
  package func deallocate() {
    var next: UnsafeMutableRawPointer? = state.pointee.lastBlock
    while let block = next {
      let header = block.load(as: Header.self)
      next = header.blockBefore
      if header.byteCount != Self.largeByteCount || !Self.keep(block) { block.deallocate() }
    }
  }

  /// - Returns: whether the large block is kept for another search.
  private static func keep(_ block: UnsafeMutableRawPointer) -> Bool {
    spareBlocks.withLock { blocks in
      guard blocks.count < maxSpareCount else { return false }
      blocks.append(SpareBlock(block: block))
      return true
    }
  }

  package func allocate<T>(_ type: T.Type = T.self, count: Int) -> UnsafeMutablePointer<T> {
    assert(_isPOD(type))
    let byteCount =
      (count * MemoryLayout<T>.stride + Self.alignment - 1) & ~(Self.alignment - 1)
    if byteCount > state.pointee.freeByteCount {
      state.pointee = Self.block(
        after: state.pointee.lastBlock, byteCount: max(byteCount, Self.largeByteCount))
    }
    let piece = state.pointee.next
    state.pointee.next += byteCount
    state.pointee.freeByteCount -= byteCount
    return piece.bindMemory(to: type, capacity: count)
  }

  private static func block(
    after last: UnsafeMutableRawPointer?, byteCount: Int
  ) -> State {
    var spare: UnsafeMutableRawPointer?
    if byteCount == largeByteCount { spare = spareBlocks.withLock { $0.popLast()?.block } }
    // The allocator's own alignment: larger ones take it longer.
    let block = spare ?? .allocate(byteCount: byteCount + 2 * alignment, alignment: 16)
    block.storeBytes(of: Header(blockBefore: last, byteCount: byteCount), as: Header.self)
    let start = (block + MemoryLayout<Header>.size).alignedUp(toMultipleOf: alignment)
    return State(next: start, freeByteCount: byteCount, lastBlock: block)
  }
}
