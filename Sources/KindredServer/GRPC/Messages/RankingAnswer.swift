#if Remote
  import Kindred
  import QdrantProtobuf
  import StorageIO
  import SwiftProtobuf

  /// The points that a search has found, as one message: `QueryResponse`, `SearchResponse` and their like
  /// have the same fields.
  ///
  /// Mostly only ids and scores are asked for. These are put into the message's bytes straight away ("Encoding",
  /// protobuf.dev): through the generated messages that took longer than all of the search's other work but
  /// the search itself.
  struct RankingAnswer: EncodableAnswer {
    let points: [ScoredPoint]
    let context: ReadContext

    func encoded(after seconds: Double) throws -> [UInt8] {
      guard points.allSatisfy(\.isBare) else {
        var answer = Qdrant_QueryResponse()
        answer.result = try context.messages(points, Qdrant_ScoredPoint.init)
        return try answer.encoded(after: seconds)
      }
      guard context.take(points.count * Self.pointByteCount) else {
        try context.check()
        return []
      }
      var bytes: [UInt8] = []
      bytes.reserveCapacity(points.count * Self.pointByteCount + 9)
      for point in points { Self.append(point, to: &bytes) }
      if seconds != 0 {
        bytes.append(Field.time)
        withUnsafeBytes(of: seconds.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
      }
      return bytes
    }

    /// The bytes of a point with a UUID, which take more than others.
    private static let pointByteCount = 47

    /// Numbers of fields and how their values are written, in the byte that stands before them.
    private enum Field {
      // Fields of the response:
      static let result: UInt8 = 1 << 3 | 2
      static let time: UInt8 = 2 << 3 | 1
      // Fields of a point:
      static let id: UInt8 = 1 << 3 | 2
      static let score: UInt8 = 3 << 3 | 5
      // Fields of an id:
      static let number: UInt8 = 1 << 3 | 0
      static let uuid: UInt8 = 2 << 3 | 2
    }

    /// No length here is more than a byte holds seven bits of.
    private static func append(_ point: ScoredPoint, to bytes: inout [UInt8]) {
      let start = bytes.count
      bytes.append(Field.result)
      bytes.append(0)
      bytes.append(Field.id)
      bytes.append(0)
      switch point.id {
      case .integer(let number):
        bytes.append(Field.number)
        writeLEB128(number) { bytes.append($0) }
      case .uuid:
        let text = point.id.description
        bytes.append(Field.uuid)
        bytes.append(UInt8(truncatingIfNeeded: text.utf8.count))
        bytes.append(contentsOf: text.utf8)
      }
      bytes[start + 3] = UInt8(truncatingIfNeeded: bytes.count - start - 4)
      // Zero is left out.
      if point.score.bitPattern != 0 {
        bytes.append(Field.score)
        bytes.append(littleEndian: point.score.bitPattern)
      }
      bytes[start + 1] = UInt8(truncatingIfNeeded: bytes.count - start - 2)
    }
  }

  extension ScoredPoint {
    /// Whether it is an id and a score, and nothing more.
    fileprivate var isBare: Bool {
      record.payload == nil && record.vectors == nil && record.orderValue == nil
    }
  }
#endif
