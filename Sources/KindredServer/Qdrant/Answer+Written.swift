import JSONCodec

extension Answer {
  /// Writes the answer to a write: the batch's sequence number, and how far it got.
  static func written(_ sequenceNumber: UInt64, waited: Bool) -> Answer {
    .result { $0.writeUpdate(sequenceNumber, waited: waited) }
  }
}

extension JSONWriter {
  mutating func writeUpdate(_ sequenceNumber: UInt64, waited: Bool) {
    fragment(#"{"operation_id":"#)
    write(sequenceNumber)
    fragment(#","status":"#)
    write(waited ? "completed" : "acknowledged")
    endObject()
  }
}
