public import JSONCodec

/// Parameters of the index of one payload key.
public struct PayloadIndexParameters: Equatable, Sendable {
  /// The type of the values that an index is for.
  public enum Kind: String, Sendable {
    /// In this order: texts as wholes, whole numbers, numbers, booleans, places, dates and times,
    /// words of texts, UUIDs.
    case keyword, integer, float, bool, geo, datetime, text, uuid
  }

  /// The type of the indexed values; others at the key are not in the index.
  public var kind: Kind
  /// Further parameters by name, as manifests, logs and segments hold them.
  public var parameters: JSONObject

  /// An index of that kind with further parameters, none by default.
  public init(kind: Kind, parameters: JSONObject = [:]) {
    self.kind = kind
    self.parameters = parameters
  }

  /// An index of the words of texts.
  /// - Parameter scoring: whether text queries rank points by it.
  public static func text(scoring: Bool) -> PayloadIndexParameters {
    PayloadIndexParameters(kind: .text, parameters: ["type": "text", "scoring": .bool(scoring)])
  }
}

/// What the further parameters mean.
extension PayloadIndexParameters {
  /// Whether points can be ordered by the values.
  package var ordersPoints: Bool {
    [.integer, .float, .datetime].contains(kind) && parameters["range"] != .bool(false)
  }

  /// Whether points can be counted by single values.
  package var countsValues: Bool {
    [.keyword, .integer, .bool, .uuid].contains(kind) && parameters["lookup"] != .bool(false)
  }

  /// Whether text queries can rank points by the texts.
  package var scoresTexts: Bool {
    guard kind == .text, let scoring = parameters["scoring"] else { return false }
    return scoring != .null && scoring != .bool(false)
  }

  /// The key of the array whose objects the index tells apart; nil where it does not.
  package var nested: String? { parameters["nested"]?.asString }

  /// How texts are cut into words.
  package func textAnalysis() throws(InvalidTextParameters) -> TextAnalysis {
    try TextAnalysis(parameters: parameters)
  }
}
