/// The versions that Kindred tells of itself. Nothing else holds them.
public enum Version {
  /// Kindred's own.
  public static let kindred = "0.2.0"
}
