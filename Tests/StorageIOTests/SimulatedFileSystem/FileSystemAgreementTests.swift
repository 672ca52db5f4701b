import StorageIO
import TestSupport
import Testing

/// The simulated disk is worth something only if it does what the real one does.
@Suite struct FileSystemAgreementTests {
  @Test(
    "random calls have the same outcome on both file systems",
    arguments: 0..<40 as Range<UInt64>)
  func agreement(seed: UInt64) throws {
    let directory = TemporaryDirectory()
    let simulated = SimulatedFileSystem()
    var parent = ""
    for name in directory.path.split(separator: "/") {
      parent += "/\(name)"
      try simulated.createDirectory(parent)
    }
    let posix = Caller(PosixFileSystem(), directory: directory)
    let model = Caller(simulated, directory: directory)
    var random = SeededGenerator(seed: seed)
    for step in 0..<300 {
      var fork = random
      let expected = posix.call(&random)
      let found = model.call(&fork)
      #expect(found == expected, "seed \(seed), step \(step)")
      if found != expected { return }
    }
  }
}

/// Makes random calls and describes their outcomes, so that two file systems can be compared.
private final class Caller {
  private let fileSystem: any FileSystem
  private let directory: TemporaryDirectory
  private var files: [any File] = []
  private var mapped: [SharedBytes] = []

  init(_ fileSystem: any FileSystem, directory: TemporaryDirectory) {
    self.fileSystem = fileSystem
    // Both speak of the same paths; the simulated one has its own bytes there.
    self.directory = directory
  }

  func call(_ random: inout SeededGenerator) -> String {
    let names = ["a", "b", "c", "d", "d/e", "d/f", "missing/g", "a/h"]
    let choice = Int.random(in: 0..<19, using: &random)
    let path = directory.file(names.randomElement(using: &random)!)
    let other = directory.file(names.randomElement(using: &random)!)
    let offset = Int.random(in: 0..<2_000, using: &random)
    let bytes = random.bytes(Int.random(in: 0..<1_000, using: &random))
    let mode = [FileMode.read, .create, .create, .update].randomElement(using: &random)!
    let file = files.randomElement(using: &random)
    do throws(StorageError) {
      switch choice {
      case 0, 1, 2:
        files.append(try fileSystem.open(path, mode))
        return "opened \(path)"
      case 3:
        let bytes = try fileSystem.map(path)
        mapped.append(bytes)
        return "mapped \(CRC32C.checksum(bytes))"
      case 4: return "exists \(try fileSystem.exists(path))"
      case 5: return "lists \(try fileSystem.list(path))"
      case 6, 7: return "directory \(try fileSystem.createDirectory(path))"
      case 8, 9: return "renamed \(try fileSystem.rename(path, to: other))"
      case 10: return "linked \(try fileSystem.link(path, to: other))"
      case 11: return "removed \(try fileSystem.remove(path))"
      case 12: return "removed directory \(try fileSystem.removeDirectory(path))"
      case 13: return "synced \(try fileSystem.synchronizeDirectory(path))"
      case 14:
        guard let file else { return "none" }
        return "read \(CRC32C.checksum(try file.readAll()))"
      case 15, 16:
        guard let file else { return "none" }
        try bytes.withRawBytes { (bytes) throws(StorageError) in
          try file.write(bytes, at: offset)
        }
        return "wrote, now \(try file.byteCount())"
      case 17:
        guard let file else { return "none" }
        if offset % 2 == 0 { try file.truncate(to: offset) } else { try file.synchronize() }
        return "has \(try file.byteCount())"
      default:
        guard let file else { return "none" }
        if offset % 2 == 0 { try file.reserve(byteCount: offset) } else { file.close() }
        return "has \(try file.byteCount())"
      }
    } catch .io(_, _, let code) {
      return "\(choice): \(Errno.message(code))"
    } catch {
      return "\(error)"
    }
  }
}
