import JSONCodec
import Kindred

/// The types of members that are accepted, kept and echoed. A name means the same in whatever section
/// it stands, so one table checks them at every depth.
enum EchoedTypes {
  private static let flags: Set = [
    "on_disk", "always_ram", "inline_storage", "prevent_unoptimized", "is_tenant", "is_principal",
    "enable_hnsw", "lookup", "range", "prefix", "phrase_matching", "lowercase", "ascii_folding",
  ]
  private static let choices: [String: [String]] = [
    "memory": ["cold", "cached", "pinned"],
    "datatype": ["float32", "uint8", "float16", "turbo4", "turbo8", "turbo16"],
    "compression": ["x4", "x8", "x16", "x32", "x64"],
    "encoding": ["one_bit", "two_bits", "one_and_half_bits"],
    "query_encoding": ["default", "binary", "scalar4bits", "scalar8bits"],
    "bits": ["bits1", "bits1_5", "bits2", "bits4", "bits8"],
  ]

  /// Checks the members of an object, and those of objects in it.
  static func check(_ input: JSONInput) throws {
    guard case .object(let object) = input.value else { return }
    for member in object.members where member.value != .null {
      let value = input.of(member)
      if flags.contains(member.name) { _ = try value.bool() }
      if let known = choices[member.name] { try check(value, isOneOf: known) }
      try check(value, named: member.name)
    }
  }

  /// Checks the value of a section.
  static func check(_ section: JSONInput, named name: String) throws {
    if name == "quantization_config" { try checkQuantization(section) }
    try check(section)
  }

  private static func check(_ input: JSONInput, isOneOf known: [String]) throws {
    let text = try input.string()
    guard known.contains(text) else {
      let list = known.map { "`\($0)`" }.joined(separator: ", ")
      throw input.error("unknown variant `\(text)`, expected one of \(list)")
    }
  }

  /// One kind of quantization with its parameters, or `Disabled`.
  private static func checkQuantization(_ input: JSONInput) throws {
    if input.value == .string("Disabled") { return }
    let kinds = ["scalar", "product", "binary", "turbo"]
    guard let kind = kinds.first(where: input.has) else {
      throw input.error("expected one of `scalar`, `product`, `binary`, `turbo`")
    }
    let parameters = try input.member(kind)
    _ = try parameters.object()
    if kind == "scalar" {
      try check(parameters.member("type"), isOneOf: ["int8"])
      if let quantile = try parameters.optional("quantile") {
        guard 0.5...1 ~= (try quantile.double()) else {
          throw APIError.validation(
            quantile.path, "value \(try quantile.double()) invalid, must be from 0.5 to 1.0")
        }
      }
    }
    if kind == "product" { _ = try parameters.member("compression") }
  }
}
