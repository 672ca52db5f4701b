/// The errors between the store and the disk. Every case names the file, so that a person can
/// act on it without a debugger.
public enum StorageError: Error, Equatable, Sendable {
  /// A system call failed. `code` is `errno`.
  case io(operation: String, path: String, code: Int32)
  /// The bytes at `offset` of `path` are not what was written there.
  case corrupt(path: String, offset: Int, expected: String)
  /// The file was written by a later version; it has been left untouched.
  case newerFormat(path: String, found: UInt32, supported: UInt32)
  /// Another process holds the data directory; `holder` is what it wrote into `LOCK`.
  case locked(path: String, holder: String)
}

extension StorageError {
  /// Whether the device has no room left (`ENOSPC`, `EDQUOT`): the write may be tried again later.
  /// Never true for a failed sync, which must not be.
  public var isOutOfSpace: Bool {
    guard case .io(let operation, _, let code) = self, !operation.hasPrefix("synchronize") else {
      return false
    }
    return code == Errno.noSpace || code == Errno.quotaExceeded
  }

  package var isDamage: Bool { if case .corrupt = self { true } else { false } }

  /// Whether what failed may succeed later without anything being put right: there was no room, no
  /// file descriptor, no memory or no thread. Never true for a failed sync.
  public var mayPass: Bool {
    guard case .io(let operation, _, let code) = self, !operation.hasPrefix("synchronize") else {
      return false
    }
    return isOutOfSpace
      || [Errno.manyOpenFiles, Errno.manyOpenFilesInAll, Errno.noMemory, Errno.tryAgain]
        .contains(code)
  }
}

extension StorageError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .io(let operation, let path, let code):
      "cannot \(operation) '\(path)': \(Errno.message(code))"
    case .corrupt(let path, let offset, let expected):
      "'\(path)' is damaged at byte \(offset): expected \(expected)"
    case .newerFormat(let path, let found, let supported):
      "'\(path)' has format \(found), this version reads up to \(supported); "
        + "nothing was changed, use a newer Kindred"
    case .locked(let path, let holder):
      "'\(path)' is in use by \(holder)"
    }
  }
}
