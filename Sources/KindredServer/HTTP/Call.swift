import JSONCodec
import Kindred
import NIOCore

/// One request as a handler sees it: its path parameters decoded, its body whole.
package struct Call: Sendable {
  let request: Request
  let parameters: PathParameters
  /// Empty when the request has none, or when the route streams it.
  var body = ByteBuffer()
  /// The body where the route reads it as it comes.
  var streamedBody: BodyStream?
  let daemon: DaemonState
  /// How far the work on it may go: until when, as long as the client waits, with how much memory.
  let context: ReadContext
  /// Whether it is begun again from the start where it takes longer; see `BriefReads`.
  var isBrief = false
  /// The body where it has come as a message, which holds the same as JSON would.
  var tree: JSONValue?

  /// The store, or a 503 while there is none.
  var store: Store {
    get throws(APIError) { try daemon.gate.store() }
  }

  /// The body, to be read piece by piece.
  /// - Precondition: the route streams it.
  var stream: BodyStream {
    guard let streamedBody else { preconditionFailure("the body has been collected") }
    return streamedBody
  }

  /// The value of `{name}` in the route's path.
  /// - Precondition: the route has such a parameter.
  func parameter(_ name: String) -> String {
    guard let value = parameters[name] else { preconditionFailure("no parameter \(name)") }
    return value
  }

  /// The collection that `{collection}` names.
  var collectionName: String { parameter("collection") }

  var collection: CollectionView {
    get throws { try store.collection(collectionName, for: context) }
  }

  /// Reads the body as it is, without a copy. Bytes are valid inside `read` only.
  func withBody<R>(_ read: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try body.withUnsafeReadableBytes(read)
  }

  /// Decodes the body with `read`, which must consume all of it.
  /// - Throws: 413 when what it says takes more memory than a request may.
  func decode<R>(_ read: (inout JSONReader) throws -> R) throws -> R {
    try withBody { bytes in
      var reader = JSONReader(
        bytes, memoryLimit: daemon.limits.decodedByteCount(ofBody: bytes.count),
        watch: DecodingWatch { [context] in context.isOver })
      let result = try read(&reader)
      try reader.finish()
      context.take(reader.memoryByteCount)
      return result
    }
  }
}
