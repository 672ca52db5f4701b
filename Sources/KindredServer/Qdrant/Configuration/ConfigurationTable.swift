import Kindred
import SparseIndex

/// Every member of a configuration that is kept, with the values it may have: what Qdrant's clients can
/// send and read back. Nothing is stored that is not in this table.
enum ConfigurationTable {
  typealias Member = ConfigurationShape.Member

  // MARK: A collection

  static let hnsw = ConfigurationShape.record([
    Member("m", .count()), Member("ef_construct", .count(from: 4)),
    Member("full_scan_threshold", .count(), alias: "full_scan_threshold_kb"),
    Member("max_indexing_threads", .count()), Member("on_disk", .flag),
    Member("memory", .placement(canBePinned: true)), Member("payload_m", .count()),
    Member("inline_storage", .flag),
  ])

  static let optimizers = ConfigurationShape.record([
    Member("deleted_threshold", .number(0...1)),
    Member("vacuum_min_vector_number", .count(from: 100)),
    Member("default_segment_number", .count()),
    Member("max_segment_size", .count(from: 1), alias: "max_segment_size_kb"),
    Member("memmap_threshold", .count(), alias: "memmap_threshold_kb"),
    Member("indexing_threshold", .count(), alias: "indexing_threshold_kb"),
    Member("flush_interval_sec", .count()),
    Member("max_optimization_threads", .either(.choice(["auto"]), or: .count())),
    Member("prevent_unoptimized", .flag),
  ])

  static let wal = ConfigurationShape.record([
    Member("wal_capacity_mb", .count(from: 1)), Member("wal_segments_ahead", .count()),
    Member("wal_retain_closed", .count(from: 1)),
  ])

  static let strictMode = ConfigurationShape.record([
    Member("enabled", .flag), Member("max_query_limit", .count(from: 1)),
    Member("max_timeout", .count(from: 1)), Member("unindexed_filtering_retrieve", .flag),
    Member("unindexed_filtering_update", .flag), Member("search_max_hnsw_ef", .count(from: 1)),
    Member("search_allow_exact", .flag),
    Member("search_max_oversampling", .number(0...(.greatestFiniteMagnitude))),
    Member("upsert_max_batchsize", .count(from: 1)),
    Member("search_max_batchsize", .count(from: 1)),
    Member("max_collection_vector_size_bytes", .count(from: 1)),
    Member("read_rate_limit", .count(from: 1)), Member("write_rate_limit", .count(from: 1)),
    Member("max_collection_payload_size_bytes", .count(from: 1)),
    Member("max_points_count", .count(from: 1)), Member("filter_max_conditions", .count()),
    Member("condition_max_size", .count()),
    Member("multivector_config", .byName(.record([Member("max_vectors", .count(from: 1))]))),
    Member("sparse_config", .byName(.record([Member("max_length", .count(from: 1))]))),
    Member("max_payload_index_count", .count()),
    Member("max_resident_memory_percent", .count(1...100)),
  ])

  private static let ram = [
    Member("always_ram", .flag), Member("memory", .placement(canBePinned: true)),
  ]

  static let quantization = ConfigurationShape.variant([
    Member(
      "scalar",
      .record(
        [
          Member("type", .choice(["int8"]), isRequired: true),
          Member("quantile", .number(0.5...1)),
        ] + ram)),
    Member(
      "product",
      .record(
        [Member("compression", .choice(["x4", "x8", "x16", "x32", "x64"]), isRequired: true)]
          + ram)),
    Member(
      "binary",
      .record(
        [
          Member("encoding", .choice(["one_bit", "two_bits", "one_and_half_bits"])),
          Member(
            "query_encoding", .choice(["default", "binary", "scalar4bits", "scalar8bits"])),
        ] + ram)),
    Member(
      "turbo",
      .record(
        [Member("bits", .choice(["bits1", "bits1_5", "bits2", "bits4", "bits8"]))] + ram)),
  ])

  private static let unpinned = ConfigurationShape.placement(canBePinned: false)

  /// Members that stand in the configuration of the collection itself and in its `params`.
  private static let parameters = [
    Member("replication_factor", .count(from: 1)),
    Member("write_consistency_factor", .count(from: 1)),
    Member("read_fan_out_factor", .count()), Member("read_fan_out_delay_ms", .count()),
    Member("on_disk_payload", .flag), Member("payload", .record([Member("memory", unpinned)])),
    Member("id_tracker", .record([Member("memory", .placement(canBePinned: true))])),
  ]

