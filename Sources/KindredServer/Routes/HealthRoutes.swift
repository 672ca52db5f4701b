import JSONCodec
import Kindred

extension RouteTable {
  mutating func addHealthRoutes() {
    immediate(.get, "/") { call in
      var answer = Answer.json([
        "title": "kindred - vector search engine", "version": .string(Version.qdrantCompatible),
      ])
      answer.headers = [("vary", "accept")]
      if call.isFromBrowser {
        answer.status = .seeOther
        answer.headers.append(("location", "dashboard"))
      }
      return answer
    }
    immediate(.get, "/livez") { _ in .text("livez check passed") }
    immediate(.get, "/healthz") { _ in .text("healthz check passed") }
    immediate(.get, "/readyz") { call in
      do throws(APIError) {
        let store = try call.daemon.gate.store()
        if case .draining = call.daemon.gate.current {
          throw .unavailable("the daemon is stopping")
        }
        var text = store.condition.readiness
        if let obstacle = call.daemon.tls?.certificate?.obstacle {
          text += "\nTLS goes on with the files as they were: \(obstacle)"
        }
        return .text(text)
      } catch {
        var answer = Answer.text(error.message)
        answer.status = .serviceUnavailable
        return answer
      }
    }
  }
}

extension StoreCondition {
  /// The answer of `/readyz`: that the daemon is ready, and what an operator should look at.
  fileprivate var readiness: String {
    var lines = ["all shards are ready"]
    if unverifiedByteCount > 0 {
      lines.append(
        "checksums are being compared in the background: \(unverifiedByteCount) bytes to go")
    }
    if !quarantined.isEmpty {
      lines.append("set aside as damaged: " + quarantined.joined(separator: "; "))
    }
    if let readOnlyReason { lines.append("writes are refused until a restart: \(readOnlyReason)") }
    if let flushObstacle {
      lines.append("flushes are tried again until they succeed: \(flushObstacle)")
    }
    return lines.joined(separator: "\n")
  }
}
