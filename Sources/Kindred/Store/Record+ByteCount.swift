import JSONCodec
import SparseIndex

extension Record {
  /// The memory that it takes, about.
  var byteCount: Int {
    let vectorByteCount = (vectors ?? [:]).values.reduce(0) { $0 + $1.byteCount }
    // Arrays of records grow by doubling.
    return 2 * MemoryLayout<Record>.stride + vectorByteCount + (payload?.byteCount ?? 0)
  }
}

extension VectorValue {
  fileprivate var byteCount: Int {
    switch self {
    case .sparse(let vector): 64 + vector.count * 8
    case .dense(let row): 64 + row.count * 4
    case .multiDense(let rows): rows.reduce(64) { $0 + 32 + $1.count * 4 }
    }
  }
}

extension JSONObject {
  fileprivate var byteCount: Int {
    members.reduce(32) { $0 + 16 + $1.name.utf8.count + $1.value.byteCount }
  }
}

extension JSONValue {
  fileprivate var byteCount: Int {
    switch self {
    case .string(let text): 32 + text.utf8.count
    case .array(let elements): elements.reduce(48) { $0 + $1.byteCount }
    case .object(let object): 16 + object.byteCount
    default: 16
    }
  }
}
