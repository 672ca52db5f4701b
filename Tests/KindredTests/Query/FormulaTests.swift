import Kindred
import Testing

@Suite("Formula")
struct FormulaTests {
  private let popularity = JSONPath(first: "popularity")
  private let payload: JSONObject = [
    "popularity": 4, "ratings": [1, 2], "one": [2.5], "title": "Up",
    "place": ["lon": 13.4050, "lat": 52.5200], "seen": "2024-01-02T00:00:01Z",
  ]

  private func evaluate(
    _ expression: FormulaExpression, defaults: [FormulaVariable: JSONValue] = [:],
    scores: [Float?] = [0.5, nil]
  ) throws -> Float {
    let evaluator = FormulaEvaluator(formula: Formula(formula: expression, defaults: defaults))
    return try evaluator.score(
      FormulaEvaluator.PointFacts(
        scores: { $0 < scores.count ? scores[$0] : nil }, payload: payload,
        holds: { evaluator.conditions[$0] == .hasVector("text") }))
  }

  private func path(_ name: String) -> FormulaExpression {
    .variable(.payload(JSONPath(first: name)))
  }

  @Test func `variables are scores and payload values`() throws {
    #expect(try evaluate(.variable(.score(0))) == 0.5)
    #expect(try evaluate(path("popularity")) == 4)
    #expect(try evaluate(path("one")) == 2.5, "an array of one is its element")
  }

  @Test func `a missing score is its default, or 0`() throws {
    #expect(try evaluate(.variable(.score(1))) == 0)
    #expect(try evaluate(.variable(.score(9))) == 0)
    #expect(try evaluate(.variable(.score(1)), defaults: [.score(1): 0.25]) == 0.25)
  }

  @Test func `a missing or unfit payload value is the default, or an error`() throws {
    let missing = JSONPath(first: "missing")
    #expect(
      try evaluate(.variable(.payload(missing)), defaults: [.payload(missing): 7]) == 7)
    #expect(throws: StoreError.self) { try evaluate(path("missing")) }
    #expect(throws: StoreError.self) { try evaluate(path("title")) }
    #expect(throws: StoreError.self) { try evaluate(path("ratings")) }
  }

  @Test func `conditions count 1 or 0`() throws {
    #expect(try evaluate(.condition(.hasVector("text"))) == 1)
    #expect(try evaluate(.condition(.hasVector("image"))) == 0)
  }

  @Test func `arithmetic`() throws {
    #expect(try evaluate(.sum([.constant(1), path("popularity"), .constant(0.5)])) == 5.5)
    #expect(try evaluate(.sum([])) == 0)
    #expect(try evaluate(.mult([.constant(3), path("popularity")])) == 12)
    #expect(try evaluate(.max([.constant(3), path("popularity")])) == 4)
    #expect(try evaluate(.min([.constant(3), path("popularity")])) == 3)
    #expect(try evaluate(.div(left: .constant(1), right: path("popularity"))) == 0.25)
    #expect(try evaluate(.neg(path("popularity"))) == -4)
    #expect(try evaluate(.abs(.constant(-2))) == 2)
    #expect(try evaluate(.sqrt(path("popularity"))) == 2)
    #expect(try evaluate(.pow(base: path("popularity"), exponent: .constant(3))) == 64)
    #expect(try evaluate(.exp(.constant(0))) == 1)
    #expect(try evaluate(.log10(.constant(1000))) == 3)
    #expect(try evaluate(.ln(.constant(1))) == 0)
    #expect(try evaluate(.acosh(.constant(1))) == 0)
  }

  @Test func `a factor of 0 ends a product before later factors are read`() throws {
    #expect(try evaluate(.mult([.constant(0), path("missing")])) == 0)
    #expect(try evaluate(.div(left: .constant(0), right: path("missing"))) == 0)
  }

  @Test func `what is not finite is an error`() throws {
    #expect(throws: StoreError.self) {
      try evaluate(.div(left: .constant(1), right: .constant(0)))
    }
    #expect(
      try evaluate(.div(left: .constant(1), right: .constant(0), byZeroDefault: 9)) == 9)
    for expression: FormulaExpression in [
      .sqrt(.constant(-1)), .ln(.constant(0)), .log10(.constant(-1)), .exp(.constant(1e6)),
      .pow(base: .constant(-1), exponent: .constant(0.5)), .acosh(.constant(0.5)),
      .constant(1e300),
    ] {
      #expect(throws: StoreError.self) { try evaluate(expression) }
    }
  }

  @Test(arguments: [
    (FormulaExpression.Decay.exponential, 10.0, 0.5 as Float), (.exponential, 20, 0.25),
    (.gaussian, 10, 0.5), (.gaussian, 20, 0.0625), (.linear, 10, 0.5), (.linear, 20, 0),
    (.linear, 5, 0.75), (.linear, 100, 0),
  ])
  func `decay is the midpoint one scale away from the target`(
    decay: FormulaExpression.Decay, distance: Double, expected: Float
  ) throws {
    for sign in [1.0, -1.0] {
      let score = try evaluate(
        .decay(
          decay, .init(x: .constant(3 + sign * distance), target: .constant(3), scale: 10)))
      #expect(abs(score - expected) < 1e-6)
    }
    #expect(try evaluate(.decay(decay, .init(x: .constant(0)))) == 1, "the target defaults to 0")
  }

  @Test func `decay parameters are checked`() {
    func validate(
      _ decay: FormulaExpression.Decay, scale: Float = 1, midpoint: Float = 0.5
    ) throws {
      try FormulaExpression.neg(
        .decay(decay, .init(x: .constant(1), scale: scale, midpoint: midpoint))
      ).validate()
    }
    #expect(throws: Never.self) { try validate(.linear, midpoint: 0) }
    #expect(throws: StoreError.self) { try validate(.linear, midpoint: 1.5) }
    #expect(throws: StoreError.self) { try validate(.exponential, midpoint: 0) }
    #expect(throws: StoreError.self) { try validate(.gaussian, midpoint: 1) }
    #expect(throws: StoreError.self) { try validate(.gaussian, scale: 0) }
    #expect(throws: StoreError.self) { try FormulaExpression.max([]).validate() }
  }

  @Test func `geo distance is in metres`() throws {
    let london = GeoPoint(longitude: -0.1278, latitude: 51.5074)
    let score = try evaluate(.geoDistance(origin: london, to: JSONPath(first: "place")))
    #expect(abs(score - 930_000) < 5000)
    #expect(throws: StoreError.self) {
      try evaluate(.geoDistance(origin: london, to: JSONPath(first: "title")))
    }
  }

  @Test func `datetimes count in seconds`() throws {
    let day = FormulaExpression.datetime(microseconds: 1_704_153_600_000_000)
    #expect(
      try evaluate(.sum([.datetimeKey(JSONPath(first: "seen")), .neg(day)])) == 1)
    #expect(throws: StoreError.self) { try evaluate(.datetimeKey(JSONPath(first: "title"))) }
  }
}
