import HTTPClient
import JSONCodec
import NIOHTTP1

extension DaemonClient {
  /// Seconds for which a server may put off a request, all in all.
  private static let maxWaitSeconds = 300.0
  private static let pauseSeconds = 0.5...30.0
  /// How often a connection may break, or not come to be, one time after the other.
  private static let maxLossCount = 4

  /// The answer to a request that may be repeated: it is, while the server puts it off (429, 502, 503,
  /// 504), after as long as `Retry-After` says or else pauses that double; and a few times when the
  /// connection breaks.
  ///
  /// - Throws: `CommandFailure` with the last reason, once five minutes have been waited.
  func askPatiently(
    _ method: HTTPMethod, _ path: String, _ body: [UInt8]? = nil
  ) async throws(CommandFailure) -> ServerAnswer {
    var waitedSeconds = 0.0
    var (pauseCount, lossCount) = (0, 0)
    while true {
      var wanted: Double?
      let failure: CommandFailure
      do {
        let answer = try await exchange(method, path, body)
        try answer.check()
        guard answer.isPostponed else { return answer }
        failure = answer.refusal
        wanted = answer.retryAfterSeconds.map(Double.init)
        lossCount = 0
      } catch let refusal as CommandFailure {
        throw refusal
      } catch {
        failure = unreachable(error)
        lossCount += 1
        // A server that has not answered until the time limit is busy with something else.
        guard lossCount <= Self.maxLossCount, !(error is HTTPClient.TimedOut) else { throw failure }
      }
      let doubled = Self.pauseSeconds.lowerBound * Double(1 << min(pauseCount, 10))
      // Clients that were put off together should not come back together.
      let pause = wanted ?? min(doubled, Self.pauseSeconds.upperBound) * .random(in: 0.75...1.25)
      guard waitedSeconds + pause <= Self.maxWaitSeconds else {
        throw CommandFailure(
          failure.reason,
          failure.message + "\nit has been asked for \(Figures.duration(waitedSeconds))"
            + (wanted.map { ", and asks for a pause of \(Figures.duration($0))" } ?? ""))
      }
      if pauseCount == 0 {
        printError("\(failure.message): trying again in \(Figures.duration(pause))")
      }
      do { try await Task.sleep(for: .seconds(pause)) } catch { throw failure }
      waitedSeconds += pause
      pauseCount += 1
    }
  }

  /// Like `askPatiently` for another machine, which others use too.
  func sendPatiently(
    _ method: HTTPMethod, _ path: String, _ body: [UInt8]? = nil
  ) async throws(CommandFailure) -> JSONValue {
    guard case .url = access.address else { return try await send(method, path, body) }
    return try await askPatiently(method, path, body).result()
  }
}
