/// Where in a JSON document: `a.b`, `a[]`, `a[0].b`, `"quoted.name".b`.
///
/// Names do not step through arrays; `[]` does, to every element.
public struct JSONPath: Hashable, Sendable {
  public enum Step: Hashable, Sendable {
    case name(String)
    case index(Int)
    case everyElement
  }

  /// The name of the top-level member.
  public let first: String
  public let rest: [Step]

  public init(first: String, rest: [Step] = []) {
    self.first = first
    self.rest = rest
  }
}
