import NIOHTTP1
import StorageIO

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A head as it came, in two parts: what comes before the digits of `Content-Length`, and what comes behind
/// them.
final class KnownHead {
  /// The request of that head. Its `contentLength` is that of the first.
  let request: Request
  private let before: [UInt8]
  /// Empty where the request has no body.
  private let after: [UInt8]

  /// Longer heads are not kept, by connections that may be many and idle.
  private static let maxByteCount = 4 << 10
  /// Digits of a body's length up to here are read: more than fit into what is read at once.
  private static let maxDigitCount = 9

  /// - Returns: nil for a head that is not to be recognised.
  init?(_ head: [UInt8], _ request: Request) {
    self.request = request
    guard request.headers.contains(name: "content-length") else {
      before = head
      after = []
      return
    }
    guard let digits = Self.lengthDigits(in: head), head[digits.lowerBound] != UInt8(ascii: "0")
    else { return nil }
    before = Array(head[..<digits.lowerBound])
    after = Array(head[digits.upperBound...])
  }

  /// Where the head that `bytes` begin with ends; nil where it does not or is long, and where another reading
  /// of the standard may let it end elsewhere.
  static func end(in bytes: UnsafeRawBufferPointer) -> Int? {
    guard let first = bytes.first, first >= UInt8(ascii: "A"), first <= UInt8(ascii: "Z") else {
      return nil
    }
    var lineStart = 0
    for (index, byte) in bytes.prefix(maxByteCount).enumerated() where byte == UInt8(ascii: "\n") {
      guard bytes[index - 1] == UInt8(ascii: "\r") else { return nil }
      if index == lineStart + 1 { return index + 1 }
      lineStart = index + 1
    }
    return nil
  }

  /// The digits in the one line that gives the body's length; nil where it is written in another way.
  private static func lengthDigits(in head: [UInt8]) -> Range<Int>? {
    let name = Array("\ncontent-length:".utf8)
    var found: Range<Int>?
    for start in 0..<max(0, head.count - name.count) where head[start] == name[0] {
      let isName = name.indices.allSatisfy { index in
        let byte = head[start + index]
        return byte == name[index]
          || byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") && byte | 0x20 == name[index]
      }
      guard isName else { continue }
      guard found == nil else { return nil }
      var lower = start + name.count
      while head[lower] == UInt8(ascii: " ") { lower += 1 }
      var upper = lower
      while head[upper].isDigit { upper += 1 }
      guard upper > lower, upper - lower <= maxDigitCount, head[upper] == UInt8(ascii: "\r") else {
        return nil
      }
      found = lower..<upper
    }
    return found
  }

  /// The length of the head that `bytes` begin with, and of the body behind it; nil where they do not
  /// begin with such a head.
  func length(in bytes: UnsafeRawBufferPointer) -> (head: Int, body: Int)? {
    guard Self.has(before, in: bytes, at: 0) else { return nil }
    if after.isEmpty { return (before.count, 0) }
    var position = before.count
    var body = 0
    while position < bytes.count, position - before.count < Self.maxDigitCount,
      bytes[position].isDigit
    {
      body = body * 10 + Int(bytes[position] - UInt8(ascii: "0"))
      position += 1
    }
    // Whether a request without a body comes in is another question.
    guard position > before.count, bytes[before.count] != UInt8(ascii: "0"),
      Self.has(after, in: bytes, at: position)
    else { return nil }
    return (position + after.count, body)
  }

  private static func has(_ text: [UInt8], in bytes: UnsafeRawBufferPointer, at offset: Int) -> Bool
  {
    guard let base = bytes.baseAddress, bytes.count - offset >= text.count else { return false }
    return text.withUnsafeBytes { text in
      text.baseAddress.map { memcmp(base + offset, $0, text.count) == 0 } ?? true
    }
  }
}
