import Hummingbird
import JSONCodec

extension RouteTable {
  mutating func addHealthRoutes() {
    read(.get, "/") { _ in
      .json([
        "title": "kindred - vector search engine", "version": .string(Version.qdrantCompatible),
      ])
    }
    read(.get, "/livez") { _ in .text("livez check passed") }
    read(.get, "/healthz") { _ in .text("healthz check passed") }
    read(.get, "/readyz") { call in
      do throws(APIError) {
        let store = try call.daemon.gate.store()
        if case .draining = call.daemon.gate.current {
          throw .unavailable("the daemon is stopping")
        }
        let quarantined = store.statistics.recovery.quarantined
        guard quarantined.isEmpty else {
          return .text(
            "all shards are ready\nset aside as damaged: " + quarantined.joined(separator: "; "))
        }
        return .text("all shards are ready")
      } catch {
        var answer = Answer.text(error.message)
        answer.status = .serviceUnavailable
        return answer
      }
    }
  }
}

/// What the service says of itself.
package enum Version {
  package static let kindred = "0.1.0"
  /// The Qdrant release whose REST API is spoken; clients compare it with their own version.
  package static let qdrantCompatible = "1.20.0"
}
