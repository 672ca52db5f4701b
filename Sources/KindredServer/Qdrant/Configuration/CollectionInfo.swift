import JSONCodec
import Kindred

/// The answer to `GET {c}`, in the shape that Qdrant's clients parse. Defaults are Qdrant's.
enum CollectionInfo {
  static func json(_ collection: CollectionView) throws -> JSONValue {
    let configuration = collection.configuration
    var info: JSONObject = [
      "status": "green", "optimizer_status": "ok",
      "indexed_vectors_count": .integer(Int64(collection.pointCount)),
      "points_count": .integer(Int64(collection.pointCount)),
      "segments_count": .integer(Int64(collection.segmentCount)),
    ]
    if !configuration.denseVectors.isEmpty {
      info["warnings"] = [
        ["message": "dense vectors are searched exactly, there is no approximate index"]
      ]
    }
    info["config"] = .object(config(configuration))
    info["payload_schema"] = .object(try payloadSchema(collection))
    info["update_queue"] = ["length": 0]
    if let createdAt = configuration.createdAt { info["created_at"] = .string(createdAt) }
    return .object(info)
  }

  static func config(_ configuration: CollectionConfiguration) -> JSONObject {
    let echoed = ConfigurationTable.creation.readable(configuration.annotations)
    var config: JSONObject = [
      "params": .object(params(configuration)),
      "hnsw_config": section(
        echoed, "hnsw_config",
        [
          "m": 16, "ef_construct": 100, "full_scan_threshold": 10000, "max_indexing_threads": 0,
          "on_disk": false,
        ]),
      "optimizer_config": section(
        echoed, "optimizers_config",
        [
          "deleted_threshold": 0.2, "vacuum_min_vector_number": 1000, "default_segment_number": 0,
          "max_segment_size": nil, "memmap_threshold": nil, "indexing_threshold": 10000,
          "flush_interval_sec": 5, "max_optimization_threads": nil,
        ]),
      "wal_config": section(
        echoed, "wal_config",
        ["wal_capacity_mb": 32, "wal_segments_ahead": 0, "wal_retain_closed": 1]),
      "quantization_config": echoed["quantization_config"] ?? .null,
      "strict_mode_config": section(echoed, "strict_mode_config", ["enabled": false]),
    ]
    if let metadata = echoed["metadata"] { config["metadata"] = metadata }
    // Clients read this as a number; "auto" is what they send for none.
    if case .object(var optimizers)? = config["optimizer_config"],
      optimizers["max_optimization_threads"] == "auto"
    {
      optimizers["max_optimization_threads"] = .null
      config["optimizer_config"] = .object(optimizers)
    }
    return config
  }

  private static func section(_ annotations: JSONObject, _ name: String, _ defaults: JSONObject)
    -> JSONValue
  {
    guard case .object(let given)? = annotations[name] else { return .object(defaults) }
    var section = defaults
    for member in given.members { section[member.name] = member.value }
    return .object(section)
  }

  private static func params(_ configuration: CollectionConfiguration) -> JSONObject {
    var params: JSONObject = [:]
    let dense = configuration.denseVectors
    if let unnamed = dense[""], dense.count == 1, !configuration.namesUnnamedVector {
      params["vectors"] = .object(unnamed.json)
    } else {
      params["vectors"] = .object(named(configuration.denseVectors, \.json))
    }
    params["shard_number"] = 1
    params["replication_factor"] = 1
    params["write_consistency_factor"] = 1
    params["on_disk_payload"] = true
    let echoed = ConfigurationTable.creation.readable(configuration.annotations)
    for name in ConfigurationTable.parameterNames {
      if let value = echoed[name] { params[name] = value }
    }
    if !configuration.sparseVectors.isEmpty {
      params["sparse_vectors"] = .object(named(configuration.sparseVectors, \.json))
    }
    return params
  }

  private static func named<Parameters>(
    _ vectors: [ByteString: Parameters], _ json: (Parameters) -> JSONObject
  ) -> JSONObject {
    JSONObject(
      uniqueMembers: vectors.sorted { $0.key < $1.key }.map {
        .init(name: $0.key.text, value: .object(json($0.value)))
      })
  }

  private static func payloadSchema(_ collection: CollectionView) throws -> JSONObject {
    var schema: JSONObject = [:]
    for (field, index) in collection.configuration.payloadIndexes.sorted(by: { $0.key < $1.key }) {
      let path = try JSONPath(parsing: field.text)
      let count = try collection.count(Filter(mustNot: [.isEmpty(key: path)]))
      var entry: JSONObject = [
        "data_type": .string(index.kind.rawValue), "points": .integer(Int64(count)),
      ]
      if index.parameters.count > 1 {
        let known = ConfigurationTable.payloadIndex(index.kind)
        entry["params"] = .object(known.readable(index.parameters))
      }
      schema[field.text] = .object(entry)
    }
    return schema
  }
}
