/// Where a writer puts bytes, one after the other: into memory or into a file.
package protocol ByteSink {
  /// Bytes appended so far.
  var byteCount: Int { get }
  /// Bytes of these that are yet to be written, and will take room then.
  var bufferedByteCount: Int { get }
  mutating func append(_ bytes: UnsafeRawBufferPointer) throws(StorageError)
}

extension ByteSink {
  package var bufferedByteCount: Int { 0 }
}

/// Collects bytes on the heap.
package struct MemorySink: ByteSink {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package var byteCount: Int { bytes.count }

  package mutating func append(_ more: UnsafeRawBufferPointer) throws(StorageError) {
    bytes.append(contentsOf: more)
  }
}

/// Writes to a file through a buffer. The file is complete after `flush`, durable after the file's
/// own `synchronize`.
package struct FileSink: ByteSink {
  private let file: any File
  private var buffer: [UInt8] = []
  private var writtenByteCount = 0
  private static let bufferByteCount = 1 << 20

  package init(_ file: any File) {
    self.file = file
    buffer.reserveCapacity(Self.bufferByteCount)
  }

  package var byteCount: Int { writtenByteCount + buffer.count }
  package var bufferedByteCount: Int { buffer.count }

  package mutating func append(_ bytes: UnsafeRawBufferPointer) throws(StorageError) {
    if buffer.count + bytes.count > Self.bufferByteCount { try flush() }
    if bytes.count >= Self.bufferByteCount {
      try file.write(bytes, at: writtenByteCount)
      writtenByteCount += bytes.count
    } else {
      buffer.append(contentsOf: bytes)
    }
  }

  package mutating func flush() throws(StorageError) {
    guard !buffer.isEmpty else { return }
    let offset = writtenByteCount
    try buffer.withRawBytes { (bytes) throws(StorageError) in try file.write(bytes, at: offset) }
    writtenByteCount += buffer.count
    buffer.removeAll(keepingCapacity: true)
  }
}
