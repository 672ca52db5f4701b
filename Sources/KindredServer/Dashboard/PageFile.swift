import CDashboard
import StorageIO

/// A file of the page at `/dashboard`, as the binary has it.
struct PageFile: Sendable {
  let name: String
  let text: String
  /// The entity tag that distinguishes this content from other versions, in quotes.
  let tag: String

  static let all: [String: PageFile] = {
    var files: [String: PageFile] = [:]
    var index = 0
    while let file = dashboard_file_at(index)?.pointee {
      let bytes = Array(UnsafeBufferPointer(start: file.bytes, count: file.byte_count))
      let name = String(cString: file.name)
      files[name] = PageFile(
        name: name, text: String(decoding: bytes, as: UTF8.self),
        tag: "\"\(String(CRC32C.checksum(bytes), radix: 16))-\(bytes.count)\"")
      index += 1
    }
    return files
  }()

  var contentType: String {
    let kinds = [
      "css": "text/css", "html": "text/html", "js": "text/javascript", "svg": "image/svg+xml",
    ]
    guard let kind = kinds[String(name.split(separator: ".").last ?? "")] else {
      preconditionFailure("no content type for \(name)")
    }
    return "\(kind); charset=utf-8"
  }

  /// Nothing but this daemon's own files and answers, no scripts or styles in the page's text, no
  /// place in a frame of another page; kept by browsers, but asked for again in case the daemon is
  /// another version.
  static let headers: [(name: String, value: String)] = [
    (
      "content-security-policy",
      [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'",
        "connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
        "require-trusted-types-for 'script'", "trusted-types 'none'",
      ].joined(separator: "; ")
    ),
    ("cache-control", "no-cache"), ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"), ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
  ]
}
