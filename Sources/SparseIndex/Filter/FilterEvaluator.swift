internal import JSONCodec

/// Finds the points of a segment that pass a filter, as a mask.
///
/// Conditions on typed columns compare whole columns at once; others go point by point, and only
/// over points that are still undecided. The result is the oracle's.
package struct FilterEvaluator<Scope: FilterScope> {
  private let scope: Scope
  private let semantics: FilterSemantics
  private let oracle: FilterOracle

  package init(_ scope: Scope, semantics: FilterSemantics = FilterSemantics()) {
    self.scope = scope
    self.semantics = semantics
    oracle = FilterOracle(semantics)
  }

  /// The points among `candidates` (all by default) that pass.
  package func evaluate(_ filter: Filter, among candidates: PointMask? = nil) -> PointMask {
    var passing = candidates ?? PointMask(count: scope.pointCount, filled: true)
    for condition in filter.must.sorted(by: isCheaper) where !passing.isEmpty {
      passing.formIntersection(evaluate(condition, among: passing))
    }
    for condition in filter.mustNot.sorted(by: isCheaper) where !passing.isEmpty {
      passing.subtract(evaluate(condition, among: passing))
    }
    if !filter.should.isEmpty, !passing.isEmpty {
      var undecided = passing
      for condition in filter.should.sorted(by: isCheaper) where !undecided.isEmpty {
        undecided.subtract(evaluate(condition, among: undecided))
      }
      passing.subtract(undecided)
    }
    if let minShould = filter.minShould, !passing.isEmpty {
      passing = atLeast(minShould, among: passing)
    }
    return passing
  }

  private func atLeast(_ minShould: Filter.MinShould, among candidates: PointMask) -> PointMask {
    var counts = [Int32](repeating: 0, count: scope.pointCount)
    for condition in minShould.conditions {
      evaluate(condition, among: candidates).forEach { counts[$0] += 1 }
    }
    var passing = candidates
    candidates.forEach { if Int(counts[$0]) < minShould.minCount { passing[$0] = false } }
    return passing
  }

  /// A mask that is right for every one of `candidates`; it may have other members too.
  private func evaluate(_ condition: Condition, among candidates: PointMask) -> PointMask {
    switch condition {
    case .field(let key, let fieldCondition):
      return mask(
        ValuePredicate(fieldCondition, key: key, semantics: semantics), key, candidates)
    case .isEmpty(let key):
      if key.rest.isEmpty, let column = scope.payload.column(named: key.first), !column.kind.isText
      {
        return column.emptyMask()
      }
      return pointwise(key, candidates, missing: true) { $0.allSatisfy(ValuePredicate.isEmpty) }
    case .isNull(let key):
      if key.rest.isEmpty, let column = scope.payload.column(named: key.first), !column.kind.isText
      {
        return column.nullMask()
      }
      return pointwise(key, candidates, missing: false) {
        $0.contains(where: ValuePredicate.isNull)
      }
    case .nested(let key, let filter):
      return pointwise(key.everyElement, candidates, missing: false) { elements in
        elements.contains { oracle.matchesNested(filter, $0, key: key) }
      }
    case .hasID(let ids):
      var mask = PointMask(count: scope.pointCount)
      for id in ids { if let offset = scope.offset(of: id) { mask[offset] = true } }
      return mask
    case .hasVector(let name):
      return scope.vectorMask(named: name) ?? PointMask(count: scope.pointCount)
    case .slice(let index, let total):
      var mask = PointMask(count: scope.pointCount)
      candidates.forEach { offset in
        if FilterOracle.isIn(scope.id(at: offset), index, total) { mask[offset] = true }
      }
      return mask
    case .filter(let filter): return evaluate(filter, among: candidates)
    }
  }

  private func mask(
    _ predicate: ValuePredicate, _ key: JSONPath, _ candidates: PointMask
  ) -> PointMask {
    if key.rest.isEmpty, let column = scope.payload.column(named: key.first),
      let mask = column.mask(predicate)
    {
      return mask
    }
    return pointwise(key, candidates, missing: predicate.matchesMissing) { predicate.matches($0) }
  }

  /// Asks `passes` for the values at `key` of each candidate that has the field.
  /// - Parameter missing: the answer for a point without values.
  private func pointwise(
    _ key: JSONPath, _ candidates: PointMask, missing: Bool, _ passes: ([JSONValue]) -> Bool
  ) -> PointMask {
    let payload = scope.payload
    let column = payload.column(named: key.first)
    if column == nil && payload.overflow == nil {
      return PointMask(count: scope.pointCount, filled: missing)
    }
    var mask = PointMask(count: scope.pointCount)
    candidates.forEach { offset in
      let value =
        column == nil
        ? payload.value(at: offset, field: key.first) : column!.value(at: offset)
      var values: [JSONValue] = []
      value?.collect(key.rest[...], into: &values)
      if values.isEmpty ? missing : passes(values) { mask[offset] = true }
    }
    return mask
  }

  // MARK: Order

  private func isCheaper(_ left: Condition, _ right: Condition) -> Bool {
    cost(left) < cost(right)
  }

  private func cost(_ condition: Condition) -> Int {
    switch condition {
    case .hasID, .hasVector: return 0
    case .field(let key, _), .isEmpty(let key), .isNull(let key):
      guard let column = scope.payload.column(named: key.first) else {
        return scope.payload.overflow == nil ? 0 : 4
      }
      return key.rest.isEmpty && !column.kind.isText ? 1 : 4
    case .slice: return 2
    case .nested: return 5
    case .filter: return 3
    }
  }
}
