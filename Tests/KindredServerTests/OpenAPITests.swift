import JSONCodec
import KindredServer
import Testing

@Suite("OpenAPI") struct OpenAPITests {
  @Test func `every route is described, and nothing else`() {
    #expect(OpenAPIDocument.undescribed == [])
  }

  @Test func `the document is served, and every schema it names is in it`() async throws {
    try await RunningServer.with { server async throws in
      let document = try await server("GET", "/openapi.json")
      #expect(document.status == 200)
      #expect(document["openapi"] == "3.1.0")
      let schemas = document["components", "schemas"].asObject
      var names: Set<String> = []
      func visit(_ value: JSONValue) {
        switch value {
        case .array(let elements): elements.forEach(visit)
        case .object(let object):
          if let name = object["$ref"]?.asString {
            names.insert(String(name.dropFirst("#/components/schemas/".count)))
          }
          object.members.forEach { visit($0.value) }
        default: break
        }
      }
      visit(document.json)
      #expect(names == Set((schemas?.members ?? []).map(\.name)))
      #expect(
        document["paths", "/collections/{collection}/points/query", "post", "requestBody"] != .null)
    }
  }
}
