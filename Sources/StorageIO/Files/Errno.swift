#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The few `errno` values that we tell apart.
package enum Errno {
  package static let noSpace = ENOSPC
  package static let quotaExceeded = EDQUOT
  package static let notFound = ENOENT
  package static let exists = EEXIST
  package static let noPermission = EACCES
  package static let readOnly = EROFS
  package static let io = EIO
  package static let isDirectory = EISDIR
  package static let manyOpenFiles = EMFILE
  package static let manyOpenFilesInAll = ENFILE
  package static let noMemory = ENOMEM
  /// No room for a thread, among others.
  package static let tryAgain = EAGAIN
  package static let canceled = ECANCELED

  /// Reasons to refuse a path that somebody chose, while the disk is well.
  package static let ofPaths: [Int32] = [
    ENOENT, EEXIST, ENOTDIR, EISDIR, EACCES, EPERM, EROFS, ENAMETOOLONG, ELOOP,
  ]

  package static func message(_ code: Int32) -> String { String(cString: strerror(code)) }
}
