import JSONCodec
import Synchronization

/// Sends batches of points, several at a time, and counts what was acknowledged.
struct PointSender {
  let client: DaemonClient
  /// For the display, and for the message when it breaks off.
  let ratingCount: Int
  let showsProgress: Bool
  /// The name of what is counted as ratings.
  var unit = "ratings"
  /// Enough for the daemon to parse one request while it syncs another.
  var requestsInFlight = 4

  /// Sends what `next` gives until it gives nothing.
  func send(
    to collection: String, _ next: () throws -> PointBatches.Batch?
  ) async throws {
    var display = ProgressDisplay(total: ratingCount, unit: unit, isShown: showsProgress)
    var acknowledgedCount = 0
    let kept = KeptCount(unit)
    Interruption.say { [ratingCount] in kept.words(of: ratingCount) }
    // Waiting for the disk is what an acknowledgement is for.
    let path = "/collections/\(DaemonClient.escaped(collection))/points?wait=true"
    do {
      try await withThrowingTaskGroup(of: Int.self) { group in
        var inFlightCount = 0
        while true {
          while inFlightCount < requestsInFlight, let batch = try next() {
            inFlightCount += 1
            group.addTask {
              do throws(CommandFailure) {
                _ = try await client.sendPatiently(.PUT, path, batch.body)
              } catch {
                throw batch.place.isEmpty
                  ? error : CommandFailure(error.reason, "\(batch.place): \(error.message)")
              }
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
          + "\(Figures.grouped(ratingCount)) \(unit) were acknowledged and are kept; "
          + "run the load again to complete it")
    }
  }
}

/// How much an interrupted load leaves behind.
private final class KeptCount: Sendable {
  let count = Atomic(0)
  private let unit: String

  init(_ unit: String) { self.unit = unit }

  func words(of total: Int) -> String {
    guard total > 0 else { return "a part is kept; run the load again to complete it" }
    return
      "\(Figures.grouped(count.load(ordering: .relaxed))) of \(Figures.grouped(total)) \(unit) "
      + "were acknowledged and are kept; run the load again to complete it"
  }
}
