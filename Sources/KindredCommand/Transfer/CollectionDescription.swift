import JSONCodec

/// A collection without its points: its configuration and its payload indexes, as any server
/// of the API takes and gives them.
struct CollectionDescription: Equatable, Sendable {
  /// The body that creates it.
  var configuration: JSONObject
  /// The type or parameters of each index, by key.
  var indexes: JSONObject

  /// Members of `params` that are copied. The number of replicas to read from is for the reading
  /// client, and shards by keys need the keys.
  private static let parameters = [
    "vectors", "sparse_vectors", "shard_number", "replication_factor", "write_consistency_factor",
    "on_disk_payload",
  ]
  /// Their names in an answer, and in a request.
  private static let sections = [
    ("hnsw_config", "hnsw_config"), ("optimizer_config", "optimizers_config"),
    ("wal_config", "wal_config"), ("quantization_config", "quantization_config"),
    ("strict_mode_config", "strict_mode_config"),
  ]

  init(configuration: JSONObject, indexes: JSONObject) {
    self.configuration = configuration
    self.indexes = indexes
  }

  /// - Parameter info: a server's answer for a collection.
  init(of info: JSONValue) throws(JSONInputError) {
    let info = JSONInput(info)
    let config = try info.member("config")
    let parameters = try config.member("params").object()
    configuration = [:]
    for name in Self.parameters {
      configuration[name] = parameters[name].flatMap(Self.withoutNulls)
    }
    if var sparse = parameters["sparse_vectors"]?.asObject {
      // One about which there is nothing to say is there all the same.
      sparse.changeValues { Self.withoutNulls($0.value) ?? [:] }
      configuration["sparse_vectors"] = .object(sparse)
    }
    for (given, wanted) in Self.sections {
      if let section = try config.optional(given) {
        configuration[wanted] = Self.withoutNulls(section.value)
      }
    }
    configuration["metadata"] = try config.optional("metadata")?.value
    indexes = [:]
    for member in try info.optional("payload_schema")?.object().members ?? [] {
      let entry = JSONInput(member.value)
      if let parameters = try entry.optional("params") {
        indexes[member.name] = Self.withoutNulls(parameters.value)
      } else {
        indexes[member.name] = try entry.member("data_type").value
      }
    }
  }

  /// - Parameter line: the first of a file of points, or what `--config` names: this as an object, or
  ///   the body of a creation alone.
  /// - Returns: nil where it says nothing of a collection.
  init?(line: JSONObject, orBody: Bool = false) {
    if let configuration = line["collection"]?.asObject {
      self.init(
        configuration: configuration, indexes: line["payload_indexes"]?.asObject ?? [:])
    } else if orBody {
      self.init(configuration: line, indexes: [:])
    } else {
      return nil
    }
  }

  /// The first line of a file of points.
  var line: JSONObject {
    ["collection": .object(configuration), "payload_indexes": .object(indexes)]
  }

  /// Makes the collection, with its indexes.
  func create(_ name: String, _ client: DaemonClient) async throws(CommandFailure) {
    try await client.send(.PUT, SetTarget.path(name), configuration)
    try await createIndexes(name, client)
  }

  /// Creates the indexes; existing ones stay.
  func createIndexes(_ name: String, _ client: DaemonClient) async throws(CommandFailure) {
    for index in indexes.members {
      try await client.send(
        .PUT, SetTarget.path(name) + "/index?wait=true",
        ["field_name": .string(index.name), "field_schema": index.value])
    }
  }

  /// How the vectors differ, as in `has no vector 'words'`; nil where points of one are points of the
  /// other.
  func difference(from other: CollectionDescription) -> String? {
    let (own, others) = (comparable, other.comparable)
    for (name, text) in others.sorted(by: { $0.key < $1.key }) {
      let vector = name.text.isEmpty ? "unnamed vector" : "vector '\(name.text)'"
      guard let mine = own[name] else { return "has no \(vector)" }
      if mine != text { return "its \(vector) is \(mine) where the other is \(text)" }
    }
    return nil
  }

  /// The parameters that decide how a vector is compared, by its name.
  private var comparable: [ByteString: String] {
    var vectors: [ByteString: String] = [:]
    func add(_ name: String, _ parameters: JSONObject) {
      let size = parameters["size"].map { $0.description } ?? "?"
      let distance = parameters["distance"]?.asString ?? "?"
      let isMulti = parameters["multivector_config"] != nil
      vectors[ByteString(name)] = "\(isMulti ? "rows of " : "")\(size) numbers by \(distance)"
    }
    if let dense = configuration["vectors"]?.asObject {
      if dense["size"]?.asDouble != nil {
        add("", dense)
      } else {
        for member in dense.members { add(member.name, member.value.asObject ?? [:]) }
      }
    }
    for member in configuration["sparse_vectors"]?.asObject?.members ?? [] {
      let modifier = member.value.asObject?["modifier"]?.asString ?? "none"
      vectors[ByteString(member.name)] =
        "sparse" + (modifier == "none" ? "" : " with the modifier \(modifier)")
    }
    return vectors
  }

  /// The limit that the server's strict mode puts on a request; nil where it has none.
  func strictLimit(_ name: String) -> Int? {
    guard let strict = configuration["strict_mode_config"]?.asObject,
      strict["enabled"]?.asBool == true, case .integer(let limit)? = strict[name]
    else { return nil }
    return Int(clamping: max(limit, 1))
  }

  private static func withoutNulls(_ value: JSONValue) -> JSONValue? {
    switch value {
    case .null: return nil
    case .object(var object):
      object.changeValues { withoutNulls($0.value) }
      return .object(object)
    default: return value
    }
  }
}
