package import JSONCodec

/// A filter made ready for many points: text cut into words, lists made sets.
///
/// Asked point by point, with the whole payload, it is the plainest way to filter:
/// `FilterEvaluator` uses it where columns cannot tell, and its masks are compared with it.
package struct PreparedFilter: Sendable {
  let must: [PreparedCondition]
  let should: [PreparedCondition]
  let mustNot: [PreparedCondition]
  let minShould: (conditions: [PreparedCondition], minCount: Int)?
  /// The limits of the read that asks; arrays may be long.
  private let context: ReadContext
  /// The work of one object (see `WorkMeter`).
  private let steps: Int

  /// - Parameter payloadIndexes: of the collection; some change what conditions mean.
  package init(_ filter: Filter, payloadIndexes: [ByteString: PayloadIndexParameters] = [:]) {
    self.init(filter, FilterSemantics(payloadIndexes: payloadIndexes))
  }

  /// - Parameter context: when it is over, the filter means nothing.
  package init(
    _ filter: Filter, _ semantics: FilterSemantics, for context: ReadContext = .unlimited
  ) {
    let prepare = { (condition: Condition) in
      PreparedCondition(condition, semantics, for: context)
    }
    must = filter.must.map(prepare)
    should = filter.should.map(prepare)
    mustNot = filter.mustNot.map(prepare)
    minShould = filter.minShould.map { ($0.conditions.map(prepare), $0.minCount) }
    self.context = context
    steps = 16 * (1 + filter.conditionCount)
  }

  /// - Parameters:
  ///   - id: nil inside a nested object, where conditions on ids hold for none.
  ///   - vectorNames: of the vectors that the point has.
  package func matches(payload: JSONObject, id: PointID?, vectorNames: Set<ByteString>) -> Bool {
    let holds = { (condition: PreparedCondition) in
      condition.matches(payload: payload, id: id, vectorNames: vectorNames)
    }
    guard must.allSatisfy(holds), !mustNot.contains(where: holds),
      should.isEmpty || should.contains(where: holds)
    else { return false }
    guard let minShould else { return true }
    return minShould.conditions.lazy.filter(holds).count >= minShould.minCount
  }

  /// Whether an element of an array is an object that passes, for `nested`.
  func matchesNested(_ elements: [JSONValue]) -> Bool {
    var meter = WorkMeter(context)
    return elements.contains { element in
      guard !meter.isOver(after: steps), case .object(let object) = element else { return false }
      return matches(payload: object, id: nil, vectorNames: [])
    }
  }
}

indirect enum PreparedCondition: Sendable {
  case field(key: JSONPath, ValuePredicate)
  case isEmpty(key: JSONPath)
  case isNull(key: JSONPath)
  case hasID(IDList)
  case hasVector(ByteString)
  /// `key` ends with `[]`.
  case nested(key: JSONPath, PreparedFilter)
  case slice(index: UInt64, total: UInt64)
  case filter(PreparedFilter)

  init(_ condition: Condition, _ semantics: FilterSemantics, for context: ReadContext) {
    switch condition {
    case .field(let key, let test):
      if let nested = semantics.nestedKey(of: key)?.condition(test) {
        self.init(nested, semantics, for: context)
        return
      }
      self = .field(key: key, ValuePredicate(test, key: key, semantics: semantics, for: context))
    case .isEmpty(let key):
      if let nested = semantics.nestedKey(of: key) {
        self.init(nested.isEmpty, semantics, for: context)
        return
      }
      self = .isEmpty(key: key)
    case .isNull(let key): self = .isNull(key: key)
    case .hasID(let ids): self = .hasID(IDList(ids: ids))
    case .hasVector(let name): self = .hasVector(name)
    case .nested(let key, let filter):
      let key = key.everyElement
      let inner = context.isOver ? semantics : semantics.nested(in: key)
      self = .nested(key: key, PreparedFilter(filter, inner, for: context))
    case .slice(let index, let total): self = .slice(index: index, total: total)
    case .filter(let filter): self = .filter(PreparedFilter(filter, semantics, for: context))
    }
  }

  func matches(payload: JSONObject, id: PointID?, vectorNames: Set<ByteString>) -> Bool {
    switch self {
    case .field(let key, let predicate): predicate.matches(payload.values(at: key))
    case .isEmpty(let key): payload.values(at: key).allSatisfy(ValuePredicate.isEmpty)
    case .isNull(let key): payload.values(at: key).contains(where: ValuePredicate.isNull)
    case .hasID(let ids): id.map(ids.contains) ?? false
    case .hasVector(let name): vectorNames.contains(name)
    case .nested(let key, let filter):
      filter.matchesNested(payload.values(at: key))
    case .slice(let index, let total): id.map { Self.isIn($0, index, total) } ?? false
    case .filter(let filter):
      filter.matches(payload: payload, id: id, vectorNames: vectorNames)
    }
  }

  /// The ids as they were given: masks are made by walking them once. Asking for single ones is for
  /// short lists.
  struct IDList: Sendable {
    let ids: [PointID]

    func contains(_ id: PointID) -> Bool { ids.contains(id) }
  }

  static func isIn(_ id: PointID, _ index: UInt64, _ total: UInt64) -> Bool {
    total > 0 && SliceHash.hash(id) % total == index
  }
}
