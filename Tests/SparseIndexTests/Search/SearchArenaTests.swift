import Dispatch
import SparseIndex
import Testing

@Suite struct SearchArenaTests {
  @Test func `pieces lie apart, each from a cache line on, however large they are`() {
    let arena = SearchArena()
    defer { arena.deallocate() }
    var pieces: [UnsafeMutableBufferPointer<UInt64>] = []
    for round in 0..<40 {
      for count in [0, 1, 7, 8, 9, 100, 6143, 6144, 6145, 50_000] {
        let piece = arena.allocate(UInt64.self, count: count)
        #expect(Int(bitPattern: piece) % 64 == 0)
        piece.initialize(repeating: UInt64(round << 20 | count), count: count)
        pieces.append(UnsafeMutableBufferPointer(start: piece, count: count))
      }
    }
    for piece in pieces {
      #expect(piece.allSatisfy { $0 == piece.first && Int($0 & 0xFFFFF) == piece.count })
    }
  }

  /// Large blocks go from one search to the next.
  @Test func `searches at the same time share nothing`() {
    DispatchQueue.concurrentPerform(iterations: 8) { worker in
      for round in 0..<200 {
        let arena = SearchArena()
        defer { arena.deallocate() }
        let mark = UInt64(worker << 32 | round)
        let pieces = (1...4).map { part in
          let piece = UnsafeMutableBufferPointer(
            start: arena.allocate(UInt64.self, count: part * 20_000), count: part * 20_000)
          piece.initialize(repeating: mark)
          return piece
        }
        #expect(pieces.allSatisfy { $0.allSatisfy { $0 == mark } })
      }
    }
  }
}
