import Kindred

/// The outcome of an evaluation, for people: tables that fit a terminal of 80 columns.
struct EvaluationTables {
  let evaluation: Evaluation
  let outcome: Evaluation.Outcome

  private typealias Method = RecommendationRequest.Method

  /// Measures that fit beside each other; the mean reciprocal rank stands in the table of lists.
  private static let accuracy = Array(Measure.ofAccuracy.dropLast())

  func lines(width: Int?) -> [String] {
    var lines: [String] = introduction
    if evaluation.lengths.count > 1 {
      lines += ["", "NDCG@10 by the ratings in the query"]
      lines += table(evaluation.lengths.map(\.text), width) { method in
        evaluation.lengths.map { Self.text(outcome[method, $0].estimate(.ndcg10), places: 3) }
      }
    }
    for length in evaluation.lengths {
      lines += ["", "\(length.title) in the query"]
      lines += measures(Self.accuracy, length, width)
      let ofLists = Measure.ofLists.filter { $0 != .diversity || outcome.haveGenres }
      lines += ["", "what the lists are like"]
      lines += measures([.reciprocalRank] + ofLists, length, width, withTime: true)
      lines += ["", "differences to \(evaluation.baseline.rawValue), for the same people"]
      lines += table(
        Self.accuracy.map(\.heading), width, without: evaluation.baseline
      ) { method in
        Self.accuracy.map { measure in
          Self.text(
            outcome[method, length].difference(
              measure, to: outcome[evaluation.baseline, length]), places: 3, isSigned: true)
        }
      }
    }
    return lines
  }

  /// The people, the queries, and the rule by which an item counts as found.
  private var introduction: [String] {
    let draws =
      evaluation.seeds.count == 1
      ? "seed \(evaluation.seeds[0])"
      : "seeds \(evaluation.seeds.map { "\($0)" }.joined(separator: ", "))"
    let known = evaluation.order == .byTime ? "the first" : "a random"
    let percent = Figures.short(evaluation.queryShare * 100)
    var lines = [
      "\(Figures.grouped(outcome.heldOutCount)) people held out (\(draws)), of each \(known) \(percent) % of the "
        + "ratings known;",
      "relevant: what is rated \(Figures.short(outcome.relevance.rating)) or more among the others, "
        + "which \(Figures.grouped(outcome.askedCount)) people have.",
      "± is half of the 95 % interval over people.",
    ]
    let emptyCount = evaluation.lengths.reduce(0) { sum, length in
      sum + evaluation.methods.reduce(0) { $0 + outcome[$1, length].emptyCount }
    }
    if emptyCount > 0 {
      lines.append("\(Figures.grouped(emptyCount)) lists were empty, and count as lists of misses.")
    }
    return lines
  }

  private func measures(
    _ measures: [Measure], _ length: QueryLength, _ width: Int?, withTime: Bool = false
  ) -> [String] {
    table(measures.map(\.heading) + (withTime ? ["µs"] : []), width) { method in
      let observations = outcome[method, length]
      var cells = measures.map { measure in
        Self.text(observations.estimate(measure), places: measure == .novelty ? 2 : 3)
      }
      if withTime {
        cells.append(
          observations.medianSeconds.map { Figures.fixed($0 * 1e6, places: 0) } ?? "–")
      }
      return cells
    }
  }

  private func table(
    _ headings: [String], _ width: Int?, without omitted: Method? = nil,
    _ cells: (Method) -> [String]
  ) -> [String] {
    var table = Table([.init("")] + headings.map { .init($0, .right) })
    for method in evaluation.methods where method != omitted {
      table.rows.append([method.rawValue] + cells(method))
    }
    return table.lines(width: width)
  }

  /// `0.361±.014`: what comes after the sign is always less than one, or written in full.
  static func text(_ estimate: Estimate?, places: Int, isSigned: Bool = false) -> String {
    guard let estimate else { return "–" }
    let sign = isSigned && estimate.value >= 0 ? "+" : ""
    let value = sign + Figures.fixed(estimate.value, places: places)
    guard let margin = estimate.margin else { return value }
    let text = Figures.fixed(margin, places: places)
    return "\(value)±" + (text.hasPrefix("0.") ? String(text.dropFirst()) : text)
  }
}

extension Figures {
  /// `4`, `3.58`: up to four places, without zeros at the end.
  static func short(_ value: Double) -> String {
    var text = fixed(value, places: 4)
    guard text.contains(".") else { return text }
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }
}
