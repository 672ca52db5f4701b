import JSONCodec
import Kindred
import SparseIndex

/// Points as answered. They are written straight into the response, without a tree.
extension JSONWriter {
  mutating func write(_ record: Record) {
    beginObject()
    writeMembers(of: record)
    endObject()
  }

  mutating func write(_ point: ScoredPoint) {
    fragment(#"{"id":"#)
    write(point.id)
    fragment(#","version":0,"score":"#)
    write(point.score)
    writeContents(of: point.record)
    endObject()
  }

  private mutating func writeMembers(of record: Record) {
    name("id")
    write(record.id)
    writeContents(of: record)
  }

  private mutating func writeContents(of record: Record) {
    if let payload = record.payload {
      fragment(#","payload":"#)
      write(payload)
    }
    if let vectors = record.vectors {
      fragment(#","vector":"#)
      write(vectors: vectors)
    }
    switch record.orderValue {
    case .integer(let value)?:
      name("order_value")
      write(value)
    case .float(let value)?:
      name("order_value")
      write(value)
    case nil: break
    }
  }

  /// - Parameter context: when it is over, the rest is left out and the answer thrown away.
  mutating func write(_ records: [Record], for context: ReadContext) {
    writeList(records, for: context) { $0.write($1) }
  }

  mutating func write(_ points: [ScoredPoint], for context: ReadContext) {
    writeList(points, for: context) { $0.write($1) }
  }

  /// Writes points of which nothing is shown but id and score.
  mutating func write(_ hits: [Hit], for context: ReadContext) {
    writeList(hits, for: context) { writer, hit in
      guard case .integer(let number) = hit.id else {
        return writer.write(ScoredPoint(score: hit.score, record: Record(id: hit.id)))
      }
      writer.write(short: { text in
        text.append(#"{"id":"#)
        text.append(number)
        text.append(#","version":0,"score":"#)
        text.append(hit.score)
        text.append("}")
      })
    }
  }

  @inline(__always)
  private mutating func writeList<Element>(
    _ list: [Element], for context: ReadContext, _ write: (inout JSONWriter, Element) -> Void
  ) {
    var meter = WorkMeter(context)
    beginArray()
    for element in list {
      let before = bytes.count
      write(&self, element)
      // The text grows by doubling.
      let byteCount = 2 * (bytes.count - before)
      if !context.take(byteCount) || meter.isOver(after: 64 + byteCount) { break }
    }
    endArray()
  }
}
