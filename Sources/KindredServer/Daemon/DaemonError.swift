/// Why the daemon did not start, or stopped; the text says what to do.
package struct DaemonError: Error, Equatable, Sendable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
