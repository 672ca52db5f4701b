import CUTF8Proc

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Normalization forms of Unicode (UAX #15), by utf8proc.
enum NormalizationForm {
  /// Compatible characters made one, and every character taken apart: NFKD.
  case compatibilityDecomposition
  /// Characters put together that were taken apart: NFC.
  case composition

  fileprivate var options: utf8proc_option_t {
    let options =
      switch self {
      case .compatibilityDecomposition: UTF8PROC_DECOMPOSE.rawValue | UTF8PROC_COMPAT.rawValue
      case .composition: UTF8PROC_COMPOSE.rawValue
      }
    return utf8proc_option_t(UTF8PROC_STABLE.rawValue | options)
  }
}

extension String {
  /// The text in that form; itself where there is no memory for it.
  func normalized(to form: NormalizationForm) -> String {
    var result: UnsafeMutablePointer<UInt8>?
    var text = self
    let byteCount = text.withUTF8 { bytes in
      utf8proc_map(bytes.baseAddress, bytes.count, &result, form.options)
    }
    defer { free(result) }
    guard byteCount >= 0, let result else { return self }
    return String(
      decoding: UnsafeBufferPointer(start: result, count: byteCount), as: UTF8.self)
  }
}
