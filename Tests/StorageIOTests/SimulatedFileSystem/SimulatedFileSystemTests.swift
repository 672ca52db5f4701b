import StorageIO
import TestSupport
import Testing

extension FileSystem {
  fileprivate func make(_ path: String, _ bytes: [UInt8], synced: Bool = false) throws {
    let file = try open(path, .create)
    try file.write(bytes, at: 0)
    if synced { try file.synchronize() }
    file.close()
  }
}

extension File {
  fileprivate func write(_ bytes: [UInt8], at offset: Int) throws(StorageError) {
    try bytes.withRawBytes { (bytes) throws(StorageError) in try write(bytes, at: offset) }
  }
}

@Suite struct SimulatedCrashTests {
  private let disk = SimulatedFileSystem()

  @Test func `nothing survives for certain before it is synced`() throws {
    try disk.make("/f", [1])
    #expect(disk.hasUnsyncedChanges)
    #expect(disk.crashImage(.lostUnsynced, seed: 0).files == [:])
    #expect(disk.crashImage(.allSurvived, seed: 0).files == ["/f": [1]])
  }

  @Test func `a synced file whose directory is not synced may have no name`() throws {
    try disk.make("/f", [1], synced: true)
    #expect(disk.crashImage(.lostUnsynced, seed: 0).files == [:])
    #expect(disk.crashImage(.lostDirectoryEntries, seed: 0).files == [:])
    try disk.synchronizeDirectory("/")
    #expect(!disk.hasUnsyncedChanges)
    for mode in CrashMode.allCases {
      #expect(disk.crashImage(mode, seed: 0).files == ["/f": [1]], "\(mode)")
    }
  }

  @Test func `a named file whose bytes are not synced may be empty`() throws {
    try disk.make("/f", [1])
    try disk.synchronizeDirectory("/")
    #expect(disk.crashImage(.lostUnsynced, seed: 0).files == ["/f": []])
  }

  @Test func `a rename is undone whole or not at all`() throws {
    try disk.make("/old", [1], synced: true)
    try disk.make("/new", [2], synced: true)
    try disk.synchronizeDirectory("/")
    try disk.rename("/new", to: "/old")
    for mode in CrashMode.allCases {
      for seed in 0..<20 {
        let files = disk.crashImage(mode, seed: UInt64(seed)).files
        #expect([["/old": [1], "/new": [2]], ["/old": [2]]].contains(files), "\(mode) \(seed)")
      }
    }
    #expect(disk.files == ["/old": [2]])
  }

  @Test func `a removed file is back unless its directory was synced`() throws {
    try disk.make("/f", [1], synced: true)
    try disk.synchronizeDirectory("/")
    try disk.remove("/f")
    #expect(disk.crashImage(.lostUnsynced, seed: 0).files == ["/f": [1]])
    try disk.synchronizeDirectory("/")
    #expect(disk.crashImage(.lostUnsynced, seed: 0).files == [:])
  }

  @Test func `a prefix of the writes survives, the last one in part`() throws {
    let file = try disk.open("/f", .create)
    try disk.synchronizeDirectory("/")
    try file.write([UInt8](repeating: 1, count: 10), at: 0)
    try file.write([UInt8](repeating: 2, count: 10), at: 10)
    let whole = [UInt8](repeating: 1, count: 10) + [UInt8](repeating: 2, count: 10)
    var lengths: Set<Int> = []
    for seed in 0..<200 {
      let bytes = try #require(disk.crashImage(.prefix, seed: UInt64(seed)).files["/f"])
      #expect(whole.starts(with: bytes))
      lengths.insert(bytes.count)
    }
    #expect(lengths == Set(0...20))
  }

  @Test func `sectors of a write survive independently`() throws {
    let file = try disk.open("/f", .create)
    try file.write([UInt8](repeating: 1, count: 2048), at: 0)
    try file.synchronize()
    try disk.synchronizeDirectory("/")
    try file.write([UInt8](repeating: 2, count: 1500), at: 100)
    var patterns: Set<[UInt8]> = []
    for seed in 0..<200 {
      let bytes = try #require(disk.crashImage(.shuffledSectors, seed: UInt64(seed)).files["/f"])
      #expect(bytes.count == 2048)
      #expect(bytes[..<100].allSatisfy { $0 == 1 } && bytes[1600...].allSatisfy { $0 == 1 })
      for range in [100..<512, 512..<1024, 1024..<1536, 1536..<1600] {
        #expect(Set(bytes[range]).count == 1, "a sector is whole")
      }
      patterns.insert([bytes[100], bytes[512], bytes[1024], bytes[1536]])
    }
    #expect(patterns.count == 16)
  }

