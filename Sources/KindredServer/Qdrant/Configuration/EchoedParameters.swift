import JSONCodec

/// The parameters of a collection that are accepted, checked, kept and echoed.
enum EchoedParameters {
  /// Takes the body of `PATCH {c}` over into what was echoed before.
  static func update(_ echoed: inout JSONObject, _ input: JSONInput) throws {
    guard case .object(let changes) = try ConfigurationTable.change.read(input) else { return }
    for change in changes.members {
      switch (change.name, change.value) {
      case ("params", .object(let parameters)): echoed.merge(parameters)
      case ("metadata", .object(let changed)):
        // Null removes a key, as in payloads.
        var metadata: JSONObject = [:]
        if case .object(let before)? = echoed["metadata"] { metadata = before }
        metadata.merge(changed)
        echoed["metadata"] = .object(metadata)
      case (let name, .object(let section)) where name != "quantization_config":
        echoed[name] = .object(merged(echoed[name], section))
      default: update(&echoed, change.value, at: change.name)
      }
    }
  }

  static func merged(_ old: JSONValue?, _ new: JSONObject) -> JSONObject {
    var object: JSONObject = [:]
    if case .object(let before)? = old { object = before }
    for member in new.members { update(&object, member.value, at: member.name) }
    return object
  }

  /// Parts of these change one by one, others as a whole; `Disabled` removes.
  private static func update(_ object: inout JSONObject, _ value: JSONValue, at name: String) {
    switch value {
    case .string("Disabled"): object[name] = nil
    case .object(let changes) where ["hnsw_config", "index"].contains(name):
      object[name] = .object(merged(object[name], changes))
    default: object[name] = value
    }
  }
}
