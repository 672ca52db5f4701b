/// Which vectors to answer.
public enum VectorSelector: Equatable, Sendable {
  /// No vectors.
  case none
  /// Every vector that the point has.
  case all
  /// The vectors of these names; one that the collection does not have is an error.
  case names([String])
}
