import NIOCore
import NIOHTTP1

/// How long a connection may wait for its client: for the first header, for a body, for the next
/// request, and for answers to be taken.
///
/// Nothing is scheduled for a request: the connection's one timer asks when it has to look again.
/// A deadline later than the timer's begins later too, so that the timer never comes too late.
struct ConnectionWatch {
  /// The beginning of a stretch of time, and the number of bytes that had come or gone by then.
  private struct Window {
    var since: NIODeadline
    var byteCount: Int
  }

  private let idleTime: TimeAmount
  private let leastByteCount: Int
  /// When parts of requests came last, or an answer was written.
  private(set) var lastEvent = NIODeadline.now()
  private var firstHeaderDue: NIODeadline?
  private var receiving: Window
  private var delivering: Window?
  private var receivedByteCount = 0
  /// Bytes of answers that have been written.
  private var writtenByteCount = 0

  init(_ limits: RequestLimits) {
    idleTime = .seconds(limits.idleSeconds)
    leastByteCount = limits.leastBodyByteRate * Int(limits.idleSeconds)
    firstHeaderDue = lastEvent + .seconds(limits.headerSeconds)
    receiving = Window(since: lastEvent, byteCount: 0)
  }

  /// Notes that parts of requests have come, or that there is nothing more to answer.
  mutating func noteEvent() { lastEvent = .now() }

  /// Notes that a request begins, or that the rest of one is dropped.
  mutating func noteReceiving() {
    firstHeaderDue = nil
    receiving = Window(since: lastEvent, byteCount: receivedByteCount)
  }

  mutating func noteReceived(_ byteCount: Int) { receivedByteCount += byteCount }

  mutating func noteWritten(_ byteCount: Int) { writtenByteCount += byteCount }

  /// Notes that the client takes less than there is for it.
  /// - Parameter byteCount: what waits to be taken.
  mutating func noteWaiting(_ byteCount: Int) {
    delivering = Window(since: .now(), byteCount: writtenByteCount - byteCount)
  }

  /// Looks whether the client keeps to the limits.
  ///
  /// - Parameters:
  ///   - isReceiving: whether the rest of a request is to come.
  ///   - isIdle: whether there is no request.
  ///   - waitingByteCount: what the client has not taken.
  /// - Returns: when to look again; nil when the connection is to be closed.
  mutating func look(isReceiving: Bool, isIdle: Bool, waitingByteCount: Int) -> NIODeadline? {
    let now = NIODeadline.now()
    var next = now + idleTime
    if let due = firstHeaderDue {
      if now >= due { return nil }
      next = min(next, due)
    }
    if isReceiving {
      guard renew(&receiving, receivedByteCount, now) else { return nil }
      next = min(next, receiving.since + idleTime)
    }
    if waitingByteCount > 0 {
      let takenByteCount = writtenByteCount - waitingByteCount
      var window = delivering ?? Window(since: now, byteCount: takenByteCount)
      guard renew(&window, takenByteCount, now) else { return nil }
      delivering = window
      next = min(next, window.since + idleTime)
      lastEvent = now
    } else {
      delivering = nil
    }
    if isIdle {
      if now >= lastEvent + idleTime { return nil }
      next = min(next, lastEvent + idleTime)
    }
    return next
  }

  /// Begins the next window where one is over.
  /// - Returns: false when too little has come or gone in it.
  private func renew(_ window: inout Window, _ byteCount: Int, _ now: NIODeadline) -> Bool {
    guard now >= window.since + idleTime else { return true }
    guard byteCount - window.byteCount >= leastByteCount else { return false }
    window = Window(since: now, byteCount: byteCount)
    return true
  }
}