  @Test func `reordered writes survive in any combination`() throws {
    let file = try disk.open("/f", .create)
    try disk.synchronizeDirectory("/")
    for index in 0..<3 { try file.write([UInt8(index + 1)], at: index) }
    let images = Set((0..<200).map { disk.crashImage(.reordered, seed: UInt64($0)).files["/f"]! })
    #expect(
      images == [[], [1], [0, 2], [1, 2], [0, 0, 3], [1, 0, 3], [0, 2, 3], [1, 2, 3]])
  }

  @Test func `the power fails at the chosen call, which is on its way`() throws {
    disk.crash(atMutation: 2)
    let file = try disk.open("/f", .create)
    try disk.synchronizeDirectory("/")
    #expect { try file.write([1], at: 0) } throws: { ($0 as? StorageError)!.isSimulatedCrash }
    #expect(disk.hasCrashed)
    #expect { try disk.list("/") } throws: { ($0 as? StorageError)!.isSimulatedCrash }
    #expect(disk.crashImage(.lostUnsynced, seed: 0).files == ["/f": []])
    #expect(disk.crashImage(.allSurvived, seed: 0).files == ["/f": [1]])
  }

  @Test func `a sync that the power fails at has synced nothing`() throws {
    disk.crash(atMutation: 3)
    let file = try disk.open("/f", .create)
    try disk.synchronizeDirectory("/")
    try file.write([1], at: 0)
    #expect(throws: StorageError.self) { try file.synchronize() }
    #expect(disk.crashImage(.lostUnsynced, seed: 0).files == ["/f": []])
  }

  @Test func `a crash image is a disk of its own`() throws {
    try disk.make("/f", [1], synced: true)
    try disk.synchronizeDirectory("/")
    disk.crash()
    let image = disk.crashImage(.lostUnsynced, seed: 0)
    #expect(!image.hasCrashed)
    try image.make("/g", [2])
    #expect(image.files == ["/f": [1], "/g": [2]])
    #expect(disk.files == ["/f": [1]])
  }

  @Test func `after a kill everything is there, and still not synced`() throws {
    try disk.make("/f", [1])
    let lock = try disk.lock("/LOCK", holder: "a")
    let next = disk.afterKill()
    #expect(next.files["/f"] == [1])
    _ = try next.lock("/LOCK", holder: "b")
    #expect(next.crashImage(.lostUnsynced, seed: 0).files == [:])
    lock.release()
  }

  /// The observer may look at the disk as a crash just before the call would leave it.
  @Test func `an observer sees each mutating call before it happens`() throws {
    let seen = Recorder<(FileCall.Operation, [String: [UInt8]])>()
    disk.observeMutations { [disk] call in
      seen.record((call.operation, disk.crashImage(.allSurvived, seed: 0).files))
    }
    try disk.make("/f", [1], synced: true)
    _ = try disk.list("/")
    disk.observeMutations(nil)
    try disk.remove("/f")
    #expect(seen.values.map(\.0) == [.create, .write, .synchronize])
    #expect(seen.values.map(\.1) == [[:], ["/f": []], ["/f": [1]]])
    #expect(disk.mutationCount == 4)
    #expect(disk.callCount == 5)
  }

  /// The one file is the old one or the new one whatever happens, and the new one once it returns.
  @Test func `a file written atomically is old or new after a crash anywhere`() throws {
    let old = [UInt8](repeating: 1, count: 2000)
    let new = [UInt8](repeating: 2, count: 1500)
    var caseCount = 0
    for crashPoint in 0... {
      let disk = SimulatedFileSystem()
      try disk.writeAtomically(path: "/f", bytes: old)
      disk.crash(atMutation: disk.mutationCount + crashPoint)
      let isDone = (try? disk.writeAtomically(path: "/f", bytes: new)) != nil
      for mode in CrashMode.allCases {
        for seed in 0..<10 {
          let image = disk.crashImage(mode, seed: UInt64(seed))
          let bytes = image.files["/f"]
          #expect(bytes == new || bytes == old && !isDone, "\(crashPoint) \(mode) \(seed)")
          // And the next one succeeds whatever is left over.
          try image.writeAtomically(path: "/f", bytes: new)
          #expect(image.files == ["/f": new])
          caseCount += 1
        }
      }
      if isDone { break }
    }
    #expect(caseCount == 7 * 6 * 10, "six mutating calls, and none")
  }
}

