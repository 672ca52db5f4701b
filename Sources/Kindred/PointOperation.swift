/// One change to one point. A batch of them is applied whole or not at all.
public enum PointOperation: Equatable, Sendable {
  /// Inserts the point, or replaces the whole point of that id.
  case upsert(Point)
  /// Removes the point if it exists.
  case delete(PointID)

  public var id: PointID {
    switch self {
    case .upsert(let point): point.id
    case .delete(let id): id
    }
  }
}
