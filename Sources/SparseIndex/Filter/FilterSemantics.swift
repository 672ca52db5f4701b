package import JSONCodec

/// The meaning that payload indexes give to conditions, beside making them faster: an integer
/// index also finds `5.0` under 5, a uuid index compares UUIDs and not their spelling, a text index
/// brings its way of cutting text, and one with `nested` tells the objects of an array apart.
package struct FilterSemantics: Sendable {
  private let indexes: [ByteString: PayloadIndexParameters]
  private let analyses: [ByteString: TextAnalysis]
  private let nestedKeys: [ByteString: NestedKey]
  /// Whether this is for paths inside objects.
  private let isInsideObjects: Bool

  package init(payloadIndexes: [ByteString: PayloadIndexParameters] = [:]) {
    self.init(payloadIndexes, isInsideObjects: false)
  }

  private init(_ payloadIndexes: [ByteString: PayloadIndexParameters], isInsideObjects: Bool) {
    self.isInsideObjects = isInsideObjects
    indexes = Dictionary(
      payloadIndexes.map { (Self.canonical($0), $1) }, uniquingKeysWith: { first, _ in first })
    analyses = indexes.compactMapValues {
      $0.kind == .text ? (try? $0.textAnalysis()) ?? TextAnalysis() : nil
    }
    var nestedKeys: [ByteString: NestedKey] = [:]
    for (key, index) in indexes where !isInsideObjects {
      guard let nested = index.nested, let path = try? JSONPath(parsing: key.text)
      else { continue }
      nestedKeys[key] = try? NestedKey(path, nested: nested)
    }
    self.nestedKeys = nestedKeys
  }

  /// The one spelling of a key path: without needless quotes.
  static func canonical(_ key: ByteString) -> ByteString {
    (try? JSONPath(parsing: key.text)).map { ByteString($0.description) } ?? key
  }

  package func analysis(for key: JSONPath) -> TextAnalysis {
    analyses.isEmpty ? TextAnalysis() : analyses[key.description] ?? TextAnalysis()
  }

  /// Whether an index stored in a segment is the one that the collection has now.
  func isCurrent(_ index: PayloadIndex) -> Bool {
    let current = indexes[index.key]
    return current?.kind == index.kind && !index.isStale
      && (index.kind != .text || analyses[index.key] == index.analysis)
  }

  package func indexKind(of key: JSONPath) -> PayloadIndexParameters.Kind? {
    indexes.isEmpty ? nil : indexes[key.description]?.kind
  }

  /// Nil when no index with `nested` is on the key.
  package func nestedKey(of key: JSONPath) -> NestedKey? {
    nestedKeys.isEmpty ? nil : nestedKeys[key.description]
  }

  /// Whether the texts that an object has at the key are one text.
  func joinsTexts(at key: JSONPath) -> Bool {
    isInsideObjects && indexes[key.description]?.nested != nil
  }

  /// The same for paths inside the objects that `prefix` leads to.
  func nested(in prefix: JSONPath) -> FilterSemantics {
    let start = (prefix.description + ".").utf8
    let inner = indexes.compactMap { key, parameters -> (ByteString, PayloadIndexParameters)? in
      guard key.utf8.starts(with: start) else { return nil }
      return (ByteString(String(key.utf8.dropFirst(start.count)) ?? ""), parameters)
    }
    return FilterSemantics(
      Dictionary(inner, uniquingKeysWith: { $1 }), isInsideObjects: true)
  }
}
