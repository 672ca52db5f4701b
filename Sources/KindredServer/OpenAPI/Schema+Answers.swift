extension Schema {
  /// The schemas of the `result` of an answer.
  static let answers: [String: Schema] = [
    "Error": object([
      "status": object(["error": string]), "time": number,
    ]),
    "StoredVector": anyOf(
      named("SparseVector"), named("DenseVector"), named("MultiVector")),
    "StoredVectors": anyOf(
      named("DenseVector"), named("MultiVector"), map(named("StoredVector"))),
    "Record": object(
      ["id": pointID],
      optional: ["payload": payload, "vector": named("StoredVectors"), "order_value": number]),
    "ScoredPoint": object(
      ["id": pointID, "version": integer(), "score": number],
      optional: ["payload": payload, "vector": named("StoredVectors"), "order_value": number]),
    "Page": object([
      "points": array(named("Record")), "next_page_offset": anyOf(pointID, null),
    ]),
    "Hits": object(["points": array(named("ScoredPoint"))]),
    "Groups": object([
      "groups": array(
        object(
          ["id": anyOf(integer(.min / 2), string), "hits": array(named("ScoredPoint"))],
          optional: ["lookup": named("Record")]))
    ]),
    "Updated": object([
      "operation_id": integer(), "status": choice("completed", "acknowledged"),
    ]),
    "FacetHits": object([
      "hits": array(
        object(["value": anyOf(string, integer(.min / 2), boolean), "count": integer()]))
    ]),
    "MatrixPairs": object([
      "pairs": array(object(["a": pointID, "b": pointID, "score": number]))
    ]),
    "MatrixOffsets": object([
      "offsets_row": array(integer()), "offsets_col": array(integer()), "scores": array(number),
      "ids": array(pointID),
    ]),
    "Recommendation": object(
      [
        "items": array(
          object(
            ["id": integer(), "score": number, "neighbors": integer()],
            optional: [
              "payload": payload,
              "explanation": array(object(["neighbor": pointID, "contribution": number])),
              "because": array(object(["item": integer(), "contribution": number])),
            ])),
        "neighbors": array(object(["id": pointID, "score": number])), "method": string,
      ], optional: ["fallback": string, "reason": string]),
    "ItemModel": object(
      [
        "name": string, "collection": string,
        "state": choice("training", "publishing", "ready", "failed", "cancelled"),
        "progress": number,
      ],
      optional: [
        "seconds": number, "reason": string, "trained_on": map(), "stale": boolean,
        "changed_share": number, "added_items": integer(),
      ]),
    "CollectionInfo": object(
      [
        "status": choice("green"), "optimizer_status": choice("ok"), "points_count": integer(),
        "indexed_vectors_count": integer(), "segments_count": integer(),
        "config": object([
          "params": map(), "hnsw_config": map(), "optimizer_config": map(), "wal_config": map(),
          "quantization_config": anyOf(map(), null), "strict_mode_config": map(),
        ]),
        "payload_schema": map(
          object(["data_type": string, "points": integer()], optional: ["params": map()])),
      ],
      optional: [
        "warnings": array(object(["message": string])), "update_queue": map(),
        "created_at": string,
      ]),
    "Aliases": object([
      "aliases": array(object(["alias_name": string, "collection_name": string]))
    ]),
    "Snapshot": object([
      "name": string, "creation_time": string, "size": integer(),
      "checksum": anyOf(archiveChecksum, null),
    ]),
    "CollectionCluster": object([
      "peer_id": integer(), "shard_count": integer(1), "local_shards": array(map()),
      "remote_shards": array(map()), "shard_transfers": array(map()),
    ]),
    "Statistics": object([
      "collections": array(
        object([
          "name": string, "points": integer(), "deleted_points": integer(), "segments": integer(),
          "segment_bytes": integer(), "memtable_points": integer(), "memtable_runs": integer(),
          "memtable_bytes": integer(), "postings_cache_bytes": integer(),
          "unverified_bytes": integer(),
        ])),
      "http": anyOf(string, null), "tls": boolean, "read_only": anyOf(string, null),
      "wal": object(["files": integer(), "bytes": integer()]),
      "last_sequence_number": integer(), "syncs": object(["count": integer(), "seconds": number]),
      "flushes": integer(), "compactions": integer(), "disk_free_bytes": integer(),
      "recovery": map(),
    ]),
  ]
}
