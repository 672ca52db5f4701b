import JSONCodec
import Kindred
import MovieLens

/// A set as bodies of upsert requests, made one at a time: the whole of ML-32M as JSON would not fit
/// a small machine.
package struct PointBatches: Sendable {
  package struct Batch: Sendable {
    /// `{"points": […]}`
    package var body: [UInt8]
    package var pointCount: Int
    package var ratingCount: Int
    /// Where its points come from, for messages; empty where that says nothing.
    package var place = ""
  }

  private let set: MovieLensSet
  /// The weight of each half star from 0 to 10, as JSON text with a comma before it: made once, since
  /// there are so few, and copied at once, since they are so short.
  private let weights: [(text: SIMD16<UInt8>, byteCount: Int)]
  private let maxPointCount: Int
  private var nextUser = 0

  /// A body ends after the point that makes it larger than this, well under the daemon's limit of
  /// 32 MiB.
  private static let enoughBytes = 1 << 20

  /// - Parameter maxPointCount: points a batch, at least 1.
  package init(_ set: MovieLensSet, _ scale: Standardization, maxPointCount: Int) {
    precondition(maxPointCount > 0)
    self.set = set
    self.maxPointCount = maxPointCount
    weights = (UInt8(0)...10).map { halfStars in
      var writer = JSONWriter()
      writer.write(scale.weight(halfStars: halfStars))
      let bytes = Array(",".utf8) + writer.bytes
      var text = SIMD16<UInt8>()
      for (index, byte) in bytes.enumerated() { text[index] = byte }
      return (text, bytes.count)
    }
  }

  /// Users not yet given out as points: payload, the vector `ratings`, and where the set has times,
  /// these.
  package mutating func nextUsers() -> Batch? {
    guard nextUser < set.users.count else { return nil }
    var batch = Batch(body: [], pointCount: 0, ratingCount: 0)
    var writer = JSONWriter(reservingByteCount: Self.enoughBytes + (1 << 16))
    Self.begin(&writer)
    while nextUser < set.users.count, batch.pointCount < maxPointCount,
      writer.bytes.count < Self.enoughBytes
    {
      let ratings = set.ratings(ofUserAt: nextUser)
      write(set.users[nextUser], ratings, to: &writer)
      batch.pointCount += 1
      batch.ratingCount += ratings.count
      nextUser += 1
    }
    Self.end(&writer)
    batch.body = writer.bytes
    return batch
  }

  /// The catalogue: every movie a point without vectors.
  package static func movies(_ movies: [Movie], maxPointCount: Int) -> [Batch] {
    stride(from: 0, to: movies.count, by: maxPointCount).map { start in
      let part = movies[start..<min(start + maxPointCount, movies.count)]
      var writer = JSONWriter()
      begin(&writer)
      for movie in part {
        writer.beginObject()
        writer.name("id")
        writer.write(movie.id)
        writer.name("vector")
        writer.beginObject()
        writer.endObject()
        writer.name("payload")
        writer.write(movie.payload)
        writer.endObject()
      }
      end(&writer)
      return Batch(body: writer.bytes, pointCount: part.count, ratingCount: 0)
    }
  }

  private func write(_ user: MovieLensUser, _ ratings: Range<Int>, to writer: inout JSONWriter) {
    writer.beginObject()
    writer.name("id")
    writer.write(user.id)
    writer.name("vector")
    writer.beginObject()
    writer.name("ratings")
    writer.beginObject()
    writer.name("indices")
    writer.write(Array(set.ratings.items[ratings]))
    writer.name("values")
    withUnsafeTemporaryAllocation(byteCount: ratings.count * 16 + 2, alignment: 1) { values in
      var byteCount = ratings.isEmpty ? 1 : 0
      for index in ratings {
        let weight = weights[Int(set.ratings.halfStars[index])]
        values.storeBytes(of: weight.text, toByteOffset: byteCount, as: SIMD16<UInt8>.self)
        byteCount += weight.byteCount
      }
      values[0] = UInt8(ascii: "[")
      values[byteCount] = UInt8(ascii: "]")
      writer.write(rawValue: UnsafeRawBufferPointer(rebasing: values[...byteCount]))
    }
    writer.endObject()
    if !set.ratings.times.isEmpty {
      writer.name(RatingTime.vectorName)
      writer.beginObject()
      writer.name("indices")
      writer.write(Array(set.ratings.items[ratings]))
      writer.name("values")
      // All are in bounds: the load has looked.
      writer.write(set.ratings.times[ratings].map { RatingTime.weight(of: Int64($0)) ?? 0 })
      writer.endObject()
    }
    writer.endObject()
    writer.name("payload")
    writer.write(user.payload)
    writer.endObject()
  }

  private static func begin(_ writer: inout JSONWriter) {
    writer.beginObject()
    writer.name("points")
    writer.beginArray()
  }

  private static func end(_ writer: inout JSONWriter) {
    writer.endArray()
    writer.endObject()
  }
}
