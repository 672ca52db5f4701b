import JSONCodec
import Kindred

extension RouteTable {
  mutating func addPayloadRoutes() {
    write(.post, "/collections/{collection}/points/payload") { call in
      try await call.update(.setPayload(call.json()))
    }
    write(.put, "/collections/{collection}/points/payload") { call in
      try await call.update(.overwritePayload(call.json()))
    }
    write(.post, "/collections/{collection}/points/payload/delete") { call in
      try await call.update(.deletePayload(call.json()))
    }
    write(.post, "/collections/{collection}/points/payload/clear") { call in
      try await call.update(.clearPayload(PointSelection(call.json())))
    }
  }
}
