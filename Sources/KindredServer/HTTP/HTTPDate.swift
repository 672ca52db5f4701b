import StorageIO

/// The time as the header `Date` has it (RFC 9110), made once a second.
struct HTTPDate {
  private var second = Int.min
  private var cached = ""

  /// Now, as in `Sun, 06 Nov 1994 08:49:37 GMT`.
  mutating func text() -> String {
    let now = Machine.unixTime
    guard now != second else { return cached }
    second = now
    cached = Machine.timestamp(at: now, format: "%a, %d %b %Y %H:%M:%S GMT")
    return cached
  }
}
