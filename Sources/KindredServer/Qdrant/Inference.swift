import JSONCodec
import Kindred
import SparseIndex

/// Turns `{"text", "model", "options"}` into a vector. The one model in the daemon is `qdrant/bm25`,
/// which needs no other program.
enum Inference {
  enum Use {
    /// To be stored: term frequencies, saturated and normalized by length.
    case document
    /// To search with: each term once.
    case query
  }

  static func vector(of input: JSONInput, as use: Use) throws -> VectorValue {
    guard input.has("model") else {
      throw input.error("missing field `indices`, or `text` and `model`")
    }
    let model = try input.string("model")
    guard model.lowercased() == "qdrant/bm25" else {
      throw APIError.wrongInput(
        "InferenceService is not initialized: only the model `qdrant/bm25` is available here, "
          + "not `\(model)`")
    }
    let text = try input.string("text")
    let options = try input.optional("options")
    let bm25: BM25
    do {
      bm25 = try BM25(options: options?.object() ?? [:])
    } catch let error as InvalidTextParameters {
      throw APIError.validation(options?.path ?? "options", error.description)
    }
    guard use == .query else { return .sparse(bm25.documentVector(text)) }
    let vector = bm25.queryVector(text, unless: { input.isAbandoned })
    try input.checkWatch()
    return .sparse(vector)
  }
}
