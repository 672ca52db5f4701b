import JSONCodec
import SparseIndex

/// One change of the points of a collection: `Store.apply` makes it.
public enum PointUpdate: Sendable {
  /// Writes whole points.
  case upsert(PointUpsert)
  /// Deletes points; ids that are not there are passed over.
  case delete(PointSelection)
  /// Merges into the payload, or, with a key, into every object that the key leads to.
  case setPayload(JSONObject, key: JSONPath?, PointSelection)
  /// Puts the object in the place of the payload.
  case overwritePayload(JSONObject, PointSelection)
  /// Removes the values at the paths.
  case deletePayload([JSONPath], PointSelection)
  /// Leaves points without any payload.
  case clearPayload(PointSelection)
  /// Gives points vectors, and leaves their other vectors as they are. Of several entries for one point
  /// later ones win. With a filter, points that do not pass it stay as they are.
  case updateVectors([(id: PointID, vectors: [ByteString: VectorValue])], filter: Filter?)
  /// Removes the vectors of these names, which the collection must have, and leaves the others.
  case deleteVectors([String], PointSelection)

  /// The points it is for, where it changes points that exist.
  package var selection: PointSelection? {
    switch self {
    case .upsert, .updateVectors: nil
    case .delete(let selection), .setPayload(_, _, let selection),
      .overwritePayload(_, let selection), .deletePayload(_, let selection),
      .clearPayload(let selection), .deleteVectors(_, let selection):
      selection
    }
  }

  /// The same change to other points.
  package func selecting(_ selection: PointSelection) -> PointUpdate {
    switch self {
    case .upsert, .updateVectors: self
    case .delete: .delete(selection)
    case .setPayload(let payload, let key, _): .setPayload(payload, key: key, selection)
    case .overwritePayload(let payload, _): .overwritePayload(payload, selection)
    case .deletePayload(let keys, _): .deletePayload(keys, selection)
    case .clearPayload: .clearPayload(selection)
    case .deleteVectors(let names, _): .deleteVectors(names, selection)
    }
  }
}

/// Points to be written whole.
public struct PointUpsert: Sendable {
  /// Which of the points are written.
  public enum Mode: String, Sendable {
    /// All points.
    case upsert
    /// Points whose id is new.
    case insertOnly = "insert_only"
    /// Points whose id is there already.
    case updateOnly = "update_only"
  }

  /// Where several have one id, the last is written.
  public var points: [Point]
  /// Points that are there and do not pass it stay as they are.
  public var updateFilter: Filter?
  /// All are written where nothing else is said.
  public var mode: Mode

  /// - Parameter updateFilter: nil lets every point be replaced.
  public init(points: [Point], updateFilter: Filter? = nil, mode: Mode = .upsert) {
    self.points = points
    self.updateFilter = updateFilter
    self.mode = mode
  }
}

/// The points that a change is for.
public enum PointSelection: Sendable {
  /// All of them must be there; one that is named several times is changed once.
  case ids([PointID])
  /// All that pass.
  case filter(Filter)
}
