#if Remote
  import Kindred
  import QdrantProtobuf
  import SwiftProtobuf

  extension ProcedureTable {
    /// Without a key, as balancers ask.
    mutating func addHealth() {
      add(
        "/qdrant.Qdrant/HealthCheck", .read,
        .immediate { _ in
          var answer = Qdrant_HealthCheckReply()
          answer.title = "kindred - vector search engine"
          answer.version = Version.qdrantCompatible
          return try answer.serializedBytes()
        }, isExempt: true)
      add(
        "/grpc.health.v1.Health/Check", .read,
        .immediate { call in
          let answer = try call.health()
          guard answer.status != .serviceUnknown else {
            throw APIError.notFound("there is no service of that name")
          }
          return try answer.serializedBytes()
        }, isExempt: true)
      // A service that is not there may come, as far as the protocol knows.
      add(
        "/grpc.health.v1.Health/Watch", .read, .following { try $0.health().serializedBytes() },
        isExempt: true)
    }
  }

  extension ProcedureCall {
    /// Whether a service, or the daemon, answers requests now.
    fileprivate func health() throws -> Grpc_Health_V1_HealthCheckResponse {
      let name = try message(Grpc_Health_V1_HealthCheckRequest.self).service
      var answer = Grpc_Health_V1_HealthCheckResponse()
      if !name.isEmpty, !ServiceNames.all.contains(name) {
        answer.status = .serviceUnknown
      } else if case .open = daemon.gate.current {
        answer.status = .serving
      } else {
        answer.status = .notServing
      }
      return answer
    }
  }
#endif
