extension Schema {
  /// The schemas of collections, their parameters and indexes.
  static let collections: [String: Schema] = [
    "VectorParameters": object(
      [
        "size": integer(1, 65536), "distance": choice("Cosine", "Euclid", "Dot", "Manhattan"),
      ],
      optional: [
        "multivector_config": object(["comparator": choice("max_sim")]), "hnsw_config": hnsw,
        "quantization_config": map(), "on_disk": boolean, "datatype": string,
      ]),
    "SparseVectorParameters": object(optional: [
      "modifier": choice("none", "idf"), "index": map(),
    ]),
    "CreateCollection": object(
      optional: [
        "vectors": anyOf(named("VectorParameters"), map(named("VectorParameters"))),
        "sparse_vectors": map(named("SparseVectorParameters")), "hnsw_config": hnsw,
        "optimizers_config": optimizers, "wal_config": wal, "quantization_config": map(),
        "strict_mode_config": named("StrictMode"), "metadata": map(),
        "shard_number": integer(1, 100),
        "sharding_method": choice("auto", "custom"), "replication_factor": integer(1, 100),
        "write_consistency_factor": integer(1, 100), "on_disk_payload": boolean,
      ]),
    "UpdateCollection": object(optional: [
      "vectors": map(map()), "sparse_vectors": map(named("SparseVectorParameters")),
      "hnsw_config": hnsw, "optimizers_config": optimizers,
      "strict_mode_config": named("StrictMode"), "metadata": map(),
      "quantization_config": anyOf(map(), choice("Disabled")),
      "params": object(optional: [
        "replication_factor": integer(1, 100), "write_consistency_factor": integer(1, 100),
        "read_fan_out_factor": integer(0, 100), "on_disk_payload": boolean,
      ]),
    ]),
    "StrictMode": object(optional: [
      "enabled": boolean, "max_query_limit": integer(1), "max_timeout": integer(1),
      "unindexed_filtering_retrieve": boolean, "unindexed_filtering_update": boolean,
      "search_max_hnsw_ef": integer(1), "search_allow_exact": boolean,
      "upsert_max_batchsize": integer(1), "search_max_batchsize": integer(1),
      "read_rate_limit": integer(1), "write_rate_limit": integer(1),
      "max_points_count": integer(1), "filter_max_conditions": integer(),
      "condition_max_size": integer(), "max_payload_index_count": integer(),
    ]),
    "CreateIndex": object([
      "field_name": string,
      "field_schema": anyOf(
        indexKind, object(["type": indexKind], optional: ["is_tenant": boolean])),
    ]),
    "CreateVector": anyOf(
      object(["dense": named("VectorParameters")]),
      object(["sparse": named("SparseVectorParameters")])),
    "AliasActions": object([
      "actions": array(
        anyOf(
          object(["create_alias": object(["collection_name": string, "alias_name": string])]),
          object(["delete_alias": object(["alias_name": string])]),
          object([
            "rename_alias": object(["old_alias_name": string, "new_alias_name": string])
          ])))
    ]),
    "SnapshotRecover": object(
      ["location": string],
      optional: [
        "priority": snapshotPriority, "checksum": archiveChecksum, "api_key": string,
      ]),
  ]

  static let snapshotPriority = choice("no_sync", "snapshot", "replica")
  static let archiveChecksum = Schema(json: ["type": "string", "pattern": "^[0-9a-f]{64}$"])

  private static let indexKind = choice(
    "keyword", "integer", "float", "bool", "geo", "datetime", "text", "uuid")
  private static let hnsw = object(optional: [
    "m": integer(0, 1000), "ef_construct": integer(4, 10_000),
    "full_scan_threshold": integer(0, 1_000_000), "max_indexing_threads": integer(0, 64),
    "on_disk": boolean, "payload_m": integer(0, 1000),
  ])
  private static let optimizers = object(optional: [
    "deleted_threshold": number, "vacuum_min_vector_number": integer(100, 1_000_000),
    "default_segment_number": integer(0, 64), "indexing_threshold": integer(0, 1_000_000),
    "flush_interval_sec": integer(0, 1000),
  ])
  private static let wal = object(optional: [
    "wal_capacity_mb": integer(1, 1024), "wal_segments_ahead": integer(0, 16),
  ])
}
