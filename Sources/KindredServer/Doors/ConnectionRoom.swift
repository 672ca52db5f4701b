import NIOCore
import Synchronization

/// The connections of a door. Where there are as many as there may be, a new one takes the place of the
/// one whose client has been silent for longest, so that clients which hold connections and ask for
/// nothing shut nobody out.
final class ConnectionRoom: Sendable {
  /// One connection's place.
  final class Place: Sendable {
    fileprivate let channel: any Channel
    private let rank: Atomic<UInt64>

    fileprivate init(_ channel: any Channel) {
      self.channel = channel
      rank = Atomic(Occupation.idle(since: .now()).rank)
    }

    func note(_ occupation: Occupation) { rank.store(occupation.rank, ordering: .relaxed) }

    fileprivate var currentRank: UInt64 { rank.load(ordering: .relaxed) }
  }

  /// The event that a connection waits for.
  enum Occupation {
    /// For a request, since then.
    case idle(since: NIODeadline)
    /// For the rest of one, since its last piece came.
    case receiving(since: NIODeadline)
    /// For the daemon, or for its client to take the answer.
    case answering

    /// The lowest leaves first.
    fileprivate var rank: UInt64 {
      switch self {
      case .idle(let since): since.uptimeNanoseconds
      case .receiving(let since): 1 << 62 | since.uptimeNanoseconds
      case .answering: .max
      }
    }
  }

  private struct State {
    var places: [ObjectIdentifier: Place] = [:]
    /// Set when no further connections come in; kept when the last one has left.
    var emptied: EventLoopPromise<Bool>?
  }

  private let limit: Int
  private let state = Mutex(State())

  init(limit: Int) { self.limit = limit }

  /// Takes a connection in, and closes another for it where there is no room: the new one itself when
  /// all others have answers to come, or when the door is closing.
  func enter(_ channel: any Channel) -> Place {
    let place = Place(channel)
    let leaving = state.withLock { state -> (any Channel)? in
      if state.emptied != nil { return channel }
      var leaving: (any Channel)?
      if state.places.count >= limit {
        let quietest = state.places.values.min { $0.currentRank < $1.currentRank }
        guard let quietest, quietest.currentRank < Occupation.answering.rank else {
          return channel
        }
        leaving = quietest.channel
        state.places[ObjectIdentifier(quietest)] = nil
      }
      state.places[ObjectIdentifier(place)] = place
      return leaving
    }
    leaving?.close(promise: nil)
    return place
  }

  func leave(_ place: Place) {
    let emptied = state.withLock { state in
      state.places[ObjectIdentifier(place)] = nil
      return state.places.isEmpty ? state.emptied : nil
    }
    emptied?.succeed(true)
  }

  // MARK: The end

  /// Asks all connections to end with the requests that are under way.
  ///
  /// - Returns: whether they all have ended by `deadline`. The others have been cut off.
  func close(by deadline: NIODeadline, on eventLoop: any EventLoop) async -> Bool {
    let emptied = eventLoop.makePromise(of: Bool.self)
    let channels = state.withLock { state in
      state.emptied = emptied
      return state.places.values.map(\.channel)
    }
    if channels.isEmpty { emptied.succeed(true) }
    for channel in channels { channel.pipeline.fireUserInboundEventTriggered(DoorIsClosing()) }
    let timeIsUp = eventLoop.scheduleTask(deadline: deadline) { emptied.succeed(false) }
    let isEmpty = (try? await emptied.futureResult.get()) ?? false
    timeIsUp.cancel()
    if !isEmpty {
      let late = state.withLock { $0.places.values.map(\.channel) }
      for channel in late { channel.close(promise: nil) }
    }
    return isEmpty
  }
}

/// Tells a connection to end when the requests that have begun are answered.
struct DoorIsClosing: Sendable {}
