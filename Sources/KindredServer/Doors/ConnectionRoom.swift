import NIOCore
import Synchronization

/// The connections of a door. Where there are as many as there may be, a new one takes the place of the
/// one whose client has been silent for longest, so that clients which hold connections and ask for
/// nothing shut nobody out.
final class ConnectionRoom: Sendable {
  /// What a connection waits for.
  enum Occupation: Comparable {
    /// For a request, since then.
    case idle(since: ContinuousClock.Instant)
    /// For the rest of one, since its last piece came.
    case receiving(since: ContinuousClock.Instant)
    /// For the daemon, or for its client to take the answer.
    case answering
  }

  private struct Place {
    var channel: any Channel
    var occupation: Occupation
  }

  private let limit: Int
  private let places = Mutex<[ObjectIdentifier: Place]>([:])

  init(limit: Int) { self.limit = limit }

  /// Takes a connection in, and closes another for it where there is no room: the new one itself when
  /// all others have answers to come.
  func enter(_ channel: any Channel) {
    let leaving = places.withLock { places -> (any Channel)? in
      var leaving: (any Channel)?
      if places.count >= limit {
        let quietest = places.min { $0.value.occupation < $1.value.occupation }
        guard let quietest, quietest.value.occupation < .answering else { return channel }
        leaving = quietest.value.channel
        places[quietest.key] = nil
      }
      places[ObjectIdentifier(channel)] = Place(channel: channel, occupation: .idle(since: .now))
      return leaving
    }
    leaving?.close(promise: nil)
  }

  /// A connection that has left already stays out.
  func note(_ channel: any Channel, _ occupation: Occupation) {
    places.withLock { $0[ObjectIdentifier(channel)]?.occupation = occupation }
  }

  func leave(_ channel: any Channel) {
    places.withLock { $0[ObjectIdentifier(channel)] = nil }
  }
}
