import TestSupport

/// JSON text that is mostly as it should be, with one thing or another that is not: for two ways of
/// reading that must make the same of it.
enum OddJSON {
  private static let values = [
    "0", "1", "7", "-1", "-0", "0.1", "-2.5", "1.0000000596046448", "16777217", "1e3", "1E-46",
    "3.4e38", "3.5e38", "1e400", "4294967295", "4294967296", "9223372036854775808",
    "18446744073709551615", "18446744073709551616", "01", "null", "true", #""x""#, "[1]", "{}",
  ]

  /// A whole number in the range, or something else.
  static func number(_ good: ClosedRange<Int>, using random: inout SeededGenerator) -> String {
    random.oneIn(12)
      ? values.randomElement(using: &random)! : "\(Int.random(in: good, using: &random))"
  }

  static func list(
    _ good: ClosedRange<Int>, _ count: Int, using random: inout SeededGenerator
  ) -> String {
    "[" + (0..<count).map { _ in number(good, using: &random) }.joined(separator: ", ") + "]"
  }

  /// `{"indices", "values"}` in either order.
  static func sparseVector(_ count: Int, using random: inout SeededGenerator) -> String {
    let parts = [
      #""indices":"# + list(0...50, count, using: &random),
      #""values":"# + list(-3...3, count, using: &random),
    ]
    return "{" + parts.shuffled(using: &random).joined(separator: ",") + "}"
  }
}