  private static let creationParameters =
    parameters + [
      Member("shard_number", .count(from: 1)),
      Member("sharding_method", .choice(["auto", "custom"])),
    ]

  /// The names of what stands in the `params` that are answered.
  static let parameterNames = creationParameters.map(\.name)

  private static let sections = [
    Member("hnsw_config", hnsw), Member("optimizers_config", optimizers),
    Member("strict_mode_config", strictMode), Member("metadata", .anyObject),
  ]

  /// The body of `PUT {c}`, but for its vectors.
  static let creation = ConfigurationShape.record(
    creationParameters + sections + [
      Member("wal_config", wal),
      Member("quantization_config", quantization, alias: "quantization"),
    ])

  private static let changedQuantization = Member(
    "quantization_config", .either(.choice(["Disabled"]), or: quantization),
    alias: "quantization")

  /// The body of `PATCH {c}`, but for its vectors.
  static let change = ConfigurationShape.record(
    sections + [changedQuantization, Member("params", .record(parameters))])

  // MARK: Vectors

  private static let datatype = ConfigurationShape.choice([
    "float32", "uint8", "float16", "turbo4", "turbo8", "turbo16",
  ])

  static let vector = ConfigurationShape.record([
    Member("size", .count(1...65536), isRequired: true),
    Member(
      "distance", .choice(["Cosine", "Euclid", "Dot", "Manhattan"]), isRequired: true),
    Member("hnsw_config", hnsw),
    Member("quantization_config", quantization, alias: "quantization"),
    Member("on_disk", .flag), Member("memory", unpinned), Member("datatype", datatype),
    Member(
      "multivector_config",
      .record([Member("comparator", .choice(["max_sim"]), isRequired: true)])),
  ])

  static let vectorChange = ConfigurationShape.record([
    Member("hnsw_config", hnsw), changedQuantization, Member("on_disk", .flag),
    Member("memory", unpinned),
  ])

  static let sparseVector = ConfigurationShape.record([
    Member("modifier", .choice(["none", "idf"])),
    Member(
      "index",
      .record([
        Member("full_scan_threshold", .count()), Member("on_disk", .flag),
        Member("memory", .placement(canBePinned: true)), Member("datatype", datatype),
      ])),
  ])

  /// What a sparse vector that is added later may have beside that.
  static let newSparseVector = ConfigurationShape.record([Member("datatype", datatype)])

  // MARK: Payload indexes

  /// The parameters that an index of a kind takes.
  static func payloadIndex(_ kind: PayloadIndexParameters.Kind) -> ConfigurationShape {
    let own: [Member] =
      switch kind {
      case .keyword: [Member("is_tenant", .flag), Member("prefix", .flag)]
      case .uuid: [Member("is_tenant", .flag)]
      case .integer:
        [Member("lookup", .flag), Member("range", .flag), Member("is_principal", .flag)]
      case .float, .datetime: [Member("is_principal", .flag)]
      case .geo, .bool: []
      case .text: text
      }
    let type = Member("type", .choice([kind.rawValue]), isRequired: true)
    return .record(
      [type] + own + [
        Member("on_disk", .flag), Member("memory", .placement(canBePinned: true)),
        Member("enable_hnsw", .flag), Member("nested", .text),
      ])
  }

  private static let text = [
    Member("tokenizer", .choice(Tokenizer.allCases.map(\.rawValue))),
    Member("min_token_len", .count()), Member("max_token_len", .count()),
    Member("lowercase", .flag), Member("ascii_folding", .flag),
    Member("phrase_matching", .flag),
    Member(
      "stopwords",
      .either(
        .record([
          Member("languages", .list(language(Language.withStopwords))),
          Member("custom", .list(.text)),
        ]), or: language(Language.withStopwords))),
    Member(
      "stemmer",
      .either(
        .record([Member("type", .choice(["none"]), isRequired: true)]),
        or: .record([
          Member("type", .choice(["snowball"]), isRequired: true),
          Member("language", language(Language.withStemmer), isRequired: true),
        ]))),
    Member(
      "scoring",
      .either(.flag, or: .record([Member("type", .choice(["bm25"]), isRequired: true)]))),
  ]

  private static func language(_ languages: [Language]) -> ConfigurationShape {
    .choice(
      languages.map(\.rawValue),
      spellings: Dictionary(
        languages.compactMap { language in language.code.map { ($0, language.rawValue) } },
        uniquingKeysWith: { first, _ in first }))
  }
}
