extension Schema {
  /// Query bodies: `QueryWire`, `FormulaWire`, `LegacyQueryWire`, `GroupsWire` read them.
  static let queries: [String: Schema] = queryKinds.merging(requests) { first, _ in first }

  private static let queryKinds: [String: Schema] = [
    "VectorInput": anyOf(pointID, vector),
    "OrderBy": object(
      ["key": string],
      optional: [
        "direction": choice("asc", "desc"),
        "start_from": anyOf(number, Schema(json: ["type": "string", "format": "date-time"])),
      ]),
    "ContextPair": object(["positive": named("VectorInput"), "negative": named("VectorInput")]),
    "Recommend": object(optional: [
      "positive": array(named("VectorInput")), "negative": array(named("VectorInput")),
      "strategy": choice("average_vector", "best_score", "sum_scores"),
    ]),
    "Query": anyOf(
      named("VectorInput"),
      object(
        ["nearest": named("VectorInput")],
        optional: [
          "mmr": object(optional: [
            "diversity": Schema(json: ["type": "number", "minimum": 0, "maximum": 1]),
            "candidates_limit": integer(1, 1000),
          ])
        ]),
      object(["recommend": named("Recommend")]),
      object([
        "discover": object(["target": named("VectorInput"), "context": context])
      ]),
      object(["context": context]), object(["order_by": anyOf(string, named("OrderBy"))]),
      object(["fusion": choice("rrf", "dbsf")]),
      object(["rrf": object(optional: ["k": integer(1, 1000), "weights": array(float)])]),
      object(["formula": named("Expression")], optional: ["defaults": map()]),
      object(["sample": choice("random")]),
      object([
        "relevance_feedback": object([
          "target": named("VectorInput"),
          "feedback": array(object(["example": named("VectorInput"), "score": float])),
          "strategy": object(["naive": object(["a": float, "b": float, "c": float])]),
        ])
      ])),
    "Expression": anyOf(
      number, string, named("Condition"), object(["sum": operands]), object(["mult": operands]),
      object(["neg": operand]), object(["abs": operand]), object(["sqrt": operand]),
      object(["exp": operand]), object(["log10": operand]), object(["ln": operand]),
      object([
        "div": object(["left": operand, "right": operand], optional: ["by_zero_default": number])
      ]),
      object(["pow": object(["base": operand, "exponent": operand])]),
      object(["geo_distance": object(["origin": named("GeoPoint"), "to": string])]),
      object(["datetime": string]), object(["datetime_key": string]),
      object(["exp_decay": named("Decay")]), object(["gauss_decay": named("Decay")]),
      object(["lin_decay": named("Decay")])),
    "Decay": object(
      ["x": operand], optional: ["target": operand, "scale": float, "midpoint": float]),
    "SearchParameters": object(optional: [
      "hnsw_ef": integer(), "exact": boolean, "indexed_only": boolean, "quantization": map(),
      "idf": anyOf(choice("global"), object(["corpus": named("Filter")])),
    ]),
    "Lookup": object(["collection": string], optional: ["vector": string]),
    "WithLookup": anyOf(
      string,
      object(
        ["collection": string],
        optional: ["with_payload": named("WithPayload"), "with_vectors": named("WithVector")])),
  ]

