#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The time as the header `Date` has it (RFC 9110), made once a second.
struct HTTPDate {
  private var second = time_t.min
  private var cached = ""

  private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// Now, as in `Sun, 06 Nov 1994 08:49:37 GMT`.
  mutating func text() -> String {
    var now = time(nil)
    guard now != second else { return cached }
    second = now
    var parts = tm()
    gmtime_r(&now, &parts)
    func padded(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
    cached =
      "\(Self.days[Int(parts.tm_wday)]), \(padded(parts.tm_mday)) "
      + "\(Self.months[Int(parts.tm_mon)]) \(1900 + parts.tm_year) "
      + "\(padded(parts.tm_hour)):\(padded(parts.tm_min)):\(padded(parts.tm_sec)) GMT"
    return cached
  }
}
