/// The points that a filter is evaluated over: a segment, as far as filters see it.
package protocol FilterScope {
  var pointCount: Int { get }
  var payload: PayloadSection { get }
  /// The segment's part of the collection's payload indexes; nil when it has none.
  var payloadIndexes: PayloadIndexSection? { get }
  /// Nil when no point of the segment has the id.
  func offset(of id: PointID) -> Int?
  func id(at offset: Int) -> PointID
  /// Points that have a vector of this name; nil when the segment knows no such vector.
  func vectorMask(named name: String) -> PointMask?
}

extension FilterScope {
  package var payloadIndexes: PayloadIndexSection? { nil }
}
