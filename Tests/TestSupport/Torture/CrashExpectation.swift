internal import Kindred
import Synchronization

/// The contents that a store may have when it is opened after a crash.
package struct CrashExpectation: Equatable, Sendable {
  /// All of it must be there.
  package private(set) var acknowledged = StoreContents()
  /// Steps that have each happened whole or not at all. They commute.
  package private(set) var underWay: [StoreStep] = []
  /// Grows with every change.
  private(set) var version = 0

  package init() {}

  package mutating func begin(_ steps: [StoreStep]) {
    underWay = steps
    version += 1
  }

  package mutating func acknowledge(_ index: Int) {
    underWay[index].apply(to: &acknowledged)
    // A step that changes nothing keeps the places of the others.
    underWay[index] = .flush
    version += 1
  }

  package static func == (left: Self, right: Self) -> Bool { left.version == right.version }

  /// - Returns: what is wrong; nil when `found` is everything acknowledged, with or without steps that
  ///   were under way.
  package func objection(to found: StoreContents) -> String? {
    for subset in 0..<1 << underWay.count {
      var allowed = acknowledged
      for (index, step) in underWay.enumerated() where subset >> index & 1 == 1 {
        step.apply(to: &allowed)
      }
      if allowed == found { return nil }
    }
    return "\(acknowledged.difference(from: found)); under way were \(underWay)"
  }
}

/// A crash expectation that follows a running store.
package final class CrashWatch: Sendable {
  private let state: Mutex<CrashExpectation>

  package init(_ expectation: CrashExpectation = CrashExpectation()) { state = Mutex(expectation) }

  package var expectation: CrashExpectation { state.withLock { $0 } }
  package var acknowledged: StoreContents { state.withLock { $0.acknowledged } }

  package func begin(_ steps: [StoreStep]) {
    state.withLock { $0.begin(steps) }
  }

  /// The step of `begin` with this index has been acknowledged.
  package func acknowledge(_ index: Int) {
    state.withLock {
      $0.acknowledge(index)
    }
  }
}
