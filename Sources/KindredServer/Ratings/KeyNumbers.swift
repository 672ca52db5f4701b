import JSONCodec
import Kindred

/// The numbers of keys: the ids of the points that have the key in their payload.
struct KeyNumbers: Sendable {
  /// The member of the payload.
  static let member = "key"

  private(set) var numbers: [ByteString: UInt64] = [:]

  /// Looks the keys up. Of several points with one key it is that with the least number.
  init(of keys: Set<ByteString>, in view: CollectionView) throws(StoreError) {
    guard !keys.isEmpty else { return }
    let filter = Filter(must: [
      .field(key: JSONPath(first: Self.member), .matchAny(keys.sorted().map { .string($0) }))
    ])
    let records = try view.scroll(
      limit: .max, filter: filter, payload: .include([JSONPath(first: Self.member)])
    ).records
    for record in records {
      guard case .integer(let number) = record.id,
        case .string(let key)? = record.payload?[Self.member]
      else { continue }
      if numbers[ByteString(key)] == nil { numbers[ByteString(key)] = number }
    }
  }

  func know(_ keys: Set<ByteString>) -> Bool { keys.allSatisfy { numbers[$0] != nil } }

  /// Gives numbers to the keys that have none: those after the greatest in use.
  /// - Returns: the keys that got one, in the order of their numbers.
  mutating func number(
    _ keys: Set<ByteString>, in view: CollectionView, upTo greatest: UInt64
  ) throws(StoreError) -> [(key: ByteString, number: UInt64)] {
    var last = view.greatestNumber ?? 0
    var added: [(key: ByteString, number: UInt64)] = []
    for key in keys.sorted() where numbers[key] == nil {
      guard last < greatest else {
        throw .invalid(
          "there is no number left in collection `\(view.name)` for the key `\(key.text)`: the "
            + "greatest in use is \(last), the greatest that there can be \(greatest)")
      }
      last += 1
      numbers[key] = last
      added.append((key, last))
    }
    return added
  }
}
