extension Array where Element: BitwiseCopyable {
  /// The elements as they lie in memory (little-endian), with typed throws.
  package func withRawBytes<R, E: Error>(
    _ body: (UnsafeRawBufferPointer) throws(E) -> R
  ) throws(E) -> R {
    try withUnsafeBufferPointer { (elements) throws(E) -> R in
      try body(UnsafeRawBufferPointer(elements))
    }
  }
}
