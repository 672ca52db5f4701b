/// A text whose bytes decide what it is equal to and how it sorts: what names and values are as keys.
/// (Swift's `String` also equates different spellings of the same characters, such as `é` as one
/// scalar and as two.)
public struct ByteString: Sendable {
  /// The text as a `String`, whose own equality is canonical equivalence.
  public let text: String

  /// Takes a text as it is, without normalizing it.
  public init(_ text: String) { self.text = text }

  /// The bytes that decide equality and order.
  public var utf8: String.UTF8View { text.utf8 }
  /// Whether there are no bytes.
  public var isEmpty: Bool { text.isEmpty }
}

extension ByteString: Hashable {
  public static func == (left: ByteString, right: ByteString) -> Bool {
    left.text.hasSameBytes(as: right.text)
  }

  public func hash(into hasher: inout Hasher) {
    let isContiguous: Void? = text.utf8.withContiguousStorageIfAvailable {
      hasher.combine(bytes: UnsafeRawBufferPointer($0))
    }
    if isContiguous == nil { for byte in text.utf8 { hasher.combine(byte) } }
    // No byte of UTF-8: where several strings make a key, it says where one ends.
    hasher.combine(0xFF as UInt8)
  }
}

extension ByteString: Comparable {
  public static func < (left: ByteString, right: ByteString) -> Bool {
    left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }
}

extension ByteString: ExpressibleByStringLiteral, CustomStringConvertible {
  public init(stringLiteral text: String) { self.init(text) }

  public var description: String { text }
}

extension Dictionary where Key == ByteString {
  /// The value under the name of these bytes.
  public subscript(name: String) -> Value? {
    get { self[ByteString(name)] }
    set { self[ByteString(name)] = newValue }
  }
}
