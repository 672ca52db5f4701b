import JSONCodec
import SparseIndex
import TestSupport
import Testing

/// Ranges over numbers at which doubles and integers part, in every way that a segment holds them.
@Suite struct NumberRangeTests {
  private struct Column {
    var name: String
    var values: [JSONValue]
  }

  /// Whole, signed, unsigned and with fractions: columns of every kind, and mixed ones.
  private static let columns: [Column] = [
    Column(
      name: "integers",
      values: JSONValue.extremeNumbers.filter { if case .integer = $0 { true } else { false } }),
    Column(
      name: "doubles",
      values: JSONValue.extremeNumbers.filter { if case .double = $0 { true } else { false } }),
    Column(name: "mixed", values: JSONValue.extremeNumbers),
    Column(
      name: "wide integers",
      values: [.integer(1 << 53 + 1), .integer(1 << 53 + 3), .integer(1 << 53 - 1)]),
    Column(name: "arrays", values: JSONValue.extremeNumbers.map { .array([$0, 0.5]) }),
    Column(
      name: "integer arrays", values: [[1, .integer(1 << 53 + 1)], [.integer(1 << 53)], []]),
  ]

  /// Numbers around the ends of both types, and where doubles have no fractions any more.
  private static var bounds: [ExactNumber] {
    var bounds = JSONValue.extremeNumbers.compactMap { ExactNumber($0) }
    let doubles: [Double] = [0x1p63, 0x1p64, 1e300, .infinity, 0.5, 0x1p53, 5, 0]
    for double in doubles {
      for near in [double, double.nextUp, double.nextDown] where !near.isNaN {
        bounds += [.double(near), .double(-near)]
      }
    }
    bounds += [.integer(.max), .integer(.min), .integer(.max - 1), .unsigned(1 << 63)]
    return bounds
  }

  @Test func `the integers of a range are those that it contains, by bisection`() {
    for bound in Self.bounds {
      let others: [ExactNumber?] = [nil, .integer(7), .double(-1e18), .double(7.5)]
      for other in others {
        for range in [
          NumberRange(lt: bound, gt: other), NumberRange(gt: bound, lte: other),
          NumberRange(lt: other, gte: bound), NumberRange(gte: other, lte: bound),
        ] {
          #expect(range.integers == Self.bisected(range), "\(range)")
        }
      }
    }
    #expect(NumberRange().integers == .min ... .max)
  }

  private static func bisected(_ range: NumberRange) -> ClosedRange<Int64>? {
    /// The least integer from which on all satisfy a condition.
    func first(_ holds: (ExactNumber) -> Bool) -> Int64? {
      guard holds(.integer(.max)) else { return nil }
      var low = Int64.min
      var high = Int64.max
      while low < high {
        let middle = low + Int64((UInt64(bitPattern: high &- low)) / 2)
        if holds(.integer(middle)) { high = middle } else { low = middle + 1 }
      }
      return low
    }
    let isAbove = NumberRange(gt: range.gt, gte: range.gte)
    let isBelow = NumberRange(lt: range.lt, lte: range.lte)
    guard let low = first({ isAbove.contains($0) }) else { return nil }
    guard let beyond = first({ !isBelow.contains($0) }) else { return low...Int64.max }
    return beyond > low ? low...(beyond - 1) : nil
  }

  static let kinds: [PayloadIndexParameters.Kind?] = [nil, .integer, .float, .keyword]

  @Test(arguments: kinds) func `every comparison is exact`(
    kind: PayloadIndexParameters.Kind?
  ) throws {
    let key = JSONPath(first: "x")
    let indexes: [ByteString: PayloadIndexParameters] =
      kind.map { ["x": PayloadIndexParameters(kind: $0)] } ?? [:]
    let semantics = FilterSemantics(payloadIndexes: indexes)
    for column in Self.columns {
      let payloads = column.values.map { JSONObject(dictionaryLiteral: ("x", $0)) }
      let scope = try PayloadScope(payloads, indexes: indexes.isEmpty ? nil : indexes)
      for bound in JSONValue.extremeNumbers {
        let number = try #require(ExactNumber(bound))
        let tests: [(NumberRange, (ExactNumber) -> Bool)] = [
          (NumberRange(lt: number), { $0 < number }), (NumberRange(gt: number), { $0 > number }),
          (NumberRange(gte: number), { $0 >= number }),
          (NumberRange(lte: number), { $0 <= number }),
        ]
        for (range, holds) in tests {
          let filter = Filter(must: [.field(key: key, .range(range))])
          let expected = column.values.indices.filter { index in
            let value = column.values[index]
            return (value.asArray ?? [value]).compactMap { ExactNumber($0) }.contains(where: holds)
          }
          var found: [Int] = []
          FilterEvaluator(scope, semantics: semantics).evaluate(filter).forEach { found.append($0) }
          #expect(found == expected, "\(column.name): \(range)")
          #expect(scope.expected(filter, semantics) == expected, "\(column.name): \(range)")
        }
      }
    }
  }
}
