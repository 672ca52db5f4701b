import JSONCodec
import Kindred

extension RouteTable {
  mutating func addBatchRoutes() {
    write(.post, "/collections/{collection}/points/batch", updateBatch)
  }
}

/// Decodes every operation before the first is made.
@Sendable private func updateBatch(_ call: Call) async throws -> Answer {
  let (sequenceNumbers, waits) = try await call.updateAll(
    call.decode { try readOperations(&$0) })
  return .result { writer in
    writer.beginArray()
    for number in sequenceNumbers { writer.writeUpdate(number, waited: waits) }
    writer.endArray()
  }
}

extension Call {
  /// Makes a list of changes. It is not atomic: it ends with the first operation that fails, or when
  /// its client has gone or its time is up, and an error says how far it came.
  ///
  /// - Returns: the sequence number of each operation's last batch, and whether the client asked to
  ///   wait.
  func updateAll(
    _ operations: [PointUpdate]
  ) async throws -> (sequenceNumbers: [UInt64], waited: Bool) {
    let waits = try waits()
    let store = try store
    try checkWritable(operations)
    var sequenceNumbers: [UInt64] = []
    while sequenceNumbers.count < operations.count {
      let rest = operations[sequenceNumbers.count...]
      let pass = rest.prefix(PointUpdate.passCount(from: rest))
      do {
        try context.check()
        let number = try await store.apply(
          pass, to: collectionName, for: context)
        sequenceNumbers += repeatElement(number, count: pass.count)
      } catch {
        guard !sequenceNumbers.isEmpty else { throw error }
        throw APIError.interrupted(error, after: sequenceNumbers.count, of: operations.count)
      }
    }
    return (sequenceNumbers, waits)
  }
}

private func readOperations(_ reader: inout JSONReader) throws -> [PointUpdate] {
  var operations: [PointUpdate]?
  try reader.beginObject()
  while let name = try reader.nextName() {
    guard name == "operations" else {
      try reader.skipValue()
      continue
    }
    var list: [PointUpdate] = []
    try reader.beginArray()
    while try reader.hasNextElement() {
      let operation = try readOperation(&reader, path: "operations[\(list.count)]")
      try reader.append(operation, to: &list)
    }
    operations = list
  }
  guard let operations else { throw APIError.format("missing field `operations`") }
  return operations
}

/// `{"upsert": {…}}`, `{"set_payload": {…}}`, …: one member each.
private func readOperation(_ reader: inout JSONReader, path: String) throws -> PointUpdate {
  var operation: PointUpdate?
  try reader.beginObject()
  while let name = try reader.nextName() {
    switch name {
    case "upsert": operation = .upsert(try PointUpsert(&reader))
    case "update_vectors": operation = try .updateVectors(&reader)
    default:
      let input = JSONInput(try reader.readValue(), path: "\(path).\(name)")
      switch name {
      case "delete": operation = .delete(try PointSelection(input))
      case "set_payload": operation = try .setPayload(input)
      case "overwrite_payload": operation = try .overwritePayload(input)
      case "delete_payload": operation = try .deletePayload(input)
      case "clear_payload": operation = .clearPayload(try PointSelection(input))
      case "delete_vectors": operation = try .deleteVectors(input)
      default: throw APIError.format("\(path): unknown operation `\(name)`")
      }
    }
  }
  guard let operation else { throw APIError.format("\(path): missing an operation") }
  return operation
}
