import JSONCodec
import SparseIndex
import StorageIO

/// Turns operations into the bytes of a batch.
package enum BatchEncoder {
  package static func encode(_ operations: [LogOperation]) -> [UInt8] {
    var writer = ByteWriter()
    writer.reserveCapacity(operations.reduce(0) { $0 + $1.approximateByteCount })
    for operation in operations { append(operation, to: &writer) }
    return writer.contents
  }

  private static func append(_ operation: LogOperation, to writer: inout ByteWriter) {
    switch operation {
    case .points(let collection, let operations):
      writer.u8(BatchFormat.OperationKind.points.rawValue)
      appendPoints(operations, of: collection, to: &writer)
    case .createCollection(let identity, let name, let configuration):
      writer.u8(BatchFormat.OperationKind.createCollection.rawValue)
      writer.varint(identity)
      writer.string(name)
      appendText(configuration.encoded, to: &writer)
    case .dropCollection(let identity):
      writer.u8(BatchFormat.OperationKind.dropCollection.rawValue)
      writer.varint(identity)
    case .setConfiguration(let identity, let configuration):
      writer.u8(BatchFormat.OperationKind.setConfiguration.rawValue)
      writer.varint(identity)
      appendText(configuration.encoded, to: &writer)
    case .setAliases(let aliases):
      writer.u8(BatchFormat.OperationKind.setAliases.rawValue)
      writer.count(aliases.count)
      for (alias, name) in aliases.sorted(by: { $0.key < $1.key }) {
        writer.string(alias.text)
        writer.string(name.text)
      }
    }
  }

  private static func appendPoints(
    _ operations: [PointOperation], of collection: UInt64, to writer: inout ByteWriter
  ) {
    writer.varint(collection)
    var names: [ByteString: Int] = [:]
    var orderedNames: [ByteString] = []
    func note(_ name: ByteString, at index: Int) {
      // Most points name the same vectors in the same order.
      if index < orderedNames.count, orderedNames[index] == name { return }
      guard names[name] == nil else { return }
      names[name] = orderedNames.count
      orderedNames.append(name)
    }
    for operation in operations {
      switch operation {
      case .upsert(let point):
        for (index, name) in point.vectors.keys.enumerated() { note(name, at: index) }
      case .patch(let patch): note(patch.vectorName, at: 0)
      case .delete: break
      }
    }
    writer.count(orderedNames.count)
    for name in orderedNames { writer.string(name.text) }
    writer.count(operations.count)
    var payload = JSONWriter()
    for operation in operations {
      switch operation {
      case .delete(let id):
        append(id: id, flags: BatchFormat.deletionFlag, to: &writer)
      case .patch(let patch):
        append(id: patch.id, flags: BatchFormat.patchFlag, to: &writer)
        writer.count(orderedNames[0] == patch.vectorName ? 0 : names[patch.vectorName]!)
        append(patch.entries, to: &writer)
        writer.count(patch.removed.count)
        writer.ascending(patch.removed)
      case .upsert(let point):
        append(id: point.id, flags: 0, to: &writer)
        writer.count(point.vectors.count)
        for (index, (name, vector)) in point.vectors.enumerated() {
          let isAtPlace = index < orderedNames.count && orderedNames[index] == name
          writer.count(isAtPlace ? index : names[name]!)
          append(vector, to: &writer)
        }
        if point.payload.isEmpty {
          writer.count(0)
        } else {
          payload.removeAll()
          payload.write(point.payload)
          appendText(payload.bytes, to: &writer)
        }
      }
    }
  }

  private static func append(id: PointID, flags: UInt8, to writer: inout ByteWriter) {
    switch id {
    case .integer(let value):
      writer.u8(flags)
      writer.varint(value)
    case .uuid(let value):
      writer.u8(flags | BatchFormat.uuidFlag)
      withUnsafeBytes(of: value.bigEndian) { writer.bytes($0) }
    }
  }

  private static func append(_ vector: VectorValue, to writer: inout ByteWriter) {
    switch vector {
    case .sparse(let vector):
      writer.u8(BatchFormat.VectorKind.sparse.rawValue)
      append(vector, to: &writer)
    case .dense(let components):
      writer.u8(BatchFormat.VectorKind.dense.rawValue)
      writer.count(components.count)
      components.withRawBytes { writer.bytes($0) }
    case .multiDense(let rows):
      writer.u8(BatchFormat.VectorKind.multiDense.rawValue)
      writer.count(rows.count)
      writer.count(rows.first?.count ?? 0)
      for row in rows {
        precondition(row.count == rows[0].count, "rows are validated before they are encoded")
        row.withRawBytes { writer.bytes($0) }
      }
    }
  }

  private static func append(_ vector: SparseVector, to writer: inout ByteWriter) {
    writer.count(vector.count)
    writer.ascending(vector.dimensions)
    vector.weights.withRawBytes { writer.bytes($0) }
  }

  private static func appendText(_ bytes: [UInt8], to writer: inout ByteWriter) {
    writer.count(bytes.count)
    writer.bytes(bytes)
  }
}
