/// Which parts of the payload to answer.
public enum PayloadSelector: Equatable, Sendable {
  /// Nothing.
  case none
  /// The whole payload.
  case all
  /// Only what these paths lead to.
  case include([JSONPath])
  /// Everything but what these paths lead to.
  case exclude([JSONPath])
}
