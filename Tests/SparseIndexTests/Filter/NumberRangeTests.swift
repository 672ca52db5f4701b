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
