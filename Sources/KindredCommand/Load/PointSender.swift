import JSONCodec
import Synchronization

/// Sends batches of points, several at a time, and counts what was acknowledged.
struct PointSender {
  let client: DaemonClient
  /// For the display, and for the message when it breaks off.
  let ratingCount: Int
  let showsProgress: Bool

  /// Enough for the daemon to parse one request while it syncs another.
  private static let requestsInFlight = 4

  /// Sends what `next` gives until it gives nothing.
  func send(
    to collection: String, _ next: () throws -> PointBatches.Batch?
  ) async throws {
    var display = ProgressDisplay(total: ratingCount, unit: "ratings", isShown: showsProgress)
    var acknowledgedCount = 0
    let kept = KeptCount()
    Interruption.say { [ratingCount] in kept.words(of: ratingCount) }
    // Waiting for the disk is what an acknowledgement is for.
    let path = "/collections/\(DaemonClient.escaped(collection))/points?wait=true"
    do {
      try await withThrowingTaskGroup(of: Int.self) { group in
        var inFlightCount = 0
        while true {
          while inFlightCount < Self.requestsInFlight, let batch = try next() {
            inFlightCount += 1
            group.addTask {
              try await client.send(.PUT, path, batch.body)
              return batch.ratingCount
            }
          }
          guard let acknowledged = try await group.next() else { break }
          inFlightCount -= 1
          acknowledgedCount += acknowledged
          kept.count.store(acknowledgedCount, ordering: .relaxed)
          display.update(acknowledgedCount)
        }
      }
    } catch let failure as CommandFailure {
      throw CommandFailure(
        failure.reason,
        failure.message + "\n\(Figures.grouped(acknowledgedCount)) of "
          + "\(Figures.grouped(ratingCount)) ratings were acknowledged and are kept; "
          + "run the load again to complete it")
    }
  }
}

/// How much an interrupted load leaves behind.
private final class KeptCount: Sendable {
  let count = Atomic(0)

  func words(of total: Int) -> String {
    guard total > 0 else { return "a part is kept; run the load again to complete it" }
    return
      "\(Figures.grouped(count.load(ordering: .relaxed))) of \(Figures.grouped(total)) ratings "
      + "were acknowledged and are kept; run the load again to complete it"
  }
}
