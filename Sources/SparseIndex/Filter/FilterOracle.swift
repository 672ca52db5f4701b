public import JSONCodec

/// The plainest way to filter: one point at a time, from its whole payload. What the store uses
/// where it has one point at hand, and what the mask evaluator is compared with.
public struct FilterOracle: Sendable {
  private let semantics: FilterSemantics

  public init(payloadIndexes: [String: PayloadIndexParameters] = [:]) {
    semantics = FilterSemantics(payloadIndexes: payloadIndexes)
  }

  package init(_ semantics: FilterSemantics) { self.semantics = semantics }

  /// - Parameters:
  ///   - id: nil inside a nested object, where conditions on ids hold for none.
  ///   - vectorNames: of the vectors that the point has.
  public func matches(
    _ filter: Filter, payload: JSONObject, id: PointID?, vectorNames: Set<String>
  ) -> Bool {
    let holds = { (condition: Condition) in
      matches(condition, payload: payload, id: id, vectorNames: vectorNames)
    }
    guard filter.must.allSatisfy(holds), !filter.mustNot.contains(where: holds),
      filter.should.isEmpty || filter.should.contains(where: holds)
    else { return false }
    guard let minShould = filter.minShould else { return true }
    return minShould.conditions.lazy.filter(holds).count >= minShould.minCount
  }

  package func matches(
    _ condition: Condition, payload: JSONObject, id: PointID?, vectorNames: Set<String>
  ) -> Bool {
    switch condition {
    case .field(let key, let fieldCondition):
      return ValuePredicate(fieldCondition, key: key, semantics: semantics)
        .matches(payload.values(at: key))
    case .isEmpty(let key): return payload.values(at: key).allSatisfy(ValuePredicate.isEmpty)
    case .isNull(let key): return payload.values(at: key).contains(where: ValuePredicate.isNull)
    case .hasID(let ids): return id.map(ids.contains) ?? false
    case .hasVector(let name): return vectorNames.contains(name)
    case .nested(let key, let filter):
      return payload.values(at: key.everyElement).contains {
        matchesNested(filter, $0, key: key)
      }
    case .slice(let index, let total): return id.map { Self.isIn($0, index, total) } ?? false
    case .filter(let filter):
      return matches(filter, payload: payload, id: id, vectorNames: vectorNames)
    }
  }

  /// Whether an element of the array at `key` is an object that passes.
  package func matchesNested(_ filter: Filter, _ element: JSONValue, key: JSONPath) -> Bool {
    guard case .object(let object) = element else { return false }
    return FilterOracle(semantics.nested(in: key.everyElement))
      .matches(filter, payload: object, id: nil, vectorNames: [])
  }

  static func isIn(_ id: PointID, _ index: UInt64, _ total: UInt64) -> Bool {
    total > 0 && SliceHash.hash(id) % total == index
  }
}
