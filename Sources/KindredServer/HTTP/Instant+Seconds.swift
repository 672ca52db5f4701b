import StorageIO

extension ContinuousClock.Instant {
  /// Seconds from here to now.
  var secondsUntilNow: Double { (ContinuousClock.now - self).seconds }
}
