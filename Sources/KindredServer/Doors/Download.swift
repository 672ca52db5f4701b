import NIOCore
import NIOPosix
import StorageIO

/// A body that is being sent a piece at a time: each when the client has taken the one before.
final class Download: Sendable {
  enum Source: Sendable {
    case file(any File)
    /// - Parameter claim: how much of it counts as under way; see `PendingBytes`.
    case bytes(ByteBuffer, claim: Int, PendingBytes)
  }

  let byteCount: Int
  /// Whether the connection ends with it.
  let isLast: Bool
  private let source: Source

  static let pieceByteCount = 1 << 20

  init(_ source: Source, byteCount: Int, isLast: Bool) {
    self.source = source
    self.byteCount = byteCount
    self.isLast = isLast
  }

  /// The piece at an offset: of a file it is read on a thread that may wait for the disk. Others get
  /// their turn on the event loop before it comes.
  /// - Throws: `unavailable` where the file ends before.
  func piece(at offset: Int, on eventLoop: any EventLoop) -> EventLoopFuture<ByteBuffer> {
    let count = min(Self.pieceByteCount, byteCount - offset)
    switch source {
    case .bytes(let bytes, _, _):
      return eventLoop.submit {
        guard let piece = bytes.getSlice(at: bytes.readerIndex + offset, length: count) else {
          throw APIError.unavailable("the answer was cut short")
        }
        return piece
      }
    case .file(let file): return read(file, count, at: offset, on: eventLoop)
    }
  }

  private func read(
    _ file: any File, _ count: Int, at offset: Int, on eventLoop: any EventLoop
  ) -> EventLoopFuture<ByteBuffer> {
    NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) {
      var piece = ByteBuffer()
      try piece.writeWithUnsafeMutableBytes(minimumWritableBytes: count) {
        try file.read(into: .init(rebasing: $0[..<count]), at: offset)
      }
      guard piece.readableBytes > 0 else { throw APIError.unavailable("the file was cut short") }
      return piece
    }
  }

  /// Lets go of the source.
  func close() {
    switch source {
    case .file(let file): file.close()
    case .bytes(_, let claim, let pendingBytes): pendingBytes.remove(claim)
    }
  }
}
