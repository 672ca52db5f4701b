import JSONCodec
import Kindred

/// The body of `PUT {c}`. What means nothing on one exact machine (shards, HNSW, quantization, …) is
/// checked, kept and echoed.
extension CollectionConfiguration {
  init(_ input: JSONInput) throws {
    self.init()
    _ = try input.object()
    if let vectors = try input.optional("vectors") { denseVectors = try Self.dense(vectors) }
    if let sparse = try input.optional("sparse_vectors") {
      for member in try sparse.object().members {
        guard !member.name.isEmpty else {
          throw APIError.validation("sparse_vectors", "vector name must not be empty")
        }
        let parameters = JSONInput(member.value, path: "sparse_vectors.\(member.name)")
        sparseVectors[member.name] = try SparseVectorParameters(parameters)
      }
    }
    for name in sparseVectors.keys where denseVectors[name] != nil {
      throw APIError.wrongInput(
        "Dense and sparse vector names must be unique - duplicate found with: '\(name)'")
    }
    echoed = try EchoedParameters.read(input)
  }

  private static func dense(_ input: JSONInput) throws -> [ByteString: DenseVectorParameters] {
    // One unnamed vector has its `size` right here.
    if case .object(let object) = input.value, object["size"]?.isNumber ?? false {
      return ["": try DenseVectorParameters(input)]
    }
    var vectors: [ByteString: DenseVectorParameters] = [:]
    for member in try input.object().members {
      guard !member.name.isEmpty else {
        throw APIError.validation("vectors", "vector name must not be empty")
      }
      vectors[member.name] = try DenseVectorParameters(
        JSONInput(member.value, path: "\(input.path).\(member.name)"))
    }
    return vectors
  }
}

extension DenseVectorParameters {
  init(_ input: JSONInput) throws {
    let size = try input.member("size").unsigned()
    guard (1...65536).contains(size) else {
      throw APIError.validation(
        "\(input.path).size", "value \(size) invalid, must be from 1 to 65536")
    }
    let name = try input.string("distance")
    guard let distance = Distance(rawValue: name) else {
      throw input.error(
        "unknown variant `\(name)`, expected one of `Cosine`, `Euclid`, `Dot`, `Manhattan`")
    }
    var isMultivector = false
    if let multi = try input.optional("multivector_config") {
      guard try multi.string("comparator") == "max_sim" else {
        throw multi.error("unknown comparator, expected `max_sim`")
      }
      isMultivector = true
    }
    let echoed = try input.object().without(["size", "distance"])
    try EchoedTypes.check(input)
    try EchoedParameters.check(input, "hnsw_config", EchoedParameters.hnsw)
    self.init(size: Int(size), distance: distance, isMultivector: isMultivector, echoed: echoed)
  }

  var json: JSONObject {
    var object: JSONObject = [
      "size": .integer(Int64(size)), "distance": .string(distance.rawValue),
    ]
    object.merge(echoed)
    return object
  }
}

extension SparseVectorParameters {
  init(_ input: JSONInput) throws {
    self.init()
    if input.isNull { return }
    if let name = try input.optional("modifier")?.string() {
      guard let modifier = Modifier(rawValue: name) else {
        throw input.error("unknown variant `\(name)`, expected `none` or `idf`")
      }
      self.modifier = modifier
    }
    try EchoedTypes.check(input)
    echoed = try input.object().without(["modifier"])
  }

  var json: JSONObject {
    var object: JSONObject = [:]
    object.merge(echoed)
    if modifier != .none { object["modifier"] = .string(modifier.rawValue) }
    return object
  }
}

extension JSONObject {
  /// The members with other names, and without those that are null.
  func without(_ names: [String]) -> JSONObject {
    JSONObject(
      uniqueMembers: members.filter { !names.contains($0.name) && $0.value != .null })
  }
}

extension JSONValue {
  var isNumber: Bool {
    switch self {
    case .integer, .unsigned, .double: true
    default: false
    }
  }
}
