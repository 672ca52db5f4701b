import JSONCodec

extension RouteTable {
  mutating func addQuotaRoutes() {
    immediate(.get, "/quotas") { _ in .result(["config": ["enabled": false], "usage": [:]]) }
    write(.put, "/quotas", setQuotas)
  }
}

/// Quotas for the whole daemon can only be off: it refuses writes by itself when the disk is full.
@Sendable private func setQuotas(_ call: Call) throws -> Answer {
  let input = try call.json()
  for (name, range) in [
    ("max_resident_memory_percent", 1...100), ("max_disk_usage_percent", 1...100),
    ("release_margin_percent", 0...100),
  ] as [(String, ClosedRange<UInt64>)] {
    guard let percent = try input.optional(name), !range.contains(try percent.unsigned()) else {
      continue
    }
    throw APIError.validation(
      name,
      "value \(try percent.unsigned()) invalid, must be from \(range.lowerBound) to 100")
  }
  guard try !input.bool("enabled", default: false) else {
    throw APIError.badRequest("Quotas for the whole daemon are not supported")
  }
  return .result(true)
}
