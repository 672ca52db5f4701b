import ArgumentParser

/// Why a command could not do its job: one message for a person, one code for a program.
package struct CommandFailure: Error, Equatable, Sendable {
  package enum Reason: Int32, Sendable {
    /// The daemon or the input said no.
    case refused = 1
    /// `kindred check` could not look at everything.
    case unchecked = 3
    /// The command line makes no sense; ArgumentParser's own code for that.
    case usage = 64
    /// There is nothing to read (`EX_NOINPUT` of sysexits.h).
    case noInput = 66
    /// No daemon answers (`EX_UNAVAILABLE` of sysexits.h).
    case unreachable = 69
    /// The output could not be written (`EX_IOERR` of sysexits.h).
    case output = 74
  }

  package var reason: Reason
  /// Says what is wrong and, where there is something, what to do.
  package var message: String

  package init(_ reason: Reason, _ message: String) {
    self.reason = reason
    self.message = message
  }

  package init(_ message: String) { self.init(.refused, message) }
}

extension CommandFailure: CustomStringConvertible {
  package var description: String { message }
}
