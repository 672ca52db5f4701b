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
          let request = try call.message(Grpc_Health_V1_HealthCheckRequest.self)
          guard request.service.isEmpty || ServiceNames.all.contains(request.service) else {
            throw APIError.notFound("there is no service \(request.service)")
          }
          var answer = Grpc_Health_V1_HealthCheckResponse()
          answer.status = if case .open = call.daemon.gate.current { .serving } else { .notServing }
          return try answer.serializedBytes()
        }, isExempt: true)
    }
  }
#endif
