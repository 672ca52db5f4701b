import JSONCodec

/// A dictionary spread over shards, so that changing a copy copies one of them and not the whole: what
/// a write costs does not depend on how many collections there are.
struct ShardedDictionary<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  /// Copying the list of shards and copying a shard of a store of 10,000 collections cost about the
  /// same.
  private static var shardCount: Int { 128 }

  private var shards = [[Key: Value]](repeating: [:], count: shardCount)
  private(set) var count = 0

  private static func shard(of key: Key) -> Int {
    key.hashValue & (shardCount - 1)
  }

  subscript(key: Key) -> Value? {
    get { shards[Self.shard(of: key)][key] }
    set {
      let shard = Self.shard(of: key)
      let before = shards[shard].count
      shards[shard][key] = newValue
      count += shards[shard].count - before
    }
  }

  mutating func removeValue(forKey key: Key) -> Value? {
    let removed = shards[Self.shard(of: key)].removeValue(forKey: key)
    if removed != nil { count -= 1 }
    return removed
  }

  var keys: [Key] { map(\.key) }
  var values: [Value] { map(\.value) }
}

extension ShardedDictionary where Key == ByteString {
  subscript(name: String) -> Value? {
    get { self[ByteString(name)] }
    set { self[ByteString(name)] = newValue }
  }
}

extension ShardedDictionary: Sequence {
  func makeIterator() -> FlattenSequence<[[Key: Value]]>.Iterator { shards.joined().makeIterator() }
  var underestimatedCount: Int { count }
}
