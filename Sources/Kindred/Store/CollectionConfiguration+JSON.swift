import JSONCodec
import SparseIndex
import StorageIO

/// The form in which log and manifest write a configuration. What is absent has its default, so that later
/// versions can add members.
extension CollectionConfiguration {
  /// How deeply the JSON may nest, here and where an archive's directory lies around it: far beyond
  /// what is accepted today (`StoreLimits.parameterDepth`), since earlier versions accepted more.
  static let maxJSONDepth = 128

  /// The JSON as text.
  package var encoded: [UInt8] {
    let json = json
    precondition(
      json.nestingDepth <= Self.maxJSONDepth, "configurations are checked before they are kept")
    return json.encoded
  }

  /// Nil when `text` is not what `encoded` makes.
  package init?(encoded text: SharedBytes) {
    let value = try? text.withUnsafeBytes {
      try JSONValue.parse($0, maxDepth: Self.maxJSONDepth)
    }
    guard let value else { return nil }
    self.init(json: value)
  }

  package var json: JSONValue {
    var object: JSONObject = [:]
    object["sparse"] = members(sparseVectors) { parameters in
      [
        "modifier": .string(parameters.modifier.rawValue),
        "echoed": .object(parameters.annotations),
      ]
    }
    object["dense"] = members(denseVectors) { parameters in
      [
        "size": .integer(Int64(parameters.size)), "distance": .string(parameters.distance.rawValue),
        "multi": .bool(parameters.isMultivector), "echoed": .object(parameters.annotations),
      ]
    }
    object["indexes"] = members(payloadIndexes) { parameters in
      ["kind": .string(parameters.kind.rawValue), "parameters": .object(parameters.parameters)]
    }
    if let createdAt { object["created_at"] = .string(createdAt) }
    if namesUnnamedVector { object["names_unnamed"] = true }
    object["echoed"] = .object(annotations)
    return .object(object)
  }

  /// Nil when `json` is not what `json` above makes.
  package init?(json: JSONValue) {
    guard case .object(let object) = json, let annotations = Self.object(object["echoed"]) else {
      return nil
    }
    self.init(annotations: annotations)
    if case .string(let text)? = object["created_at"] { createdAt = text }
    namesUnnamedVector = object["names_unnamed"] == true
    for (name, member) in Self.members(object["sparse"]) {
      guard case .string(let text)? = member["modifier"],
        let modifier = SparseVectorParameters.Modifier(rawValue: text),
        let annotations = Self.object(member["echoed"])
      else { return nil }
      sparseVectors[name] = SparseVectorParameters(modifier: modifier, annotations: annotations)
    }
    for (name, member) in Self.members(object["dense"]) {
      guard case .integer(let size)? = member["size"], size > 0, size <= 1 << 20,
        case .string(let text)? = member["distance"],
        let distance = DenseVectorParameters.Distance(rawValue: text),
        case .bool(let isMultivector)? = member["multi"],
        let annotations = Self.object(member["echoed"])
      else { return nil }
      denseVectors[name] = DenseVectorParameters(
        size: Int(size), distance: distance, isMultivector: isMultivector, annotations: annotations)
    }
    for (path, member) in Self.members(object["indexes"]) {
      guard case .string(let text)? = member["kind"],
        let kind = PayloadIndexParameters.Kind(rawValue: text),
        let parameters = Self.object(member["parameters"])
      else { return nil }
      payloadIndexes[path] = PayloadIndexParameters(kind: kind, parameters: parameters)
    }
  }

  private func members<Parameters>(
    _ parameters: [ByteString: Parameters], _ encode: (Parameters) -> JSONObject
  ) -> JSONValue {
    let sorted = parameters.sorted { $0.key < $1.key }
    return .object(
      JSONObject(
        uniqueMembers: sorted.map { .init(name: $0.key.text, value: .object(encode($0.value))) }))
  }

  private static func members(_ value: JSONValue?) -> [(String, JSONObject)] {
    guard case .object(let object)? = value else { return [] }
    return object.members.map { ($0.name, self.object($0.value) ?? [:]) }
  }

  private static func object(_ value: JSONValue?) -> JSONObject? {
    switch value {
    case nil: [:]
    case .object(let object)?: object
    default: nil
    }
  }
}
