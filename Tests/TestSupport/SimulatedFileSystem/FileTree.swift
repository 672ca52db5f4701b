/// Directories and files by number, as a disk holds them; names are only in directories, so a file
/// can have several names or none.
struct FileTree: Sendable {
  static let root = 0

  struct Entry: Sendable, Equatable {
    let node: Int
    let isDirectory: Bool
  }

  private(set) var directories: [Int: [String: Entry]] = [root: [:]]
  private(set) var files: [Int: [UInt8]] = [:]

  /// Applies a change as far as this tree knows the files it speaks of: in a crash image a write may
  /// have survived whose file's name has not.
  mutating func apply(_ effect: Change.Effect) {
    switch effect {
    case .write(let file, let offset, let bytes):
      files[file, default: []].overwrite(bytes, at: offset)
    case .resize(let file, let byteCount):
      files[file, default: []].resize(to: byteCount)
    case .grow(let file, let byteCount):
      let present = files[file, default: []].count
      files[file, default: []].resize(to: max(byteCount, present))
    case .entries(let changes):
      for change in changes {
        directories[change.directory, default: [:]][change.name] = change.entry
        guard let entry = change.entry else { continue }
        if entry.isDirectory {
          directories[entry.node, default: [:]] = directories[entry.node, default: [:]]
        } else {
          files[entry.node, default: []] = files[entry.node, default: []]
        }
      }
    }
  }

  /// The entry at an absolute path, nil if there is none.
  func entry(_ path: String) -> Entry? {
    var entry = Entry(node: Self.root, isDirectory: true)
    for name in path.split(separator: "/") {
      guard entry.isDirectory, let next = directories[entry.node]?[String(name)] else { return nil }
      entry = next
    }
    return entry
  }

  /// Every file by its path. With several names it is there several times.
  func filesByPath() -> [String: [UInt8]] {
    var result: [String: [UInt8]] = [:]
    visit { path, entry in
      if !entry.isDirectory { result[path] = files[entry.node] ?? [] }
    }
    return result
  }

  /// Nodes that have a name, and the root.
  func reachableNodes() -> Set<Int> {
    var nodes: Set<Int> = [Self.root]
    visit { nodes.insert($1.node) }
    return nodes
  }

  /// Bytes of all named files; a file with two names counts once.
  func byteCount() -> Int {
    let nodes = reachableNodes()
    return files.reduce(0) { nodes.contains($1.key) ? $0 + $1.value.count : $0 }
  }

  mutating func removeNodes(notIn nodes: Set<Int>) {
    directories = directories.filter { nodes.contains($0.key) }
    files = files.filter { nodes.contains($0.key) }
  }

  private func visit(_ body: (_ path: String, _ entry: Entry) -> Void) {
    var open = [("", Self.root)]
    // A subset of unsynced renames could name a directory twice, even inside itself.
    var seen: Set<Int> = [Self.root]
    while let (path, directory) = open.popLast() {
      for (name, entry) in directories[directory] ?? [:] {
        body("\(path)/\(name)", entry)
        if entry.isDirectory, seen.insert(entry.node).inserted {
          open.append(("\(path)/\(name)", entry.node))
        }
      }
    }
  }
}

/// One thing that a call has done to the tree, and that a crash may undo until it is synced.
struct Change: Sendable {
  enum Effect: Sendable {
    case write(file: Int, offset: Int, bytes: [UInt8])
    case resize(file: Int, byteCount: Int)
    case grow(file: Int, byteCount: Int)
    /// All of them or none: a rename within a file system is atomic.
    case entries([EntryChange])
  }

  struct EntryChange: Sendable {
    let directory: Int
    let name: String
    /// Nil removes the name.
    let entry: FileTree.Entry?
  }

  let effect: Effect
  /// A sync of it has failed. The kernel has marked the pages clean: reads still show the change, no
  /// later sync makes it durable, and a crash loses it.
  var isForgotten = false

  var file: Int? {
    switch effect {
    case .write(let file, _, _), .resize(let file, _), .grow(let file, _): file
    case .entries: nil
    }
  }

  var directories: [Int] {
    guard case .entries(let changes) = effect else { return [] }
    return changes.map(\.directory)
  }

  var nodes: [Int] {
    guard case .entries(let changes) = effect else { return [file!] }
    return changes.flatMap { [$0.directory] + ($0.entry.map { [$0.node] } ?? []) }
  }
}

extension [UInt8] {
  fileprivate mutating func resize(to byteCount: Int) {
    if byteCount < count {
      removeLast(count - byteCount)
    } else {
      append(contentsOf: repeatElement(0, count: byteCount - count))
    }
  }

  fileprivate mutating func overwrite(_ bytes: [UInt8], at offset: Int) {
    guard !bytes.isEmpty else { return }
    if count < offset + bytes.count { resize(to: offset + bytes.count) }
    withUnsafeMutableBytes { target in
      bytes.withUnsafeBytes {
        UnsafeMutableRawBufferPointer(rebasing: target[offset..<offset + $0.count])
          .copyMemory(from: $0)
      }
    }
  }
}
