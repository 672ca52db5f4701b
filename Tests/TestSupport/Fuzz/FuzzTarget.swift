package import StorageIO

/// A decoder under fuzzing.
package struct FuzzTarget: Sendable {
  package let name: String
  /// Returns whatever the bytes are. What it must not do is trap, hang, or read elsewhere.
  package let run: @Sendable (SharedBytes) -> Void

  package init(_ name: String, _ run: @escaping @Sendable (SharedBytes) -> Void) {
    self.name = name
    self.run = run
  }

  /// The files of `Tests/Fixtures/fuzz/<name>`: where to begin, and what was found before.
  package var corpus: [[UInt8]] { FuzzCorpus.files(name).map(\.bytes) }
}

package enum FuzzCorpus {
  private static let folder =
    parentDirectory(of: parentDirectory(of: parentDirectory(of: #filePath)))
    + "/Fixtures/fuzz"

  package static func files(_ name: String) -> [(name: String, bytes: [UInt8])] {
    let disk = PosixFileSystem()
    let directory = folder + "/" + name
    guard let names = try? disk.list(directory) else { preconditionFailure("no \(directory)") }
    return names.map { file in
      guard let bytes = try? disk.readAll(directory + "/" + file) else {
        preconditionFailure("cannot read \(directory)/\(file)")
      }
      return (file, bytes.array)
    }
  }
}