  private static let requests: [String: Schema] = [
    "Prefetch": object(optional: [
      "prefetch": prefetch, "query": named("Query"), "using": string, "filter": named("Filter"),
      "params": named("SearchParameters"), "score_threshold": float, "limit": limit,
      "lookup_from": named("Lookup"),
    ]),
    "QueryRequest": object(optional: [
      "prefetch": prefetch, "query": named("Query"), "using": string, "filter": named("Filter"),
      "params": named("SearchParameters"), "score_threshold": float, "limit": limit,
      "offset": integer(), "with_payload": named("WithPayload"),
      "with_vector": named("WithVector"), "lookup_from": named("Lookup"),
    ]),
    "QueryGroups": object(
      ["group_by": string],
      optional: [
        "prefetch": prefetch, "query": named("Query"), "using": string, "filter": named("Filter"),
        "params": named("SearchParameters"), "score_threshold": float, "limit": limit,
        "group_size": integer(1, 100), "with_payload": named("WithPayload"),
        "with_vector": named("WithVector"), "lookup_from": named("Lookup"),
        "with_lookup": named("WithLookup"),
      ]),
    "Search": object(
      ["vector": anyOf(vector, object(["name": string, "vector": vector]))], optional: legacy),
    "SearchGroups": object(
      [
        "vector": anyOf(vector, object(["name": string, "vector": vector])), "group_by": string,
      ], optional: legacyGroups),
    "ByExampleRequest": object(
      [
        "positive": array(named("VectorInput"))
      ], optional: legacy),
    "RecommendGroups": object(
      ["positive": array(named("VectorInput")), "group_by": string], optional: legacyGroups),
    "Discover": object(
      ["target": named("VectorInput")], optional: legacy),
    "Facet": object(
      ["key": string], optional: ["limit": limit, "filter": named("Filter"), "exact": boolean]),
    "Matrix": object(optional: [
      "filter": named("Filter"), "sample": integer(2, 1000), "limit": integer(1, 1000),
      "using": string,
    ]),
    "RecommendationRequest": anyOf(
      object(
        ["ratings": anyOf(named("SparseVector"), named("Ratings"))], optional: taste),
      object(["point": pointID], optional: taste),
      object(
        ["point": pointID, "ratings": anyOf(named("SparseVector"), named("Ratings"))],
        optional: taste),
      object(["points": array(pointID)], optional: taste),
      object(["items": array(integer())], optional: taste), object(optional: taste)),
    "RatingList": object(
      [
        "ratings": array(
          object(
            [
              "user": anyOf(integer(), string), "item": anyOf(integer(), string),
              "rating": anyOf(number, null),
            ],
            optional: ["time": number]))
      ], optional: ["using": string, "catalogue": string]),
    "ItemModelParameters": object(optional: [
      "using": string, "filter": named("Filter"), "catalogue": string,
      "input": named("WeightMap"), "threshold": number, "neighbors": integer(1, 1000),
      "regularization": number, "dropout": bounded(0, 100), "kept": integer(1, 1000),
      "inputs": integer(1, 32_768), "min_raters": integer(1, 1_000_000),
      "memory_bytes": integer(1),
      "refresh": object(optional: [
        "changed_share": Schema(json: ["type": "number", "minimum": 0.001, "maximum": 1000]),
        "added_items": integer(1, 1_000_000_000), "every_seconds": integer(1, 315_576_000),
      ]),
    ]),
    "WeightMap": anyOf(
      choice("stored", "range"), object(["scale": number], optional: ["offset": number])),
    "Ratings": Schema(json: [
      "type": "object", "propertyNames": ["pattern": "^(0|[1-9][0-9]{0,8})$"],
      "additionalProperties": .object(float.json),
    ]).described("Item → weight."),
  ]

  private static let context = anyOf(named("ContextPair"), array(named("ContextPair")))
  private static let prefetch = anyOf(named("Prefetch"), array(named("Prefetch")))
  private static let operand = named("Expression")
  private static let operands = array(named("Expression"))

  private static let legacy: KeyValuePairs<String, Schema> = [
    "negative": array(named("VectorInput")), "context": context,
    "strategy": choice("average_vector", "best_score", "sum_scores"),
    "using": anyOf(string, object(["name": string])), "filter": named("Filter"),
    "params": named("SearchParameters"), "score_threshold": float, "limit": limit,
    "offset": integer(), "with_payload": named("WithPayload"), "with_vector": named("WithVector"),
    "lookup_from": named("Lookup"),
  ]

  private static let legacyGroups: KeyValuePairs<String, Schema> = [
    "negative": array(named("VectorInput")),
    "strategy": choice("average_vector", "best_score", "sum_scores"),
    "using": anyOf(string, object(["name": string])), "filter": named("Filter"),
    "params": named("SearchParameters"), "score_threshold": float, "limit": limit,
    "group_size": integer(1, 100), "with_payload": named("WithPayload"),
    "with_vector": named("WithVector"), "lookup_from": named("Lookup"),
    "with_lookup": named("WithLookup"),
  ]

  private static let taste: KeyValuePairs<String, Schema> = [
    "using": string, "method": choice("auto", "neighbors", "items", "popular", "notebook"),
    "filter": named("Filter"), "item_filter": named("Filter"), "exclude": array(integer()),
    "exclude_rated": boolean, "limit": limit, "offset": integer(),
    "diversity": bounded(0, 1), "new_items": bounded(0, 1), "explain": boolean, "catalogue": string,
    "model": string,
    "neighbors": limit, "similarity": choice("dot", "cosine"), "input": named("WeightMap"),
    "target": named("WeightMap"), "idf": boolean,
    "neighbor_weight": choice("uniform", "similarity"), "similarity_power": bounded(0, 16),
    "shrinkage": bounded(0, 1_000_000_000), "popularity": bounded(0, 4), "min_neighbors": limit,
  ]

  private static func bounded(_ least: Int64, _ greatest: Int64) -> Schema {
    Schema(json: [
      "type": "number", "minimum": .integer(least), "maximum": .integer(greatest),
    ])
  }
}
