/// The versions that Kindred tells of itself. Nothing else holds them.
public enum Version {
  /// Kindred's own.
  public static let kindred = "0.2.0"
  /// The Qdrant release whose REST API the daemon speaks; clients compare it with their own version.
  package static let qdrantCompatible = "1.20.0"
}
