import JSONCodec
import Kindred

/// The chosen parameters, for people and programs.
struct TuningReport {
  let tuning: Tuning
  let outcome: Tuning.Outcome
  let set: RatedSet

  // MARK: For people

  func lines(width: Int?) -> [String] {
    var lines = [
      "chosen by NDCG@10 on \(Figures.grouped(outcome.validationCount)) people (seed \(tuning.seed)),"
        + " \(searchText)",
      "",
    ]
    var table = Table([
      .init(""), .init("parameter"), .init("before", .right), .init("chosen", .right),
    ])
    if let choice = outcome.neighbors { table.rows += Self.rows("recommend", choice) }
    if let choice = outcome.itemModel { table.rows += Self.rows("item model", choice) }
    lines += table.lines(width: width)
    for (name, gain, isCertain) in searches where !isCertain {
      let text = EvaluationTables.text(gain, places: 3, isSigned: true)
      lines.append(
        gain.map { $0.value > 0 } ?? false
          ? "\(name): the best gained \(text), which may be chance: what was there is kept"
          : "\(name): nothing better was found: what was there is kept")
    }
    lines += [
      "",
      "NDCG@10 of \(Figures.grouped(outcome.testCount)) other people, on whom nothing was chosen",
    ]
    var gains = Table([
      .init(""), .init("in the query", .right), .init("before", .right), .init("after", .right),
      .init("gain", .right),
    ])
    for gain in outcome.gains {
      gains.rows.append([
        gain.method.rawValue, gain.length.text,
        EvaluationTables.text(gain.before.estimate(.ndcg10), places: 3),
        EvaluationTables.text(gain.after.estimate(.ndcg10), places: 3),
        EvaluationTables.text(
          gain.after.difference(.ndcg10, to: gain.before), places: 3, isSigned: true),
      ])
    }
    lines += gains.lines(width: width)
    return lines
  }

  private static func rows<Parameters>(
    _ title: String, _ choice: Tuning.Choice<Parameters>
  ) -> [[String]] {
    choice.parameters.grids.enumerated().map { index, grid in
      [
        index == 0 ? title : "", grid.name, grid.text(grid.start),
        grid.text(choice.places[index]),
      ]
    }
  }

  private var searchText: String {
    let searches = [outcome.neighbors?.search, outcome.itemModel?.search].compactMap { $0 }
    let count = searches.reduce(0) { $0 + $1.trialCount }
    let text = "\(count) settings tried"
    return searches.allSatisfy(\.isFinished)
      ? text + ", none beside is better" : text + ": the budget is used"
  }

  private var searches: [(name: String, gain: Estimate?, isCertain: Bool)] {
    let neighbors = outcome.neighbors.map { ("recommend", $0.gain, $0.isGainCertain) }
    let itemModel = outcome.itemModel.map { ("item model", $0.gain, $0.isGainCertain) }
    return [neighbors, itemModel].compactMap { $0 }
  }

  // MARK: For programs

  /// The file that `--settings` takes, with a record of how it was made.
  var object: JSONObject {
    var object = JSONObject()
    if let choice = outcome.neighbors {
      object["recommend"] = Self.members(choice, over: tuning.settings.recommendMembers)
    }
    if let choice = outcome.itemModel {
      object["item_model"] = Self.members(choice, over: tuning.settings.itemModelMembers)
    }
    var about: JSONObject = [
      "source": .object(set.source), "people": .integer(Int64(set.users.count)),
      "ratings": .integer(Int64(set.users.ratingCount)),
      "seed": EvaluationJSON.number(tuning.seed),
      "validation": .integer(Int64(outcome.validationCount)),
      "test": .integer(Int64(outcome.testCount)), "query_share": .double(tuning.queryShare),
      "query_items": .array(tuning.lengths.map { EvaluationJSON.json($0) }),
      "order": .string(tuning.order == .byTime ? "time" : "random"),
      "relevant_from": .double(outcome.relevance.rating), "measure": "ndcg@10",
    ]
    if let choice = outcome.neighbors { about["recommend"] = Self.json(choice) }
    if let choice = outcome.itemModel { about["item_model"] = Self.json(choice) }
    about["gains"] = .array(
      outcome.gains.map { gain in
        var json: JSONObject = [
          "method": .string(gain.method.rawValue), "query_items": EvaluationJSON.json(gain.length),
        ]
        for (name, estimate) in [
          ("before", gain.before.estimate(.ndcg10)), ("after", gain.after.estimate(.ndcg10)),
          ("gain", gain.after.difference(.ndcg10, to: gain.before)),
        ] {
          json[name] = estimate.map { .object(EvaluationJSON.json($0)) }
        }
        return .object(json)
      })
    object["about"] = .object(about)
    return object
  }

  /// The parameters as JSON: the chosen ones, and the given ones that were not searched.
  private static func members<Parameters>(
    _ choice: Tuning.Choice<Parameters>, over given: JSONObject
  ) -> JSONValue {
    var members = given
    for (grid, place) in zip(choice.parameters.grids, choice.places) {
      members[grid.name] = grid.json(place)
    }
    return .object(members)
  }

  private static func json<Parameters>(_ choice: Tuning.Choice<Parameters>) -> JSONValue {
    var json: JSONObject = [
      "tried": .integer(Int64(choice.search.trialCount)),
      "finished": .bool(choice.search.isFinished), "kept": .bool(!choice.isGainCertain),
      "best": .object(
        JSONObject(
          uniqueMembers: choice.parameters.grids.enumerated().map { index, grid in
            .init(name: grid.name, value: grid.json(choice.search.best[index]))
          })),
    ]
    json["validation_gain"] = choice.gain.map { .object(EvaluationJSON.json($0)) }
    return .object(json)
  }
}
