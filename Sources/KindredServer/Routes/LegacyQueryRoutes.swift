import JSONCodec
import Kindred

/// The endpoints that `points/query` has replaced. They answer lists of points.
extension RouteTable {
  mutating func addLegacyQueryRoutes() {
    let endpoints: [(String, @Sendable (JSONInput) throws -> QueryRequest)] = [
      ("search", { try QueryRequest(search: $0) }),
      ("recommend", { try QueryRequest(recommend: $0) }),
      ("discover", { try QueryRequest(discover: $0) }),
    ]
    for (name, decode) in endpoints {
      read(.post, "/collections/{collection}/points/\(name)") { call in
        let points = try call.run(decode(call.json()))
        return .result { $0.write(points, for: call.context) }
      }
      read(.post, "/collections/{collection}/points/\(name)/batch") { call in
        let results = try call.searches(decode)
        return .result { writer in
          writer.beginArray()
          for points in results { writer.write(points, for: call.context) }
          writer.endArray()
        }
      }
      if name == "discover" { continue }
      read(.post, "/collections/{collection}/points/\(name)/groups") { call in
        let input = try call.json()
        _ = try (input.member("limit"), input.member("group_size"))
        let prefix =
          name == "search" ? "search_group_request." : "recommend_group_request."
        return try call.groups(
          QueryGroupsRequest(
            input, source: decode(input), prefix: prefix + "group_request."))
      }
    }
  }
}
