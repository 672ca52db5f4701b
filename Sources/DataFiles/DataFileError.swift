import StorageIO

/// Why a file of data could not be read. Every case says which file, and where in it.
package enum DataFileError: Error, Equatable, Sendable {
  case unreadable(StorageError)
  /// The file as a whole cannot be used; the reason says what to do.
  case unusable(path: String, reason: String)
  /// `line` counts from 1.
  case malformedLine(path: String, line: Int, expected: String)
}

extension DataFileError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unreadable(let error): error.description
    case .unusable(let path, let reason): "'\(path)' \(reason)"
    case .malformedLine(let path, let line, let expected): "\(path):\(line): expected \(expected)"
    }
  }
}

/// An error that can say what a `DataFileError` says, so that readers throw one type.
package protocol DataFileFailure: Error {
  init(_ error: DataFileError)
}

extension DataFileError: DataFileFailure {
  package init(_ error: DataFileError) { self = error }
}
