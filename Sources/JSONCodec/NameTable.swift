/// Where names stand in a list of members: places by their names' hashes, at most half of them taken.
struct NameTable {
  /// The hash's lower half above the place in the list, from 1; 0 for none.
  private var slots: [UInt64] = []
  private var count = 0

  /// Makes room for another name.
  /// - Returns: bytes that the table has grown by.
  mutating func reserve() -> Int {
    guard (count + 1) * 2 > slots.count else { return 0 }
    let old = slots
    slots = Array(repeating: 0, count: max(64, old.count * 2))
    for slot in old where slot != 0 {
      var index = Int(slot >> 32) & (slots.count - 1)
      while slots[index] != 0 { index = (index + 1) & (slots.count - 1) }
      slots[index] = slot
    }
    return (slots.count - old.count) * MemoryLayout<UInt64>.stride
  }

  /// The place of the name among `members`; when it has none, it gets the one after them.
  /// - Precondition: room for it has been reserved.
  mutating func place(of name: String, among members: [JSONObject.Member]) -> Int? {
    let hash = UInt64(UInt32(truncatingIfNeeded: ByteString(name).hashValue))
    var index = Int(hash) & (slots.count - 1)
    while slots[index] != 0 {
      let place = Int(slots[index] & 0xFFFF_FFFF) - 1
      if slots[index] >> 32 == hash, members[place].name.hasSameBytes(as: name) { return place }
      index = (index + 1) & (slots.count - 1)
    }
    slots[index] = hash << 32 | UInt64(members.count + 1)
    count += 1
    return nil
  }
}
