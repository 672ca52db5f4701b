extension QueryExecutor {
  /// Finds what is wrong whatever the points, before anything runs.
  func validate(_ stage: QueryStage, _ size: inout QuerySize) throws(StoreError) {
    try view.validate(stage.filter)
    try size.add(stage.filter)
    if case .corpus(let filter) = stage.params.idf {
      try view.validate(filter)
      try size.add(filter)
    }
    try validateVectors(of: stage)
    if stage.query == nil, !stage.prefetch.isEmpty {
      throw .invalidQuery(.prefetchesWithoutQuery)
    }
    if stage.scoreThreshold != nil {
      switch stage.query {
      case nil: throw .invalidQuery(.scoreThresholdWithoutQuery)
      case .orderBy: throw .invalidQuery(.scoreThresholdWithOrder)
      default: break
      }
    }
    switch stage.query {
    case .fusion where stage.prefetch.isEmpty:
      throw .invalidQuery(.fusionWithoutPrefetches)
    case .formula where stage.prefetch.isEmpty:
      throw .invalidQuery(.formulaWithoutPrefetches)
    case .fusion where !stage.using.isEmpty:
      throw .invalidQuery(.fusionWithVectorName)
    case .formula(let formula):
      let expressionCount = formula.formula.expressionCount
      guard expressionCount <= QueryLimits.expressionCount else {
        throw .invalid("the formula has more than \(QueryLimits.expressionCount) expressions")
      }
      try formula.formula.validate()
      let conditions = Filter(must: formula.formula.conditions)
      try view.validate(conditions)
      try size.add(conditions)
    case .context(let pairs) where pairs.isEmpty: throw .invalidQuery(.emptyContext)
    default: break
    }
    for prefetch in stage.prefetch {
      try size.addPrefetch()
      try validate(QueryStage(prefetch, outerFilter: nil), &size)
    }
  }

  /// Checks where a query's vectors come from and how they are to be weighted.
  private func validateVectors(of stage: QueryStage) throws(StoreError) {
    if let location = stage.lookupFrom {
      let source = try lookup(location.collection)
      let name = location.vector ?? stage.using
      guard source.hasVector(name) else {
        throw .lookupVectorNotFound(name, collection: location.collection)
      }
    }
    guard stage.params.idf != nil, stage.query?.comparesVectors ?? false else { return }
    try view.checkVectorName(stage.using)
    guard view.configuration.sparseVectors[stage.using]?.modifier == .idf else {
      throw .invalidQuery(.inverseDocumentFrequency(vector: stage.using))
    }
  }
}
