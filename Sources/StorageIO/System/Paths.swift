#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The path from the root on, without `.`, `..` and empty components; links are not followed.
package func standardizedPath(_ path: String) -> String {
  let whole = path.utf8.first == UInt8(ascii: "/") ? path : Machine.workingDirectory + "/" + path
  var components: [Substring.UTF8View] = []
  for component in whole.utf8.split(separator: UInt8(ascii: "/")) {
    if component.elementsEqual(".".utf8) { continue }
    if component.elementsEqual("..".utf8) {
      _ = components.popLast()
    } else {
      components.append(component)
    }
  }
  return "/" + components.map { String(Substring($0)) }.joined(separator: "/")
}

/// The path of what is there, from the root on, with all links followed; nil where nothing is.
package func resolvedPath(_ path: String) -> String? {
  guard let resolved = realpath(path, nil) else { return nil }
  defer { free(resolved) }
  return String(cString: resolved)
}
