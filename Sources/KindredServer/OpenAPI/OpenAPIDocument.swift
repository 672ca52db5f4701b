import JSONCodec
import Kindred

/// The OpenAPI document: paths and their parameters from the route table, the rest from `Operation`.
package enum OpenAPIDocument {
  /// - Precondition: every route is described, and nothing else (see `undescribed`).
  static func json(of table: RouteTable) -> JSONValue {
    var paths: JSONObject = [:]
    for route in table.routes {
      guard let operation = Operation.all[key(route)] else { continue }
      var methods: JSONObject = [:]
      if case .object(let known)? = paths[route.path] { methods = known }
      methods[route.method.rawValue.lowercased()] = .object(operation.json(at: route))
      paths[route.path] = .object(methods)
    }
    let schemas = Schema.components.sorted { $0.key < $1.key }.map {
      JSONObject.Member(name: $0.key, value: .object($0.value.json))
    }
    return [
      "openapi": "3.1.0",
      "info": [
        "title": "Kindred", "version": .string(Version.kindred),
        "description": "A vector store for sparse data that speaks Qdrant's REST API.",
        "license": ["name": "Apache 2.0", "identifier": "Apache-2.0"],
      ],
      "paths": .object(paths),
      "components": [
        "schemas": .object(JSONObject(uniqueMembers: schemas)),
        "securitySchemes": [
          "api-key": ["type": "apiKey", "name": "api-key", "in": "header"],
          "bearer": ["type": "http", "scheme": "bearer"],
        ],
      ],
      "security": [[:], ["api-key": []], ["bearer": []]],
    ]
  }

  /// Routes that no operation describes, and descriptions without a route: none.
  package static var undescribed: [String] {
    let routes = Set(RouteTable.all.routes.map(key))
    return routes.symmetricDifference(Operation.all.keys).sorted()
  }

  private static func key(_ route: Route) -> String { "\(route.method.rawValue) \(route.path)" }
}

extension RouteTable {
  mutating func addOpenAPIRoutes() {
    read(.get, "/openapi.json") { _ in
      // Made when it is first asked for.
      .json(document)
    }
  }
}

private let document = OpenAPIDocument.json(of: .all)

extension Operation {
  fileprivate func json(at route: Route) -> JSONObject {
    var json: JSONObject = ["summary": .string(summary)]
    let path = route.parameterNames.map { name -> JSONValue in
      [
        "name": .string(name), "in": "path", "required": true,
        "schema": .object(Self.pathSchema(name).json),
      ]
    }
    let query = parameters.map { parameter -> JSONValue in
      [
        "name": .string(parameter.name), "in": "query", "schema": .object(parameter.schema.json),
        "description": .string(parameter.text),
      ]
    }
    if !path.isEmpty || !query.isEmpty { json["parameters"] = .array(path + query) }
    if let body { json["requestBody"] = body.json }
    json["responses"] = .object(responses)
    return json
  }

  private static func pathSchema(_ name: String) -> Schema {
    switch name {
    case "id": .pointID
    case "shard": .integer(0, 4_294_967_295)
    default: Schema(json: ["type": "string", "minLength": 1])
    }
  }

  private var responses: JSONObject {
    var responses: JSONObject = [:]
    func response(_ text: String, _ type: String, _ schema: Schema) -> JSONValue {
      [
        "description": .string(text),
        "content": .object(
          JSONObject(uniqueMembers: [
            .init(name: type, value: ["schema": .object(schema.json)])
          ])),
      ]
    }
    switch answer {
    case .result(let schema):
      responses["200"] = response("The result", "application/json", .envelope(schema))
    case .json(let schema): responses["200"] = response("The answer", "application/json", schema)
    case .text:
      responses["200"] = response("Text", "text/plain", .string)
      responses["503"] = response("Not ready", "text/plain", .string)
    case .page:
      responses["200"] = response("The file", "*/*", .string)
    case .file:
      responses["200"] = response(
        "The file", "application/octet-stream",
        Schema(json: ["type": "string", "format": "binary"]))
    case .refusal: break
    }
    if parameters.contains(where: \.defersAnswer) {
      responses["202"] = response(
        "Begun", "application/json", .envelope(.null, status: "accepted"))
    }
    responses["4XX"] = response(
      "Refused; nothing has changed, but for parts of a large change that the message counts",
      "application/json", .named("Error"))
    // The TCP door's own refusals are plain text, as clients expect it.
    for (status, text) in [("401", "No key"), ("415", "Not JSON")] {
      responses[status] = response(text, "text/plain", .string)
    }
    responses["403"] = [
      "description": "Not here",
      "content": [
        "text/plain": ["schema": .object(Schema.string.json)],
        "application/json": ["schema": .object(Schema.named("Error").json)],
      ],
    ]
    if case .text = answer { return responses }
    for (status, text) in [
      ("503", "The store is opening, stopping or read-only"), ("507", "The disk is full"),
    ] {
      responses[status] = response(text, "application/json", .named("Error"))
    }
    return responses
  }
}

extension Operation.Body {
  fileprivate var json: JSONValue {
    switch self {
    case .json(let schema, let isRequired):
      [
        "required": .bool(isRequired),
        "content": ["application/json": ["schema": .object(schema.json)]],
      ]
    case .file(let field):
      [
        "required": true,
        "content": [
          "multipart/form-data": [
            "schema": .object(
              Schema.object([field: Schema(json: ["type": "string", "format": "binary"])]).json)
          ]
        ],
      ]
    }
  }
}
