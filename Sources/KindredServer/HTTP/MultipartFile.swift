import NIOCore

/// Takes one file out of a `multipart/form-data` body (RFC 7578) that arrives piece by piece, of any
/// length. Other fields are passed over.
struct MultipartFile {
  private enum Place {
    /// Before the first delimiter, in a field, or after the last: up to the next delimiter.
    case content(isWanted: Bool)
    case afterDelimiter
    case headers
    case end
  }

  private static let headerLimit = 16 << 10

  private let field: String
  private let delimiter: [UInt8]
  /// The bytes that have arrived and are not decided yet. They begin as if a line had ended before
  /// the body.
  private var pending: [UInt8] = Array("\r\n".utf8)
  private var place = Place.content(isWanted: false)
  private var hasFile = false

  /// - Parameter contentType: the header of the request.
  /// - Throws: 400 when it is not a form.
  init(field: String, contentType: String?) throws(APIError) {
    let parts = (contentType ?? "").split(separator: ";").map { $0.trimmingSpaces }
    let boundary = parts.dropFirst().first { $0.lowercased().hasPrefix("boundary=") }
      .map { $0.dropFirst("boundary=".count).filter { $0 != "\"" } }
    guard parts.first?.lowercased() == "multipart/form-data", let boundary,
      (1...70).contains(boundary.utf8.count)
    else {
      throw .badRequest("send the file as `multipart/form-data`, in the field `\(field)`")
    }
    self.field = field
    delimiter = Array("\r\n--\(boundary)".utf8)
  }

  /// Whether the file has arrived as a whole, and the form with it.
  var isComplete: Bool {
    if case .end = place { hasFile } else { false }
  }

  /// Takes the next piece of the body.
  /// - Returns: the bytes of the file that are certain now.
  mutating func append(_ piece: ByteBuffer) throws(APIError) -> [UInt8] {
    pending.append(contentsOf: piece.readableBytesView)
    var file: [UInt8] = []
    while try advance(into: &file) {}
    return file
  }

  /// - Returns: whether there may be more to do.
  private mutating func advance(into file: inout [UInt8]) throws(APIError) -> Bool {
    switch place {
    case .content(let isWanted):
      let end = pending.firstOffset(of: delimiter)
      let certain = end ?? max(0, pending.count - delimiter.count + 1)
      if isWanted { file.append(contentsOf: pending[..<certain]) }
      pending.removeFirst(end.map { $0 + delimiter.count } ?? certain)
      if end != nil { place = .afterDelimiter }
      return end != nil
    case .afterDelimiter:
      guard pending.count >= 2 else { return false }
      switch (pending[0], pending[1]) {
      case (UInt8(ascii: "-"), UInt8(ascii: "-")): place = .end
      // The line's end stays: it is part of the blank line that ends the headers.
      case (UInt8(ascii: "\r"), UInt8(ascii: "\n")): place = .headers
      default: throw .badRequest("the form has a boundary that is not followed by a line's end")
      }
      return true
    case .headers:
      guard let end = pending.firstOffset(of: Array("\r\n\r\n".utf8)) else {
        guard pending.count <= Self.headerLimit else {
          throw .badRequest("a field of the form has headers that do not end")
        }
        return false
      }
      let isWanted = !hasFile && Self.name(in: pending[..<end]) == field
      hasFile = hasFile || isWanted
      // The last line's end may begin a delimiter: a field may be empty.
      pending.removeFirst(end + 2)
      if !pending.starts(with: delimiter) { pending.removeFirst(2) }
      place = .content(isWanted: isWanted)
      return true
    case .end:
      pending.removeAll()
      return false
    }
  }

  /// The `name` that the header `Content-Disposition` gives.
  private static func name(in headers: ArraySlice<UInt8>) -> String? {
    for line in String(decoding: headers, as: UTF8.self).split(separator: "\r\n") {
      guard line.lowercased().hasPrefix("content-disposition:") else { continue }
      for part in line.split(separator: ";").map(\.trimmingSpaces) {
        guard part.lowercased().hasPrefix("name=") else { continue }
        return part.dropFirst("name=".count).filter { $0 != "\"" }
      }
    }
    return nil
  }
}

extension [UInt8] {
  /// Where `pattern` (not empty) begins first.
  fileprivate func firstOffset(of pattern: [UInt8]) -> Int? {
    withUnsafeBufferPointer { bytes in
      pattern.withUnsafeBufferPointer { pattern in
        var start = 0
        while start + pattern.count <= bytes.count {
          guard let candidate = bytes[start...].firstIndex(of: pattern[0]),
            candidate + pattern.count <= bytes.count
          else { return nil }
          if bytes[candidate..<candidate + pattern.count].elementsEqual(pattern) {
            return candidate
          }
          start = candidate + 1
        }
        return nil
      }
    }
  }
}
