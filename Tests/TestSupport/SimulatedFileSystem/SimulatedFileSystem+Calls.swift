package import StorageIO

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// An `errno` on its way to becoming a `StorageError`.
struct ErrorCode: Error {
  let value: Int32
  init(_ value: Int32) { self.value = value }
}

extension SimulatedFileSystem {
  /// Counts the call, tells the observer, lets it go wrong if it should, and otherwise does `body`.
  ///
  /// - Parameter node: what a sync is about, so that its failure can be simulated.
  func perform<Result: Sendable>(
    _ operation: FileCall.Operation, _ path: String, node: Int? = nil,
    _ body: (inout State) throws(ErrorCode) -> Result
  ) throws(StorageError) -> Result {
    if operation.isMutating, let (observe, call) = observerAndCall(operation, path) {
      observe(call)
    }
    do throws(ErrorCode) {
      return try state.withLock { (state) throws(ErrorCode) in
        try Self.perform(operation, path, node: node, &state, body)
      }
    } catch {
      throw StorageError.io(operation: "\(operation)", path: path, code: error.value)
    }
  }

  private func observerAndCall(
    _ operation: FileCall.Operation, _ path: String
  ) -> (@Sendable (FileCall) -> Void, FileCall)? {
    state.withLock { state in
      guard let observe = state.observe, !state.hasCrashed else { return nil }
      return (observe, state.nextCall(operation, path))
    }
  }

  private static func perform<Result>(
    _ operation: FileCall.Operation, _ path: String, node: Int?, _ state: inout State,
    _ body: (inout State) throws(ErrorCode) -> Result
  ) throws(ErrorCode) -> Result {
    let crash = ErrorCode(StorageError.simulatedCrashCode)
    if state.hasCrashed { throw crash }
    let call = state.nextCall(operation, path)
    state.callCount += 1
    if operation.isMutating {
      state.mutationCount += 1
      if state.crashPoint == call.mutationIndex {
        state.hasCrashed = true
        if !operation.isSynchronization { _ = try? body(&state) }
        throw crash
      }
    }
    if operation.isSynchronization, let node, state.failedSynchronizations.contains(node) {
      state.retriedSynchronizations.append(path)
    }
    if operation.changesFiles, state.isReadOnly(path) { throw ErrorCode(EROFS) }
    switch state.faults[call.index] ?? state.chooseFault?(call) {
    case nil: return try body(&state)
    case .errorAfterEffect(let code):
      // A lock goes with the descriptor that a failing call closes.
      if operation != .lock { _ = try body(&state) }
      throw ErrorCode(code)
    case .partialWrite(let code) where operation == .write:
      state.isWriteCutShort = true
      defer { state.isWriteCutShort = false }
      _ = try body(&state)
      throw ErrorCode(code)
    case .error(let code), .partialWrite(let code):
      if operation.isSynchronization, let node {
        state.failedSynchronizations.insert(node)
        state.disk.forget(file: node)
      }
      throw ErrorCode(code)
    }
  }
}

extension FileCall.Operation {
  fileprivate var changesFiles: Bool {
    isMutating && !isSynchronization && self != .lock && self != .createDirectory
  }
}

extension SimulatedFileSystem.State {
  fileprivate func isReadOnly(_ path: String) -> Bool {
    readOnlyFolder.map { path == $0 || path.hasPrefix($0 + "/") } ?? false
  }

  fileprivate func nextCall(_ operation: FileCall.Operation, _ path: String) -> FileCall {
    FileCall(operation: operation, path: path, index: callCount, mutationIndex: mutationCount)
  }

  func entry(_ path: String) throws(ErrorCode) -> FileTree.Entry {
    if let entry = disk.present.entry(path) { return entry }
    let parent = parentDirectory(of: path)
    if parent != path, try !entry(parent).isDirectory { throw ErrorCode(ENOTDIR) }
    throw ErrorCode(ENOENT)
  }

  func file(_ path: String) throws(ErrorCode) -> Int {
    let entry = try entry(path)
    if entry.isDirectory { throw ErrorCode(EISDIR) }
    return entry.node
  }

  func directory(_ path: String) throws(ErrorCode) -> Int {
    let entry = try entry(path)
    if !entry.isDirectory { throw ErrorCode(ENOTDIR) }
    return entry.node
  }

  /// The change that makes `path` name `entry`.
  func naming(
    _ path: String, _ entry: FileTree.Entry?
  ) throws(ErrorCode) -> Change.EntryChange {
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    let parent = try directory(parentDirectory(of: path))
    return Change.EntryChange(directory: parent, name: name, entry: entry)
  }

  mutating func makeNode(_ path: String, isDirectory: Bool) throws(ErrorCode) -> Int {
    if disk.present.entry(path) != nil { throw ErrorCode(EEXIST) }
    let entry = FileTree.Entry(node: disk.makeNode(), isDirectory: isDirectory)
    disk.change(.entries([try naming(path, entry)]))
    return entry.node
  }

  /// How many of `byteCount` more bytes there is room for.
  func room(for byteCount: Int) -> Int {
    guard let capacity, byteCount > 0 else { return byteCount }
    return min(byteCount, max(0, capacity - disk.present.byteCount()))
  }
}

// MARK: - FileSystem

