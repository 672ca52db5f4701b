import JSONCodec
import Kindred

/// Points as the body of an upsert, written one after the other until it is large enough.
struct PointBodies {
  private var writer = JSONWriter()
  private(set) var pointCount = 0
  private var ratingCount = 0
  private var places: (first: String, last: String) = ("", "")
  private let maxPointCount: Int

  /// A body ends after the point that makes it larger than this, well under the daemon's limit of
  /// 32 MiB.
  private static let enoughBytes = 1 << 20

  init(maxPointCount: Int) {
    self.maxPointCount = maxPointCount
    begin()
  }

  var isFull: Bool { pointCount >= maxPointCount || writer.bytes.count >= Self.enoughBytes }

  mutating func append(_ id: UInt64, payload: JSONObject) {
    open(id)
    close(payload)
  }

  /// - Parameters:
  ///   - dimensions: ascend strictly, one for each weight.
  ///   - times: as many, as `RatingTime` has them; nil where none are kept.
  mutating func append(
    _ id: UInt64, dimensions: [UInt32], weights: [Float], times: [Float]? = nil,
    payload: JSONObject
  ) {
    open(id)
    write(SetTarget.vector, dimensions, weights)
    if let times { write(RatingTime.vectorName, dimensions, times) }
    close(payload)
    ratingCount += weights.count
  }

  /// - Parameters:
  ///   - point: as it is stored.
  ///   - place: where it comes from, for messages.
  mutating func append(_ point: JSONObject, from place: String = "") {
    writer.write(point)
    if pointCount == 0 { places.first = place }
    places.last = place
    pointCount += 1
    ratingCount += 1
  }

  /// The appended points as a body; nil when there are none.
  mutating func take() -> PointBatches.Batch? {
    guard pointCount > 0 else { return nil }
    writer.endArray()
    writer.endObject()
    var batch = PointBatches.Batch(
      body: writer.bytes, pointCount: pointCount, ratingCount: ratingCount)
    if !places.last.isEmpty {
      batch.place = pointCount == 1 ? places.first : "\(places.first) to \(places.last)"
    }
    begin()
    return batch
  }

  private mutating func begin() {
    writer = JSONWriter(reservingByteCount: Self.enoughBytes + (1 << 16))
    (pointCount, ratingCount) = (0, 0)
    places = ("", "")
    writer.beginObject()
    writer.name("points")
    writer.beginArray()
  }

  private mutating func open(_ id: UInt64) {
    writer.beginObject()
    writer.name("id")
    writer.write(id)
    writer.name("vector")
    writer.beginObject()
  }

  private mutating func write(_ vector: String, _ dimensions: [UInt32], _ weights: [Float]) {
    writer.name(vector)
    writer.beginObject()
    writer.name("indices")
    writer.write(dimensions)
    writer.name("values")
    writer.write(weights)
    writer.endObject()
  }

  private mutating func close(_ payload: JSONObject) {
    writer.endObject()
    writer.name("payload")
    writer.write(payload)
    writer.endObject()
    pointCount += 1
  }
}
