internal import StorageIO
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An open file of a `SimulatedFileSystem`. It stays good when its name is removed.
final class SimulatedFile: File {
  let path: String
  private let fileSystem: SimulatedFileSystem
  private let node: Int
  private let isWritable: Bool
  private let isClosed = Atomic(false)

  init(_ fileSystem: SimulatedFileSystem, path: String, node: Int, isWritable: Bool) {
    self.fileSystem = fileSystem
    self.path = path
    self.node = node
    self.isWritable = isWritable
  }

  deinit { close() }

  func byteCount() throws(StorageError) -> Int {
    try perform(.byteCount) { $0.byteCount(node) }
  }

  func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(StorageError) -> Int {
    try perform(.read) { state in
      let bytes = state.disk.present.files[node] ?? []
      guard offset < bytes.count else { return 0 }
      let part = bytes[offset..<min(bytes.count, offset + buffer.count)]
      buffer.copyBytes(from: part)
      return part.count
    }
  }

  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(StorageError) {
    try perform(.write) { (state) throws(ErrorCode) in
      try requireWritable()
      var count = state.isWriteCutShort ? bytes.count / 2 : bytes.count
      let growth = max(0, offset + count - state.byteCount(node))
      let missing = growth - state.room(for: growth)
      count = max(0, count - missing)
      if count > 0 {
        state.disk.change(.write(file: node, offset: offset, bytes: Array(bytes[..<count])))
      }
      if missing > 0 { throw ErrorCode(ENOSPC) }
    }
  }

  func reserve(byteCount: Int) throws(StorageError) {
    try perform(.reserve) { (state) throws(ErrorCode) in
      guard byteCount > 0 else { return }
      try requireWritable()
      let growth = byteCount - state.byteCount(node)
      guard growth > 0 else { return }
      guard state.room(for: growth) == growth else { throw ErrorCode(ENOSPC) }
      state.disk.change(.grow(file: node, byteCount: byteCount))
    }
  }

  func truncate(to byteCount: Int) throws(StorageError) {
    try perform(.truncate) { (state) throws(ErrorCode) in
      if !isWritable { throw ErrorCode(EINVAL) }
      if state.disk.cutForgotten(file: node, to: byteCount) {
        state.failedSynchronizations.remove(node)
      }
      state.disk.change(.resize(file: node, byteCount: byteCount))
    }
  }

  func synchronize() throws(StorageError) {
    try perform(.synchronize) { $0.disk.synchronize(file: node) }
  }

  func close() {
    guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
    fileSystem.state.withLock { state in
      let count = state.openCounts[node, default: 1] - 1
      state.openCounts[node] = count > 0 ? count : nil
    }
  }

  private func requireWritable() throws(ErrorCode) {
    if !isWritable { throw ErrorCode(EBADF) }
  }

  private func perform<Result: Sendable>(
    _ operation: FileCall.Operation,
    _ body: (inout SimulatedFileSystem.State) throws(ErrorCode) -> Result
  ) throws(StorageError) -> Result {
    try fileSystem.perform(operation, path, node: node) { (state) throws(ErrorCode) in
      if isClosed.load(ordering: .acquiring) { throw ErrorCode(EBADF) }
      return try body(&state)
    }
  }
}

extension SimulatedFileSystem.State {
  fileprivate func byteCount(_ node: Int) -> Int { disk.present.files[node]?.count ?? 0 }
}

/// A lock that goes with its last reference, as with the process.
final class SimulatedFileLock: FileLock {
  private let fileSystem: SimulatedFileSystem
  private let node: Int
  private let isReleased = Atomic(false)

  init(_ fileSystem: SimulatedFileSystem, node: Int) {
    self.fileSystem = fileSystem
    self.node = node
  }

  deinit { release() }

  func release() {
    guard !isReleased.exchange(true, ordering: .acquiringAndReleasing) else { return }
    fileSystem.state.withLock { _ = $0.lockedNodes.remove(node) }
  }
}
