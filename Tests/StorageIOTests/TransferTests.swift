import StorageIO
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

@Suite struct TransferTests {
  private func write(
    _ byteCount: Int, _ move: (_ offset: Int, _ count: Int) -> Int
  ) throws(StorageError) -> Int {
    try transfer(byteCount: byteCount, operation: "write to", path: "/p", stopsAtZero: false, move)
  }

  @Test func `short writes are continued where they stopped`() throws {
    var offsets: [Int] = []
    let moved = try write(10) { offset, count in
      offsets.append(offset)
      return min(count, 3)
    }
    #expect(moved == 10)
    #expect(offsets == [0, 3, 6, 9])
  }

  @Test func `a call interrupted by a signal is repeated`() throws {
    var calls = 0
    let moved = try write(2) { _, _ in
      calls += 1
      guard calls % 2 == 0 else {
        errno = EINTR
        return -1
      }
      return 1
    }
    #expect(moved == 2)
    #expect(calls == 4)
  }

  @Test func `an error after a short write is thrown`() {
    #expect(throws: StorageError.io(operation: "write to", path: "/p", code: ENOSPC)) {
      try write(10) { offset, _ in
        errno = ENOSPC
        return offset == 0 ? 4 : -1
      }
    }
  }

  @Test func `a write that moves nothing does not loop for ever`() {
    #expect(throws: StorageError.io(operation: "write to", path: "/p", code: EIO)) {
      try write(10) { _, _ in 0 }
    }
  }

  @Test func `reading stops at the end of the file`() throws {
    let moved = try transfer(byteCount: 10, operation: "read", path: "/p", stopsAtZero: true) {
      offset, _ in offset < 6 ? 3 : 0
    }
    #expect(moved == 6)
  }
}
