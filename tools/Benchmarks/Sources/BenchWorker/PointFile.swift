import Foundation
import Kindred

/// Points as `bench/data.py` writes them: header (u64 points, u64 postings), then u64 row
/// starts (points + 1), u32 dimensions, f32 weights; beside it `<path>.payloads`, a JSON
/// array. Point `i` has id `i + 1` and payload `i % base payloads`, with its own `user_id` and `part`.
struct PointFile {
  let pointCount: Int
  private let data: Data
  private let postingCount: Int
  private let payloads: [JSONObject]

  init(_ path: String) throws {
    data = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
    let header = data.withUnsafeBytes { bytes in
      (0..<2).map { Int(bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self)) }
    }
    pointCount = header[0]
    postingCount = header[1]
    let json = try Data(contentsOf: URL(fileURLWithPath: path + ".payloads"))
    let objects = try JSONDecoder().decode([[String: Field]].self, from: json)
    payloads = objects.map { object in
      JSONObject(
        uniqueMembers: object.sorted { $0.key < $1.key }.map {
          JSONObject.Member(name: $0.key, value: $0.value.json)
        })
    }
  }

  func points(_ range: Range<Int>) throws -> [Point] {
    let starts = 16
    let dimensions = starts + (pointCount + 1) * 8
    let weights = dimensions + postingCount * 4
    return try data.withUnsafeBytes { bytes in
      try range.map { index in
        let first = Int(bytes.loadUnaligned(fromByteOffset: starts + index * 8, as: UInt64.self))
        let end = Int(bytes.loadUnaligned(fromByteOffset: starts + index * 8 + 8, as: UInt64.self))
        let vector = try SparseVector(
          dimensions: (first..<end).map {
            bytes.loadUnaligned(fromByteOffset: dimensions + $0 * 4, as: UInt32.self)
          },
          weights: (first..<end).map {
            bytes.loadUnaligned(fromByteOffset: weights + $0 * 4, as: Float.self)
          })
        var payload = payloads[index % payloads.count]
        payload["user_id"] = .integer(Int64(index + 1))
        payload["part"] = .integer(Int64(index * 7919 % 1000))
        return Point(
          id: .integer(UInt64(index + 1)), vectors: ["ratings": .sparse(vector)], payload: payload)
      }
    }
  }
}

/// A payload value: a number or a text.
private enum Field: Decodable {
  case integer(Int64)
  case text(String)

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let number = try? container.decode(Int64.self) {
      self = .integer(number)
    } else {
      self = .text(try container.decode(String.self))
    }
  }

  var json: JSONValue {
    switch self {
    case .integer(let number): .integer(number)
    case .text(let text): .string(text)
    }
  }
}
