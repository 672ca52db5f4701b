import Kindred

extension Version {
  /// The Qdrant release whose REST API the daemon speaks; clients compare it with their own version.
  package static let qdrantCompatible = "1.20.0"
}
