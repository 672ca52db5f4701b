#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension [String] {
  /// The indices of the strings, ascending by their bytes.
  func orderByBytes() -> [Int] {
    var text: [UInt8] = []
    var bounds = [0]
    for string in self {
      text.append(contentsOf: string.utf8)
      bounds.append(text.count)
    }
    // Most pairs differ in the first eight bytes, which compare as one big-endian integer.
    var keys: [(prefix: UInt64, index: Int)] = []
    keys.reserveCapacity(count)
    for index in indices {
      var prefix: UInt64 = 0
      for byte in text[bounds[index]..<bounds[index + 1]].prefix(8) {
        prefix = prefix << 8 | UInt64(byte)
      }
      let missing = Swift.max(0, 8 - (bounds[index + 1] - bounds[index]))
      keys.append((missing == 8 ? 0 : prefix << UInt64(missing * 8), index))
    }
    text.withUnsafeBufferPointer { text in
      bounds.withUnsafeBufferPointer { bounds in
        keys.sort { left, right in
          if left.prefix != right.prefix { return left.prefix < right.prefix }
          let leftCount = bounds[left.index + 1] - bounds[left.index]
          let rightCount = bounds[right.index + 1] - bounds[right.index]
          let common = Swift.min(leftCount, rightCount)
          guard common > 0, let base = text.baseAddress else { return leftCount < rightCount }
          let order = memcmp(base + bounds[left.index], base + bounds[right.index], common)
          return order == 0 ? leftCount < rightCount : order < 0
        }
      }
    }
    return keys.map(\.index)
  }
}
