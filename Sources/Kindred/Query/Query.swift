/// The criterion that ranks points.
public enum Query: Equatable, Sendable {
  /// The points most similar to a vector, thinned out for variety when `mmr` is given.
  case nearest(VectorInput, mmr: MMR? = nil)
  /// Points like some examples and unlike others.
  case byExample(ByExample)
  /// Points near a target, divided by pairs of examples.
  case discover(DiscoverInput)
  /// Points on the good side of pairs of examples; at least one pair.
  case context([ContextPair])
  /// Points by a payload value, whose key must have an index that knows an order.
  case orderBy(OrderBy)
  /// Needs prefetches.
  case fusion(Fusion)
  /// Needs prefetches.
  case formula(Formula)
  /// Points drawn at random, each with score 1.
  case sample(Sample)
  /// Points near a target, corrected by examples that were judged.
  case relevanceFeedback(RelevanceFeedbackInput)
  /// BM25 over the texts of a payload key.
  case text(TextQuery)
}

/// A vector, or a stored point that lends its own (and is itself left out of the results).
public enum VectorInput: Equatable, Sendable {
  /// A vector of the kind and size that the name stands for.
  case vector(VectorValue)
  /// The stored vector of a point, of this collection or of the one that `lookupFrom` names.
  case id(PointID)

  var id: PointID? {
    if case .id(let id) = self { id } else { nil }
  }
}
