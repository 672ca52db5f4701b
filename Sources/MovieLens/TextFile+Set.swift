import DataFiles

extension TextFile {
  /// A file of a set.
  static func open(_ path: String) throws(MovieLensError) -> TextFile {
    do throws(DataFileError) { return try TextFile(path) } catch { throw .file(error) }
  }
}
