import JSONCodec
import Kindred

/// The outcome of an evaluation, for programs.
struct EvaluationJSON {
  let evaluation: Evaluation
  let outcome: Evaluation.Outcome
  let set: RatedSet

  var object: JSONObject {
    var object: JSONObject = [
      "source": .object(set.source), "people": .integer(Int64(set.users.count)),
      "ratings": .integer(Int64(set.users.ratingCount)),
      "seeds": .array(evaluation.seeds.map { Self.number($0) }),
      "held_out": .integer(Int64(outcome.heldOutCount)),
      "asked": .integer(Int64(outcome.askedCount)), "query_share": .double(evaluation.queryShare),
      "order": .string(evaluation.order == .byTime ? "time" : "random"),
      "relevant_from": .double(outcome.relevance.rating),
      "baseline": .string(evaluation.baseline.rawValue),
    ]
    if let seconds = outcome.trainingSeconds { object["training_seconds"] = .double(seconds) }
    object["results"] = .array(
      evaluation.lengths.flatMap { length in
        evaluation.methods.map { .object(result($0, length)) }
      })
    return object
  }

  private func result(_ method: RecommendationRequest.Method, _ length: QueryLength) -> JSONObject {
    let observations = outcome[method, length]
    let baseline = outcome[evaluation.baseline, length]
    var measures = JSONObject()
    for measure in Measure.allCases {
      guard let estimate = observations.estimate(measure) else { continue }
      var member = Self.json(estimate)
      if method != evaluation.baseline,
        let difference = observations.difference(measure, to: baseline)
      {
        member["difference"] = .object(Self.json(difference))
      }
      measures[measure.rawValue] = .object(member)
    }
    var result: JSONObject = [
      "method": .string(method.rawValue), "query_items": Self.json(length),
      "empty": .integer(Int64(observations.emptyCount)), "measures": .object(measures),
    ]
    if let seconds = observations.medianSeconds { result["median_seconds"] = .double(seconds) }
    return result
  }

  /// `{"value", "low", "high"}`, the last two the bounds of the 95 % interval.
  static func json(_ estimate: Estimate) -> JSONObject {
    var json: JSONObject = ["value": .double(estimate.value)]
    if let margin = estimate.margin {
      json["low"] = .double(estimate.value - margin)
      json["high"] = .double(estimate.value + margin)
    }
    return json
  }

  static func json(_ length: QueryLength) -> JSONValue {
    switch length {
    case .first(let count): .integer(Int64(count))
    case .all: "all"
    }
  }

  static func number(_ value: UInt64) -> JSONValue {
    Int64(exactly: value).map { .integer($0) } ?? .unsigned(value)
  }
}
