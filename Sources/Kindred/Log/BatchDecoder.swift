import JSONCodec
import SparseIndex
import StorageIO

/// Reads the bytes of a batch back into operations. Any bytes are safe to give it: what is not a
/// batch throws `.corrupt`.
package enum BatchDecoder {
  /// - Parameters:
  ///   - path: for error messages.
  ///   - offset: where the batch's frame begins in that file, likewise.
  package static func decode(
    _ bytes: SharedBytes, path: String, offset: Int
  ) throws(StorageError) -> [LogOperation] {
    var reader = ByteReader(bytes, path: path, fileOffset: offset)
    var operations: [LogOperation] = []
    while !reader.isAtEnd { operations.append(try readOperation(&reader)) }
    return operations
  }

  private static func readOperation(
    _ reader: inout ByteReader
  ) throws(StorageError) -> LogOperation {
    guard let kind = BatchFormat.OperationKind(rawValue: try reader.u8()) else {
      throw reader.corrupt("a kind of operation")
    }
    switch kind {
    case .points: return try readPoints(&reader)
    case .createCollection:
      let identity = try reader.varint()
      // The next collection gets the number after it.
      guard identity <= UInt64(Int64.max) else { throw reader.corrupt("a collection's identity") }
      return .createCollection(
        identity: identity, name: try reader.string(),
        configuration: try readConfiguration(&reader))
    case .dropCollection: return .dropCollection(identity: try reader.varint())
    case .setConfiguration:
      return .setConfiguration(
        identity: try reader.varint(), configuration: try readConfiguration(&reader))
    case .setAliases:
      let count = try reader.count(elementByteCount: 2)
      var aliases: [ByteString: ByteString] = [:]
      for _ in 0..<count { aliases[try reader.string()] = ByteString(try reader.string()) }
      return .setAliases(aliases)
    }
  }

  private static func readPoints(
    _ reader: inout ByteReader
  ) throws(StorageError) -> LogOperation {
    let collection = try reader.varint()
    var names: [ByteString] = []
    for _ in 0..<(try reader.count()) { names.append(ByteString(try reader.string())) }
    let count = try reader.count(elementByteCount: 2)
    var operations: [PointOperation] = []
    operations.reserveCapacity(count)
    for _ in 0..<count { operations.append(try readPointOperation(&reader, names: names)) }
    return .points(collection: collection, operations)
  }

  private static func readPointOperation(
    _ reader: inout ByteReader, names: [ByteString]
  ) throws(StorageError) -> PointOperation {
    let flags = try reader.u8()
    let kind = flags & ~BatchFormat.uuidFlag
    guard kind == 0 || kind == BatchFormat.deletionFlag || kind == BatchFormat.patchFlag else {
      throw reader.corrupt("the flags of a point operation")
    }
    let id: PointID
    if flags & BatchFormat.uuidFlag != 0 {
      id = .uuid(UInt128(bigEndian: try reader.bytes(16).load(at: 0)))
    } else {
      id = .integer(try reader.varint())
    }
    if kind == BatchFormat.deletionFlag { return .delete(id) }
    if kind == BatchFormat.patchFlag {
      return .patch(
        SparseVectorPatch(
          id: id, vectorName: try readName(&reader, names), entries: try readSparseVector(&reader),
          removed: try readAscending(&reader, elementByteCount: 1)))
    }
    var vectors: [ByteString: VectorValue] = [:]
    for _ in 0..<(try reader.count(elementByteCount: 3)) {
      vectors[try readName(&reader, names)] = try readVector(&reader)
    }
    return .upsert(Point(id: id, vectors: vectors, payload: try readPayload(&reader)))
  }

  private static func readName(
    _ reader: inout ByteReader, _ names: [ByteString]
  ) throws(StorageError) -> ByteString {
    let name = try reader.varint()
    guard name < UInt64(names.count) else { throw reader.corrupt("the index of a vector name") }
    return names[Int(name)]
  }

  private static func readVector(
    _ reader: inout ByteReader
  ) throws(StorageError) -> VectorValue {
    guard let kind = BatchFormat.VectorKind(rawValue: try reader.u8()) else {
      throw reader.corrupt("a kind of vector")
    }
    switch kind {
    case .sparse: return .sparse(try readSparseVector(&reader))
    case .dense:
      let count = try reader.count(elementByteCount: 4)
      return .dense(try readFloats(&reader, count: count))
    case .multiDense:
      let rowCount = try reader.count()
      let size = try reader.count(elementByteCount: 4)
      guard rowCount > 0, size > 0, rowCount <= reader.remainingByteCount / 4 / size else {
        throw reader.corrupt("rows that fit")
      }
      var rows: [[Float]] = []
      for _ in 0..<rowCount { rows.append(try readFloats(&reader, count: size)) }
      return .multiDense(rows)
    }
  }

  private static func readSparseVector(
    _ reader: inout ByteReader
  ) throws(StorageError) -> SparseVector {
    let dimensions = try readAscending(&reader, elementByteCount: 5)
    return SparseVector(
      ascending: dimensions, weights: try readFloats(&reader, count: dimensions.count))
  }

  /// - Parameter elementByteCount: what an element, and what belongs to it, takes at least.
  private static func readAscending(
    _ reader: inout ByteReader, elementByteCount: Int
  ) throws(StorageError) -> [UInt32] {
    let count = try reader.count(elementByteCount: elementByteCount)
    var next: UInt64 = 0
    var dimensions: [UInt32] = []
    dimensions.reserveCapacity(count)
    for _ in 0..<count {
      let gap = try reader.varint()
      guard gap <= UInt64(UInt32.max), next + gap <= UInt64(UInt32.max) else {
        throw reader.corrupt("a dimension below 2^32")
      }
      dimensions.append(UInt32(next + gap))
      next += gap + 1
    }
    return dimensions
  }

  private static func readFloats(
    _ reader: inout ByteReader, count: Int
  ) throws(StorageError) -> [Float] {
    let bytes = try reader.bytes(count * 4)
    let floats = [Float](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(buffer).copyMemory(from: $0) }
      initializedCount = count
    }
    guard floats.allSatisfy(\.isFinite) else { throw reader.corrupt("finite numbers") }
    return floats
  }

  private static func readPayload(_ reader: inout ByteReader) throws(StorageError) -> JSONObject {
    let text = try reader.bytes(try reader.count())
    guard text.count > 0 else { return [:] }
    let value = try? text.withUnsafeBytes {
      try JSONValue.parse($0, maxDepth: StoreLimits.payloadDepth)
    }
    guard case .object(let object)? = value
    else {
      throw reader.corrupt("a JSON object")
    }
    return object
  }

  private static func readConfiguration(
    _ reader: inout ByteReader
  ) throws(StorageError) -> CollectionConfiguration {
    let text = try reader.bytes(try reader.count())
    guard let configuration = CollectionConfiguration(encoded: text) else {
      throw reader.corrupt("a collection's configuration")
    }
    return configuration
  }
}
