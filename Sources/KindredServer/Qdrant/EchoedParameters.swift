import JSONCodec

/// The parameters of a collection that are accepted, checked, kept and echoed.
enum EchoedParameters {
  /// A number's name and its least value.
  typealias Bounds = [(name: String, least: Int)]

  static let hnsw: Bounds = [
    ("m", 0), ("ef_construct", 4), ("full_scan_threshold", 0), ("max_indexing_threads", 0),
    ("payload_m", 0),
  ]
  static let optimizers: Bounds = [
    ("vacuum_min_vector_number", 100), ("default_segment_number", 0), ("max_segment_size", 1),
    ("memmap_threshold", 0), ("indexing_threshold", 0), ("flush_interval_sec", 0),
  ]
  static let wal: Bounds = [
    ("wal_capacity_mb", 1), ("wal_segments_ahead", 0), ("wal_retain_closed", 1),
  ]
  static let parameters: Bounds = [
    ("shard_number", 1), ("replication_factor", 1), ("write_consistency_factor", 1),
    ("read_fan_out_factor", 0), ("read_fan_out_delay_ms", 0),
  ]
  static let strictMode: Bounds = [
    ("max_query_limit", 1), ("max_timeout", 1), ("upsert_max_batchsize", 1),
    ("search_max_batchsize", 1), ("search_max_hnsw_ef", 1), ("read_rate_limit", 1),
    ("write_rate_limit", 1), ("max_points_count", 1), ("filter_max_conditions", 0),
    ("condition_max_size", 0), ("max_payload_index_count", 0),
    ("max_collection_vector_size_bytes", 1), ("max_collection_payload_size_bytes", 1),
    ("max_resident_memory_percent", 1),
  ]

  /// Objects, with the bounds of the numbers in them.
  private static let sections: [(name: String, bounds: Bounds)] = [
    ("hnsw_config", hnsw), ("optimizers_config", optimizers), ("wal_config", wal),
    ("strict_mode_config", strictMode), ("quantization_config", []), ("metadata", []),
    ("payload", []), ("id_tracker", []),
  ]

  /// What the body of `PUT {c}` sets of them.
  static func read(_ input: JSONInput) throws -> JSONObject {
    var echoed: JSONObject = [:]
    try check(input, parameters)
    for (name, bounds) in sections {
      try check(input, name, bounds)
      if let section = try input.optional(name) {
        echoed[name] = .object(try section.object().without([]))
      }
    }
    for (name, _) in parameters { echoed[name] = try input.optional(name)?.value }
    if let onDisk = try input.optional("on_disk_payload") {
      echoed["on_disk_payload"] = .bool(try onDisk.bool())
    }
    if let method = try input.optional("sharding_method") {
      guard ["auto", "custom"].contains(try method.string()) else {
        throw method.error("unknown variant, expected `auto` or `custom`")
      }
      echoed["sharding_method"] = method.value
    }
    return echoed
  }

  /// Takes the body of `PATCH {c}` over into what was echoed before.
  static func update(_ echoed: inout JSONObject, _ input: JSONInput) throws {
    for (name, bounds) in sections where input.has(name) {
      try check(input, name, bounds)
      let section = try input.member(name)
      if name == "metadata", case .object(var metadata)? = echoed[name] {
        // Null removes a key, as in payloads.
        metadata.merge(try section.object())
        echoed[name] = .object(metadata)
      } else if name == "quantization_config" {
        update(&echoed, section.value, at: name)
      } else {
        echoed[name] = .object(merged(echoed[name], try section.object()))
      }
    }
    guard let changed = try input.optional("params") else { return }
    try check(changed, parameters)
    for member in try changed.object().members where member.value != .null {
      echoed[member.name] = member.value
    }
  }

  static func merged(_ old: JSONValue?, _ new: JSONObject) -> JSONObject {
    var object: JSONObject = [:]
    if case .object(let before)? = old { object = before }
    for member in new.members where member.value != .null {
      update(&object, member.value, at: member.name)
    }
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

  static func check(_ input: JSONInput, _ name: String, _ bounds: Bounds) throws {
    guard let section = try input.optional(name) else { return }
    // Here names are the user's own.
    if !["metadata", "strict_mode_config"].contains(name) {
      try EchoedTypes.check(section, named: name)
    }
    if case .object = section.value { try check(section, bounds) }
  }

  private static func check(_ input: JSONInput, _ bounds: Bounds) throws {
    for (name, least) in bounds {
      guard let member = try input.optional(name) else { continue }
      let value = try member.unsigned()
      guard value >= least else { throw APIError.tooSmall(member.path, value, least: least) }
    }
  }
}
