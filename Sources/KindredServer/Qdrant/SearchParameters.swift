import JSONCodec
import Kindred

/// Reads `params`. Those of approximate indexes and of quantization change nothing, as every search is exact;
/// strict mode has limits for some of them, so the stage carries these along.
struct SearchParameters {
  var idf: IDFScope?
  /// Those that strict mode reads.
  var annotations: JSONObject = [:]

  /// Reads the member of a query's body.
  init(_ input: JSONInput) throws {
    guard let params = try input.optional("params") else { return }
    if let ef = try params.optional("hnsw_ef") {
      let value = try ef.unsigned()
      guard value >= 1 else { throw APIError.tooSmall("internal." + ef.path, value, least: 1) }
      annotations["hnsw_ef"] = .integer(Int64(clamping: value))
    }
    if try params.bool("exact", default: false) { annotations["exact"] = true }
    _ = try params.bool("indexed_only", default: false)
    if let quantization = try params.optional("quantization") {
      _ = try quantization.bool("ignore", default: false)
      _ = try quantization.optional("rescore")?.bool()
      if let factor = try quantization.optional("oversampling") {
        guard try factor.double() >= 1 else {
          throw APIError.tooSmall(
            "internal." + factor.path, try factor.double(), least: 1)
        }
        annotations["oversampling"] = .double(try factor.double())
      }
    }
    if let acorn = try params.optional("acorn") {
      _ = try acorn.bool("enable", default: false)
      if let selectivity = try acorn.optional("max_selectivity") {
        let value = try selectivity.double()
        guard 0...1 ~= value else {
          throw APIError.validation(
            "internal." + selectivity.path, "value \(value) invalid, must be from 0.0 to 1.0")
        }
      }
    }
    guard let idf = try params.optional("idf") else { return }
    switch idf.value {
    case .string("global"): self.idf = .global
    case .object: self.idf = .corpus(try Filter(json: try idf.member("corpus")))
    default: throw idf.error("expected `global` or `corpus`")
    }
  }
}

extension QueryStage {
  var hnswEF: Int? {
    if case .integer(let ef)? = annotations["hnsw_ef"] { Int(ef) } else { nil }
  }
  var isExactDemanded: Bool { annotations["exact"] == true }
  var oversampling: Double? { annotations["oversampling"]?.asDouble }
}
