internal import JSONCodec

/// Finds the points of a segment that pass a filter, as a mask.
///
/// Conditions on typed columns compare whole columns at once; others go point by point, and only
/// over points that are still undecided. The result is that of asking the filter for each point.
package struct FilterEvaluator<Scope: FilterScope> {
  private let scope: Scope
  private let semantics: FilterSemantics
  private let context: ReadContext

  package init(
    _ scope: Scope, semantics: FilterSemantics = FilterSemantics(),
    for context: ReadContext = .unlimited
  ) {
    self.scope = scope
    self.semantics = semantics
    self.context = context
  }

  /// The points among `candidates` (all by default) that pass.
  package func evaluate(_ filter: Filter, among candidates: PointMask? = nil) -> PointMask {
    evaluate(PreparedFilter(filter, semantics, for: context), among: candidates)
  }

  /// - Parameter filter: prepared with this evaluator's semantics.
  package func evaluate(_ filter: PreparedFilter, among candidates: PointMask? = nil) -> PointMask {
    var first = candidates
    for condition in cheapestFirst(filter.must) where !(first?.isEmpty ?? false) {
      if context.isOver { break }
      let mask = evaluate(condition, among: first)
      if first == nil { first = mask } else { first!.formIntersection(mask) }
    }
    var passing = first ?? everyPoint
    for condition in cheapestFirst(filter.mustNot) where !passing.isEmpty {
      if context.isOver { return passing }
      passing.subtract(evaluate(condition, among: passing))
    }
    if !filter.should.isEmpty, !passing.isEmpty {
      var undecided = passing
      for condition in cheapestFirst(filter.should) where !undecided.isEmpty {
        if context.isOver { return passing }
        undecided.subtract(evaluate(condition, among: undecided))
      }
      passing.subtract(undecided)
    }
    if let minShould = filter.minShould, !passing.isEmpty {
      passing = atLeast(minShould.minCount, of: minShould.conditions, among: passing)
    }
    return passing
  }

  private func atLeast(
    _ minCount: Int, of conditions: [PreparedCondition], among candidates: PointMask
  ) -> PointMask {
    let byteCount = scope.pointCount * MemoryLayout<Int32>.stride
    guard context.take(byteCount) else { return candidates }
    defer { context.giveBack(byteCount) }
    var counts = [Int32](repeating: 0, count: scope.pointCount)
    for condition in conditions {
      if context.isOver { return candidates }
      evaluate(condition, among: candidates).forEach { counts[$0] += 1 }
    }
    var passing = candidates
    candidates.forEach { if Int(counts[$0]) < minCount { passing[$0] = false } }
    return passing
  }

  private var everyPoint: PointMask { PointMask(count: scope.pointCount, filled: true) }

  /// A mask that is right for every one of `candidates` (all by default); it may have other members
  /// too.
  private func evaluate(_ condition: PreparedCondition, among candidates: PointMask?) -> PointMask {
    switch condition {
    case .field(let key, let predicate): return mask(predicate, key, candidates)
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
      return pointwise(key, candidates, missing: false) {
        filter.matchesNested($0)
      }
    case .hasID(let list):
      var mask = PointMask(count: scope.pointCount)
      var meter = WorkMeter(context)
      for id in list.ids {
        if meter.isOver(after: 32) { break }
        if let offset = scope.offset(of: id) { mask[offset] = true }
      }
      return mask
    case .hasVector(let name):
      return scope.vectorMask(named: name.text) ?? PointMask(count: scope.pointCount)
    case .slice(let index, let total):
      var mask = PointMask(count: scope.pointCount)
      (candidates ?? everyPoint).forEach(in: context, steps: 32) { offset in
        if PreparedCondition.isIn(scope.id(at: offset), index, total) { mask[offset] = true }
      }
      return mask
    case .filter(let filter): return evaluate(filter, among: candidates)
    }
  }

  private func mask(
    _ predicate: ValuePredicate, _ key: JSONPath, _ candidates: PointMask?
  ) -> PointMask {
    if let index = index(for: key), let answer = index.answer(predicate, for: context) {
      var mask = answer.certain
      guard var uncertain = answer.uncertain else { return mask }
      if let candidates { uncertain.formIntersection(candidates) }
      mask.formUnion(
        pointwise(key, uncertain, missing: predicate.matchesMissing) { predicate.matches($0) })
      return mask
    }
    if key.rest.isEmpty, let column = scope.payload.column(named: key.first),
      let mask = column.mask(predicate, for: context)
    {
      return mask
    }
    return pointwise(key, candidates, missing: predicate.matchesMissing) { predicate.matches($0) }
  }

  private func index(for key: JSONPath) -> PayloadIndex? {
    guard let index = scope.payloadIndexes?.index(for: key), semantics.isCurrent(index) else {
      return nil
    }
    return index
  }

  /// Asks `passes` for the values at `key` of each candidate that has the key.
  /// - Parameter missing: the answer for a point without values.
  private func pointwise(
    _ key: JSONPath, _ candidates: PointMask?, missing: Bool, _ passes: ([JSONValue]) -> Bool
  ) -> PointMask {
    let payload = scope.payload
    let column = payload.column(named: key.first)
    if column == nil && payload.overflow == nil {
      return PointMask(count: scope.pointCount, filled: missing)
    }
    var mask = PointMask(count: scope.pointCount)
    // A point's value may be long: the clock is asked every eighth.
    (candidates ?? everyPoint).forEach(in: context, steps: 1 << 13) { offset in
      let value =
        column == nil
        ? payload.value(at: offset, key: key.first) : column!.value(at: offset)
      var values: [JSONValue] = []
      value?.collect(key.rest[...], into: &values)
      if values.isEmpty ? missing : passes(values) { mask[offset] = true }
    }
    return mask
  }

  // MARK: Order

  private func cheapestFirst(_ conditions: [PreparedCondition]) -> [PreparedCondition] {
    conditions.count > 1 ? conditions.sorted(by: isCheaper) : conditions
  }

  private func isCheaper(_ left: PreparedCondition, _ right: PreparedCondition) -> Bool {
    cost(left) < cost(right)
  }

  private func cost(_ condition: PreparedCondition) -> Int {
    switch condition {
    case .hasID, .hasVector: return 0
    case .field(let key, _) where index(for: key) != nil: return 1
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
