import JSONCodec

/// An endpoint's description in the OpenAPI document, beyond its method and path.
struct Operation: Sendable {
  enum Body: Sendable {
    case json(Schema, isRequired: Bool)
    /// A `multipart/form-data` file in the field of that name.
    case file(field: String)
  }

  enum Answer: Sendable {
    /// JSON in the envelope.
    case result(Schema)
    /// JSON without the envelope.
    case json(Schema)
    case text
    /// A file of the page.
    case page
    case file
    /// There is nothing but refusals.
    case refusal
  }

  var summary: String
  var parameters: [Parameter] = []
  var body: Body?
  var answer: Answer

  /// A parameter after the `?`.
  struct Parameter: Sendable {
    var name: String
    var schema: Schema
    var text: String
    /// Whether its `false` has the request answered at once, with 202.
    var defersAnswer = false
  }
}

extension Operation {
  /// An endpoint that answers a result.
  init(
    _ summary: String, _ result: Schema, body: Schema? = nil, optionalBody: Schema? = nil,
    _ parameters: [Parameter] = []
  ) {
    self.summary = summary
    self.parameters = parameters
    answer = .result(result)
    if let body { self.body = .json(body, isRequired: true) }
    if let optionalBody { self.body = .json(optionalBody, isRequired: false) }
  }
}

extension [Operation.Parameter] {
  static let write: Self = [
    .init(
      name: "wait", schema: .boolean,
      text: "Whether the answer says `completed`. The write is on disk either way."),
    .init(
      name: "ordering", schema: .choice("weak", "medium", "strong"), text: "Checked, no effect."),
    .init(
      name: "timeout", schema: .integer(1),
      text: "Seconds after which a change of many points ends between two of its parts, with 408."),
  ]

  static let read: Self = [
    .init(
      name: "consistency", schema: .anyOf(.integer(1), .choice("majority", "quorum", "all")),
      text: "Checked, no effect."),
    .init(
      name: "timeout", schema: .integer(1),
      text: "Seconds after which the read is given up and answered with 408; 60 by default."),
  ]

  static let snapshot: Self = [
    .init(
      name: "wait", schema: .boolean,
      text: "Whether to answer when the work is done (the default), or at once with 202.",
      defersAnswer: true)
  ]
}
