import JSONCodec
import TestSupport
import Testing

@Suite struct ExactNumberTests {
  /// The numbers of `JSONValue.extremeNumbers`, ascending; those in one row are equal.
  private static let rows: [[ExactNumber]] = [
    [.double(-.greatestFiniteMagnitude)], [.double(-1e308)], [.double((-0x1p63).nextDown)],
    [.integer(.min), .double(-0x1p63)], [.integer(.min + 1)], [.double((-0x1p63).nextUp)],
    [.integer(-(1 << 53) - 1)], [.integer(-(1 << 53)), .double(-0x1p53)], [.integer(-1)],
    [.integer(0), .double(0), .double(-0.0), .unsigned(0)], [.double(.leastNonzeroMagnitude)],
    [.double(0.5)], [.integer(1), .double(1), .unsigned(1)], [.integer(1 << 53 - 1)],
    [.integer(1 << 53), .double(0x1p53)], [.integer(1 << 53 + 1)],
    [.integer(1 << 53 + 2), .double(0x1p53 + 2)], [.double(0x1p63.nextDown)],
    [.integer(.max - 1)], [.integer(.max), .unsigned(UInt64(Int64.max))],
    [.unsigned(1 << 63), .double(0x1p63)], [.unsigned(1 << 63 + 1)], [.double(0x1p63.nextUp)],
    [.double(0x1p64.nextDown)], [.unsigned(.max - 1)], [.unsigned(.max)], [.double(0x1p64)],
    [.double(1e308)], [.double(.greatestFiniteMagnitude)],
  ]

  @Test func `numbers of every kind compare exactly`() {
    for (leftRow, lefts) in Self.rows.enumerated() {
      for (rightRow, rights) in Self.rows.enumerated() {
        for left in lefts {
          for right in rights {
            #expect((left < right) == (leftRow < rightRow), "\(left) < \(right)")
            #expect((left > right) == (leftRow > rightRow), "\(left) > \(right)")
            #expect((left == right) == (leftRow == rightRow), "\(left) == \(right)")
            #expect((left <= right) == (leftRow <= rightRow), "\(left) <= \(right)")
            #expect((left >= right) == (leftRow >= rightRow), "\(left) >= \(right)")
          }
        }
      }
    }
  }

  @Test func `the doubles next to a number enclose it`() {
    for number in Self.rows.joined() {
      let (low, high) = (number.greatestDoubleNotAbove, number.leastDoubleNotBelow)
      #expect(.double(low) <= number && number <= .double(high))
      #expect(low == high || low.nextUp == high)
    }
  }

  @Test func `only numbers are numbers`() {
    for value in JSONValue.extremeNumbers { #expect(ExactNumber(value) != nil) }
    for value in ["1", true, nil, [1], ["a": 1]] as [JSONValue] {
      #expect(ExactNumber(value) == nil)
    }
  }
}