@Suite struct SimulatedFaultTests {
  private let disk = SimulatedFileSystem()

  private func io(_ operation: String, _ path: String, _ code: Int32) -> StorageError {
    .io(operation: operation, path: path, code: code)
  }

  @Test func `a call fails at its index, once`() throws {
    disk.fail(call: 1, with: .error(Errno.io))
    let file = try disk.open("/f", .create)
    #expect(throws: io("write", "/f", Errno.io)) { try file.write([1], at: 0) }
    #expect(disk.files == ["/f": []])
    try file.write([1], at: 0)
    #expect(disk.files == ["/f": [1]])
  }

  @Test func `faults are chosen by the call`() throws {
    disk.fail { $0.operation == .rename && $0.path == "/a" ? .error(Errno.noSpace) : nil }
    try disk.make("/a", [])
    try disk.make("/b", [])
    #expect(throws: io("rename", "/a", Errno.noSpace)) { try disk.rename("/a", to: "/c") }
    try disk.rename("/b", to: "/c")
    disk.fail(nil)
    try disk.rename("/a", to: "/b")
  }

  @Test func `a write can be cut short`() throws {
    let file = try disk.open("/f", .create)
    disk.fail(call: 1, with: .partialWrite(Errno.noSpace))
    #expect(throws: io("write", "/f", Errno.noSpace)) { try file.write([1, 2, 3, 4], at: 0) }
    try file.write([9], at: 3)
    #expect(disk.files == ["/f": [1, 2, 0, 9]])
  }

  @Test func `an error may come after the work is done`() throws {
    try disk.make("/a", [1])
    disk.fail { _ in .errorAfterEffect(Errno.io) }
    #expect(throws: io("rename", "/a", Errno.io)) { try disk.rename("/a", to: "/b") }
    disk.fail(nil)
    #expect(disk.files == ["/b": [1]])
  }

  @Test func `what a failed sync has forgotten no later sync brings back`() throws {
    let file = try disk.open("/f", .create)
    try disk.synchronizeDirectory("/")
    try file.write([1], at: 0)
    disk.fail(call: disk.callCount, with: .error(Errno.io))
    #expect(throws: io("synchronize", "/f", Errno.io)) { try file.synchronize() }
    #expect(disk.retriedSynchronizations == [])
    try file.write([2], at: 1)
    try file.synchronize()
    #expect(disk.retriedSynchronizations == ["/f"])
    #expect(try disk.readAll("/f").array == [1, 2], "a reader still sees it")
    #expect(disk.crashImage(.lostUnsynced, seed: 0).files == ["/f": [0, 2]])
    #expect(disk.crashImage(.allSurvived, seed: 0).files == ["/f": [0, 2]])
  }

  @Test func `a full disk takes what fits, and more when room returns`() throws {
    let disk = SimulatedFileSystem(capacity: 10)
    let file = try disk.open("/f", .create)
    try file.write([UInt8](repeating: 1, count: 8), at: 0)
    #expect(try disk.availableByteCount("/") == 2)
    #expect(throws: io("write", "/f", Errno.noSpace)) { try file.write([2, 2, 2, 2], at: 8) }
    #expect(try file.byteCount() == 10)
    try file.write([3, 3], at: 0)
    #expect(throws: io("reserve", "/f", Errno.noSpace)) { try file.reserve(byteCount: 11) }
    disk.capacity = 20
    try file.reserve(byteCount: 20)
    try disk.remove("/f")
    #expect(try disk.availableByteCount("/") == 20)
  }

  @Test func `damage is durable and uncounted`() throws {
    try disk.make("/f", [1, 2, 3], synced: true)
    try disk.synchronizeDirectory("/")
    let callCount = disk.callCount
    disk.damage("/f") { $0[1] ^= 0x80 }
    #expect(disk.callCount == callCount)
    #expect(disk.crashImage(.lostUnsynced, seed: 0).files == ["/f": [1, 0x82, 3]])
    disk.damage("/f") { $0.removeLast() }
    #expect(try disk.map("/f").array == [1, 0x82])
  }

  @Test func `a second lock is refused until the first is released`() throws {
    let lock = try disk.lock("/LOCK", holder: "one")
    #expect(throws: StorageError.locked(path: "/LOCK", holder: "one")) {
      try disk.lock("/LOCK", holder: "two")
    }
    lock.release()
    _ = try disk.lock("/LOCK", holder: "two")
    #expect(disk.files == ["/LOCK": Array("two".utf8)])
  }
}
