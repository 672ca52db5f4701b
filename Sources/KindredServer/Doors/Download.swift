import NIOCore
import NIOPosix
import StorageIO

/// A file that is being sent, a piece at a time: each is read when the client has taken the one before.
final class Download: Sendable {
  let file: any File
  let byteCount: Int
  /// Whether the connection ends with it.
  let isLast: Bool

  private static let pieceByteCount = 1 << 20

  init(_ file: any File, byteCount: Int, isLast: Bool) {
    self.file = file
    self.byteCount = byteCount
    self.isLast = isLast
  }

  /// Reads the piece at an offset, on a thread that may wait for the disk.
  /// - Throws: `unavailable` where the file ends before.
  func piece(at offset: Int, on eventLoop: any EventLoop) -> EventLoopFuture<ByteBuffer> {
    NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) { [self] in
      let count = min(Self.pieceByteCount, byteCount - offset)
      var piece = ByteBuffer()
      try piece.writeWithUnsafeMutableBytes(minimumWritableBytes: count) {
        try file.read(into: .init(rebasing: $0[..<count]), at: offset)
      }
      guard piece.readableBytes > 0 else { throw APIError.unavailable("the file was cut short") }
      return piece
    }
  }
}
