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
      throw .invalid(
        "A query is needed to merge the prefetches. Can't have prefetches without defining a query."
      )
    }
    if stage.scoreThreshold != nil {
      switch stage.query {
      case nil:
        throw .invalid(
          "A query is needed to use the score_threshold. "
            + "Can't have score_threshold without defining a query.")
      case .orderBy: throw .invalid("Can't use score_threshold with an order_by query.")
      default: break
      }
    }
    switch stage.query {
    case .fusion where stage.prefetch.isEmpty:
      throw .invalid("cannot apply Fusion without prefetches")
    case .formula where stage.prefetch.isEmpty:
      throw .invalid("cannot apply Formula without prefetches")
    case .fusion where !stage.using.isEmpty:
      throw .invalid("Fusion queries cannot be combined with the 'using' field.")
    case .formula(let formula):
      let expressionCount = formula.formula.expressionCount
      guard expressionCount <= QueryLimits.expressionCount else {
        throw .invalid("formula has more than \(QueryLimits.expressionCount) expressions")
      }
      try formula.formula.validate()
      let conditions = Filter(must: formula.formula.conditions)
      try view.validate(conditions)
      try size.add(conditions)
    case .context(let pairs) where pairs.isEmpty: throw .invalid("No context pairs given")
    default: break
    }
    for prefetch in stage.prefetch {
      try size.addPrefetch()
      try validate(QueryStage(prefetch, outerFilter: nil), &size)
    }
  }
  /// What a query says of vectors beside the vectors themselves.
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
      throw .invalid(
        "search param `idf` requires a sparse vector with the `idf` modifier, which vector "
          + "`\(stage.using)` does not have")
    }
  }
}