extension SimulatedFileSystem {
  package func open(_ path: String, _ mode: FileMode) throws(StorageError) -> any File {
    let operation: FileCall.Operation = mode == .create ? .create : .open
    let node = try perform(operation, path) { (state) throws(ErrorCode) in
      if mode == .update, state.isReadOnly(path) { throw ErrorCode(EROFS) }
      let node =
        mode == .create ? try state.makeNode(path, isDirectory: false) : try state.file(path)
      state.openCounts[node, default: 0] += 1
      return node
    }
    return SimulatedFile(self, path: path, node: node, isWritable: mode != .read)
  }

  package func map(_ path: String) throws(StorageError) -> SharedBytes {
    SharedBytes(
      try perform(.map, path) { (state) throws(ErrorCode) in
        let entry = try state.entry(path)
        if entry.isDirectory { throw ErrorCode(EINVAL) }
        return state.disk.present.files[entry.node] ?? []
      })
  }

  package func exists(_ path: String) throws(StorageError) -> Bool {
    try perform(.exists, path) { $0.disk.present.entry(path) != nil }
  }

  package func list(_ directory: String) throws(StorageError) -> [String] {
    try perform(.list, directory) { (state) throws(ErrorCode) in
      (state.disk.present.directories[try state.directory(directory)] ?? [:]).keys.sorted()
    }
  }

  package func createDirectory(_ path: String) throws(StorageError) {
    try perform(.createDirectory, path) { (state) throws(ErrorCode) in
      guard state.disk.present.entry(path)?.isDirectory != true else { return }
      if state.isReadOnly(path) { throw ErrorCode(EROFS) }
      _ = try state.makeNode(path, isDirectory: true)
    }
  }

  package func rename(_ source: String, to destination: String) throws(StorageError) {
    try perform(.rename, source) { (state) throws(ErrorCode) in
      let removal = try state.naming(source, nil)
      _ = try state.naming(destination, nil)
      let entry = try state.entry(source)
      let changes = [removal, try state.naming(destination, entry)]
      if destination.hasPrefix(source + "/") { throw ErrorCode(EINVAL) }
      if source.hasPrefix(destination + "/") { throw ErrorCode(ENOTEMPTY) }
      if let present = state.disk.present.entry(destination) {
        guard present != entry else { return }
        guard present.isDirectory == entry.isDirectory else {
          throw ErrorCode(present.isDirectory ? EISDIR : ENOTDIR)
        }
        guard state.disk.present.directories[present.node]?.isEmpty ?? true else {
          throw ErrorCode(ENOTEMPTY)
        }
      }
      state.disk.change(.entries(changes))
    }
  }

  package func link(_ source: String, to destination: String) throws(StorageError) {
    try perform(.link, source) { (state) throws(ErrorCode) in
      let entry = try state.entry(source)
      let change = try state.naming(destination, entry)
      if state.disk.present.entry(destination) != nil { throw ErrorCode(EEXIST) }
      if entry.isDirectory { throw ErrorCode(EPERM) }
      state.disk.change(.entries([change]))
    }
  }

  package func remove(_ path: String) throws(StorageError) {
    try perform(.remove, path) { (state) throws(ErrorCode) in
      _ = try state.file(path)
      state.disk.change(.entries([try state.naming(path, nil)]))
    }
  }

  package func removeDirectory(_ path: String) throws(StorageError) {
    try perform(.removeDirectory, path) { (state) throws(ErrorCode) in
      let node = try state.directory(path)
      guard state.disk.present.directories[node]?.isEmpty ?? true else {
        throw ErrorCode(ENOTEMPTY)
      }
      state.disk.change(.entries([try state.naming(path, nil)]))
    }
  }

  package func synchronizeDirectory(_ path: String) throws(StorageError) {
    let node = state.withLock { $0.disk.present.entry(path)?.node }
    try perform(.synchronizeDirectory, path, node: node) { (state) throws(ErrorCode) in
      state.disk.synchronize(directory: try state.directory(path))
      state.disk.sweep(openNodes: state.openCounts.keys)
    }
  }

  package func lock(_ path: String, holder: String) throws(StorageError) -> any FileLock {
    let present: (node: Int, holder: String?) = try perform(.lock, path) {
      (state) throws(ErrorCode) in
      let isReadOnly = state.isReadOnly(path)
      if isReadOnly, state.disk.present.entry(path) == nil { throw ErrorCode(EROFS) }
      let node =
        state.disk.present.entry(path) == nil
        ? try state.makeNode(path, isDirectory: false) : try state.file(path)
      guard state.lockedNodes.insert(node).inserted else {
        return (node, String(decoding: state.disk.present.files[node] ?? [], as: UTF8.self))
      }
      guard !isReadOnly else { return (node, nil) }
      state.disk.change(.resize(file: node, byteCount: 0))
      state.disk.change(.write(file: node, offset: 0, bytes: Array(holder.utf8)))
      return (node, nil)
    }
    if let holder = present.holder { throw StorageError.locked(path: path, holder: holder) }
    return SimulatedFileLock(self, node: present.node)
  }

  package func availableByteCount(_ path: String) throws(StorageError) -> Int {
    try perform(.availableByteCount, path) { $0.room(for: 1 << 50) }
  }
}
