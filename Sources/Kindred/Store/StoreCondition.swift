/// The conditions that an operator should look at; reading them costs nothing, however many
/// collections there are.
public struct StoreCondition: Sendable {
  /// See `RecoveryReport`.
  public var quarantined: [String]
  /// Bytes of segment files that the comparison with their checksums after opening has not come to.
  public var unverifiedByteCount: Int
  /// See `StoreStatistics`.
  public var readOnlyReason: String?
  /// See `StoreStatistics`.
  public var flushObstacle: String?
}
