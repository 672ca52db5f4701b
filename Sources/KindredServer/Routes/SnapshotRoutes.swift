import JSONCodec
import Kindred
import NIOCore
import NIOPosix
import StorageIO

extension RouteTable {
  mutating func addSnapshotRoutes() {
    add(under: "/snapshots") { _ in .storage }
    // A collection has one shard, 0, so a shard's snapshots are the collection's.
    for path in ["", "/shards/{shard}"].map({ "/collections/{collection}\($0)/snapshots" }) {
      add(under: path, collectionScope)
      write(.put, path + "/recover", recover)
      write(.post, path + "/upload", body: .streamed, upload)
    }
    // A snapshot for this answer only: its file has no name any more while it is sent.
    write(.get, "/collections/{collection}/shards/{shard}/snapshot") { call in
      let scope = try collectionScope(call)
      let store = try call.store
      let made = try await store.createArchive(scope)
      let file = try store.openArchive(made.name, of: scope).file
      try store.deleteArchive(made.name, of: scope)
      return .download(file, name: made.name, byteCount: made.byteCount)
    }
  }

  private mutating func add(
    under path: String, _ scope: @escaping @Sendable (Call) throws -> ArchiveScope
  ) {
    read(.get, path) { call in
      .result(.array(try call.store.archives(scope(call)).map(\.json)))
    }
    write(.post, path) { call in
      let scope = try scope(call)
      let store = try call.store
      // Says 404 for a collection that does not exist, whether or not the client waits.
      if case .collection(let name) = scope { _ = try store.collection(name) }
      return try await call.finish(call.waitsForEnd()) {
        try await store.createArchive(scope).json
      }
    }
    read(.get, path + "/{snapshot}") { call in
      let (description, file) = try call.store.openArchive(
        call.parameter("snapshot"), of: scope(call))
      return .download(file, name: description.name, byteCount: description.byteCount)
    }
    write(.delete, path + "/{snapshot}") { call in
      let scope = try scope(call)
      let store = try call.store
      let name = call.parameter("snapshot")
      return try await call.finish(call.waitsForEnd()) {
        try store.deleteArchive(name, of: scope)
        return true
      }
    }
  }
}

@Sendable private func collectionScope(_ call: Call) throws -> ArchiveScope {
  if let text = call.parameters["shard"] {
    guard let shard = UInt32(text) else {
      throw APIError.badRequest("a shard is a number, not `\(text)`")
    }
    guard shard == 0 else { throw APIError.notFound("Shard \(shard) doesn't exist!") }
  }
  return .collection(call.collectionName)
}

// MARK: Recovering

@Sendable private func recover(_ call: Call) async throws -> Answer {
  _ = try collectionScope(call)
  let waits = try call.waitsForEnd()
  let input = try call.json()
  let source = try ArchiveSource(location: input.member("location").string())
  try checkPriority(input.optional("priority")?.string())
  let checksum = try checked(checksum: input.optional("checksum")?.string())
  let store = try call.store
  return try await call.finish(waits) {
    try await store.importArchive(call.collectionName, from: source, checksum: checksum)
    return true
  }
}

@Sendable private func upload(_ call: Call) async throws -> Answer {
  _ = try collectionScope(call)
  // All that can be refused without the file, before it is received.
  let waits = try call.waitsForEnd()
  try checkPriority(call.query("priority"))
  let checksum = try checked(checksum: call.query("checksum"))
  let form = try MultipartFile(
    field: "snapshot", contentType: call.request.headers.first(name: "content-type"))
  let store = try call.store
  let upload = try store.beginUpload()
  do {
    try await receive(call.stream, form, into: upload)
  } catch {
    upload.remove()
    throw error
  }
  return try await call.finish(waits) {
    defer { upload.remove() }
    try await store.importArchive(call.collectionName, from: .uploaded(upload), checksum: checksum)
    return true
  }
}

private func receive(
  _ body: BodyStream, _ form: consuming MultipartFile, into upload: ArchiveUpload
) async throws {
  var offset = 0
  var pending: [UInt8] = []
  func write(_ bytes: [UInt8], at offset: Int) async throws {
    try await NIOThreadPool.singleton.runIfActive {
      try bytes.withUnsafeBytes { try upload.write($0, at: offset) }
    }
  }
  for try await piece in body {
    pending += try form.append(piece)
    guard pending.count >= 1 << 20 else { continue }
    try await write(pending, at: offset)
    offset += pending.count
    pending.removeAll()
  }
  guard form.isComplete else {
    throw APIError.badRequest("the form ends before the file in its field `snapshot` does")
  }
  try await write(pending, at: offset)
}

/// Which of several replicas wins; there is one here.
private func checkPriority(_ text: String?) throws(APIError) {
  guard let text, !["no_sync", "snapshot", "replica"].contains(text) else { return }
  throw .badRequest(
    "unknown priority `\(text)`, expected one of `no_sync`, `snapshot`, `replica`")
}

private func checked(checksum: String?) throws(APIError) -> String? {
  guard let checksum else { return nil }
  guard checksum.utf8.count == 64, checksum.allSatisfy(\.isHexDigit) else {
    throw .validation("checksum", "a SHA-256 has 64 hexadecimal digits")
  }
  return checksum
}

extension ArchiveSource {
  /// A name of the snapshots' folder, or a `file:` URL of a file in it. Nothing is fetched from
  /// elsewhere: a request must not make the daemon call other hosts.
  fileprivate init(location: String) throws(APIError) {
    guard let colon = location.firstIndex(of: ":") else {
      self = .named(location)
      return
    }
    guard location[..<colon].lowercased() == "file" else {
      throw .badRequest(
        "snapshots are not fetched from URLs: download `\(location)` and send it to "
          + "`…/snapshots/upload`")
    }
    var path = location[colon...].dropFirst()
    for prefix in ["//localhost/", "///"] where path.hasPrefix(prefix) {
      path = path.dropFirst(prefix.count - 1)
      break
    }
    guard path.hasPrefix("/"), !path.hasPrefix("//"), let decoded = percentDecoded(path) else {
      throw .badRequest("`\(location)` is not a local file path")
    }
    self = .path(decoded)
  }
}

// MARK: Answers

extension Call {
  fileprivate func waitsForEnd() throws(APIError) -> Bool { try boolean("wait") ?? true }

  /// Does the work and answers its result; where the client does not wait, the answer comes before,
  /// with 202.
  fileprivate func finish(
    _ waits: Bool, _ work: @escaping @Sendable () async throws -> JSONValue
  ) async throws -> Answer {
    if waits { return .result(try await work()) }
    daemon.threads.write { _ = try? await work() }
    var answer = Answer.result(.null)
    answer.status = .accepted
    answer.statusText = "accepted"
    return answer
  }
}

extension ArchiveDescription {
  fileprivate var json: JSONValue {
    [
      "name": .string(name), "creation_time": .string(created),
      "size": .integer(Int64(byteCount)), "checksum": checksum.map { .string($0) } ?? .null,
    ]
  }
}
