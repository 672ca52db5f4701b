import DataFiles

/// Why a folder could not be read as a MovieLens set. Every case says which file, and what to do.
package enum MovieLensError: Error, Equatable, Sendable {
  /// The folder has none of the files by which a set is recognised, or those of several sets.
  case notRecognised(folder: String, reason: String)
  /// A file that the set's format needs is not there.
  case missingFile(path: String, format: MovieLensFormat)
  /// A file cannot be read, or a line of it is not as it should be.
  case file(DataFileError)
  /// The ratings have no mean or no deviation to normalise by.
  case notNormalisable(reason: String)
}

extension MovieLensError: DataFileFailure {
  package init(_ error: DataFileError) { self = .file(error) }

  static func malformedLine(path: String, line: Int, expected: String) -> MovieLensError {
    .file(.malformedLine(path: path, line: line, expected: expected))
  }
}

extension MovieLensError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notRecognised(let folder, let reason):
      """
      '\(folder)' \(reason); expected one of
      \(MovieLensFormat.allCases.map { "  \($0.fileList)  (\($0.name))" }
        .joined(separator: "\n"))
      """
    case .missingFile(let path, let format):
      "'\(path)' is missing; a folder in the format of \(format.name) has "
        + format.fileList
    case .file(let error): error.description
    case .notNormalisable(let reason): reason
    }
  }
}
