import StorageIO

/// Why a folder could not be read as a MovieLens set. Every case says which file, and what to do.
package enum MovieLensError: Error, Equatable, Sendable {
  /// The folder has none of the files by which a set is recognised, or those of several sets.
  case notRecognised(folder: String, reason: String)
  /// A file that the set's format needs is not there.
  case missingFile(path: String, format: MovieLensFormat)
  case unreadable(StorageError)
  /// `line` counts from 1.
  case malformedLine(path: String, line: Int, expected: String)
  /// The ratings have no mean or no deviation to normalise by.
  case notNormalisable(reason: String)
}

extension MovieLensError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notRecognised(let folder, let reason):
      """
      '\(folder)' \(reason); expected one of
      \(MovieLensFormat.allCases.map { "  \($0.files.joined(separator: ", "))  (\($0.name))" }
        .joined(separator: "\n"))
      """
    case .missingFile(let path, let format):
      "'\(path)' is missing; a folder in the format of \(format.name) has "
        + format.files.joined(separator: ", ")
    case .unreadable(let error): error.description
    case .malformedLine(let path, let line, let expected): "\(path):\(line): expected \(expected)"
    case .notNormalisable(let reason): "\(reason); give --mean and --std"
    }
  }
}
