package import JSONCodec

/// What payload indexes change about the meaning of conditions, not about their speed: an integer
/// index also finds `5.0` under 5, a uuid index compares UUIDs and not their spelling, a text index
/// brings its tokenizer.
package struct FilterSemantics: Sendable {
  private let indexes: [String: PayloadIndexParameters]
  private let tokenizers: [String: TextAnalysis]

  package init(payloadIndexes: [String: PayloadIndexParameters] = [:]) {
    indexes = payloadIndexes
    tokenizers = payloadIndexes.compactMapValues {
      $0.kind == .text ? (try? TextAnalysis(parameters: $0.parameters)) ?? TextAnalysis() : nil
    }
  }

  package func tokenizer(for key: JSONPath) -> TextAnalysis {
    tokenizers.isEmpty ? TextAnalysis() : tokenizers[key.description] ?? TextAnalysis()
  }

  package func indexKind(of key: JSONPath) -> PayloadIndexParameters.Kind? {
    indexes.isEmpty ? nil : indexes[key.description]?.kind
  }

  /// The same for paths inside the objects that `prefix` leads to.
  func nested(in prefix: JSONPath) -> FilterSemantics {
    let start = prefix.description + "."
    let inner = indexes.compactMap { key, parameters in
      key.hasPrefix(start) ? (String(key.dropFirst(start.count)), parameters) : nil
    }
    return FilterSemantics(payloadIndexes: Dictionary(inner, uniquingKeysWith: { $1 }))
  }
}
