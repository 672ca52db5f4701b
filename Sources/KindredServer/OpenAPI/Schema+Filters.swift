extension Schema {
  /// Conditions, as `FilterDecoding` reads them.
  static let filters: [String: Schema] = [
    "Filter": object(optional: [
      "must": clause, "should": clause, "must_not": clause,
      "min_should": object(["conditions": array(named("Condition")), "min_count": integer(1)]),
    ]).closed,
    "Condition": anyOf(
      named("FieldCondition"), named("Filter"),
      object(["is_empty": object(["key": string])]), object(["is_null": object(["key": string])]),
      object(["has_id": array(pointID)]), object(["has_vector": string]),
      object(["nested": object(["key": string, "filter": named("Filter")])]),
      object(["slice": object(["index": integer(), "total": integer(1)])])),
    "FieldCondition": object(
      ["key": string],
      optional: [
        "match": named("Match"), "range": named("Range"),
        "geo_bounding_box": object([
          "top_left": named("GeoPoint"), "bottom_right": named("GeoPoint"),
        ]),
        "geo_radius": object(["center": named("GeoPoint"), "radius": number]),
        "geo_polygon": object(
          ["exterior": named("GeoRing")], optional: ["interiors": array(named("GeoRing"))]),
        "values_count": object(optional: bounds(integer())), "is_empty": boolean,
        "is_null": boolean,
      ]),
    "Match": anyOf(
      object(["value": anyOf(string, integer(.min / 2, .max / 2), boolean)]),
      object(["text": string]), object(["text_any": string]), object(["phrase": string]),
      object(["prefix": string]), object(["substring": string]), object(["any": values]),
      object(["except": values])),
    "Range": anyOf(
      object(optional: bounds(number)),
      object(optional: bounds(Schema(json: ["type": "string", "format": "date-time"])))),
    "GeoPoint": object([
      "lon": Schema(json: ["type": "number", "minimum": -180, "maximum": 180]),
      "lat": Schema(json: ["type": "number", "minimum": -90, "maximum": 90]),
    ]),
    "GeoRing": object(["points": array(named("GeoPoint"), least: 4)]).described(
      "The last point is the first."),
  ]

  private static let clause = anyOf(named("Condition"), array(named("Condition")))
  private static let values = anyOf(array(string), array(integer(.min / 2, .max / 2)))

  private static func bounds(_ value: Schema) -> KeyValuePairs<String, Schema> {
    ["lt": value, "gt": value, "gte": value, "lte": value]
  }

  /// Without other members than those named.
  private var closed: Schema {
    var json = json
    json["additionalProperties"] = false
    return Schema(json: json)
  }
}
