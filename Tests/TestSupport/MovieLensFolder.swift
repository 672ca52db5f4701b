internal import Foundation
package import MovieLens

/// A folder with the files given, removed when the value goes away.
package final class MovieLensFolder {
  package let path: String

  package init(_ files: [String: String], latin1: Bool = false) throws {
    path =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("kindred-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for (name, text) in files {
      let bytes = text.data(using: latin1 ? .isoLatin1 : .utf8)!
      try bytes.write(to: URL(fileURLWithPath: "\(path)/\(name)"))
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  package func read() throws -> MovieLensSet { try MovieLensSet.read(path) }

  /// The error that reading the folder throws, as a person sees it, with the folder's path cut off.
  package func complaint() -> String? {
    do {
      _ = try read()
      return nil
    } catch {
      return "\(error)".replacingOccurrences(of: "\(path)/", with: "")
    }
  }
}

/// Where the real sets are, or nil: `$MOVIELENS_DIR`, else `shared/movielens` beside the package.
package func movieLensFolder(_ set: String) -> String? {
  var package = URL(fileURLWithPath: #filePath)
  for _ in 0..<3 { package.deleteLastPathComponent() }
  let beside = package.deletingLastPathComponent().appendingPathComponent("shared/movielens").path
  let parent = ProcessInfo.processInfo.environment["MOVIELENS_DIR"] ?? beside
  let folder = "\(parent)/\(set)"
  guard FileManager.default.fileExists(atPath: folder) else {
    print("skipped: no \(set) in \(parent); set MOVIELENS_DIR to a folder that holds it")
    return nil
  }
  return folder
}
