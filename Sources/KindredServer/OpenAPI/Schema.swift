import JSONCodec

/// A JSON Schema, in the dialect of OpenAPI 3.1.
struct Schema: Sendable {
  var json: JSONObject

  static let any = Schema(json: [:])
  static let string = Schema(json: ["type": "string"])
  static let boolean = Schema(json: ["type": "boolean"])
  static let number = Schema(json: ["type": "number"])
  static let null = Schema(json: ["type": "null"])
  /// A finite Float32.
  static let float = Schema(json: ["type": "number", "minimum": -3.4e38, "maximum": 3.4e38])

  static func integer(_ least: Int64 = 0, _ most: Int64? = nil) -> Schema {
    var json: JSONObject = ["type": "integer", "minimum": .integer(least)]
    json["maximum"] = most.map { .integer($0) }
    return Schema(json: json)
  }

  /// One of these texts.
  static func choice(_ values: String...) -> Schema {
    Schema(json: ["type": "string", "enum": .array(values.map { .string($0) })])
  }

  static func array(_ elements: Schema, least: Int64 = 0, most: Int64? = nil) -> Schema {
    var json: JSONObject = ["type": "array", "items": .object(elements.json)]
    if least > 0 { json["minItems"] = .integer(least) }
    json["maxItems"] = most.map { .integer($0) }
    return Schema(json: json)
  }

  /// An object whose members have any names.
  static func map(_ values: Schema = .any) -> Schema {
    Schema(json: ["type": "object", "additionalProperties": .object(values.json)])
  }

  /// - Parameter optional: may be missing; in requests null means the same.
  static func object(
    _ required: KeyValuePairs<String, Schema> = [:], optional: KeyValuePairs<String, Schema> = [:]
  ) -> Schema {
    var properties: JSONObject = [:]
    for (name, schema) in required { properties[name] = .object(schema.json) }
    for (name, schema) in optional { properties[name] = .object(schema.orNull.json) }
    var json: JSONObject = ["type": "object", "properties": .object(properties)]
    if !required.isEmpty { json["required"] = .array(required.map { .string($0.key) }) }
    return Schema(json: json)
  }

  static func anyOf(_ schemas: Schema...) -> Schema {
    Schema(json: ["anyOf": .array(schemas.map { .object($0.json) })])
  }

  /// A schema of `Schema.components`.
  static func named(_ name: String) -> Schema {
    Schema(json: ["$ref": .string("#/components/schemas/\(name)")])
  }

  var orNull: Schema { json.isEmpty ? self : .anyOf(self, .null) }

  func described(_ text: String) -> Schema {
    var json = json
    json["description"] = .string(text)
    return Schema(json: json)
  }
}

extension Schema {
  /// Everything that `named` finds, by family.
  static let components: [String: Schema] = [
    points, filters, queries, collections, answers,
  ].reduce(into: [:]) { all, family in
    all.merge(family) { _, _ in preconditionFailure("two schemas of one name") }
  }

  /// `{"result": …, "status": "ok", "time": seconds}`.
  static func envelope(_ result: Schema, status: String = "ok") -> Schema {
    .object(["result": result, "status": .choice(status), "time": .number])
  }
}
