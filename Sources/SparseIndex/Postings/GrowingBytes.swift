internal import StorageIO

/// Bytes that encoders append in place: each asks for room and says how much of it it has used.
///
/// With an array each would fill its room zero by zero and close up what it has not used, which costs
/// more than encoding a list of a few postings.
package struct GrowingBytes {
  /// Longer than what is used.
  private var storage: [UInt8] = []
  package private(set) var count = 0

  package init() {}

  package var bytes: [UInt8] { Array(storage[..<count]) }

  /// - Parameters:
  ///   - room: how many bytes may be written; all are zero.
  ///   - write: returns how many of them it has used.
  @inline(__always)
  package mutating func append(room: Int, _ write: (UnsafeMutableRawPointer) -> Int) {
    reserve(room)
    let end = count
    count += storage.withUnsafeMutableBytes { storage in
      let place = storage.baseAddress! + end
      place.initializeMemory(as: UInt8.self, repeating: 0, count: room)
      let used = write(place)
      assert(used <= room)
      return used
    }
  }

  package mutating func append(_ byte: UInt8) {
    reserve(1)
    storage[count] = byte
    count += 1
  }

  package mutating func append(contentsOf bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    reserve(bytes.count)
    let end = count
    storage.withUnsafeMutableBytes { storage in
      (storage.baseAddress! + end).copyMemory(from: start, byteCount: bytes.count)
    }
    count += bytes.count
  }

  package mutating func removeAll() { count = 0 }

  package func withRawBytes<R, E: Error>(
    _ body: (UnsafeRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    try storage.withRawBytes { (storage) throws(E) -> R in
      try body(UnsafeRawBufferPointer(rebasing: storage[..<count]))
    }
  }

  /// Makes room for more, and for as much again as there is: copies stay few.
  @inline(__always)
  private mutating func reserve(_ room: Int) {
    if storage.count - count < room { grow(room) }
  }

  @inline(never)
  private mutating func grow(_ room: Int) {
    storage.append(contentsOf: repeatElement(0, count: max(room, storage.count, 256)))
  }
}
