extension Float {
  /// The nearest Float32; ±greatestFiniteMagnitude beyond its range, and 0 for NaN, which sums of
  /// finite numbers never are.
  @inline(__always)
  package init(saturating value: Double) {
    let limit = Double(Float.greatestFiniteMagnitude)
    self = value.isNaN ? 0 : Float(Swift.min(Swift.max(value, -limit), limit))
  }

  /// Adds what may be beyond the range together.
  @inline(__always)
  package mutating func addSaturating(_ other: Float) {
    self = (self + other).orSaturated(Double(self) + Double(other))
  }

  /// This number where it is finite, else what Float64 makes of it: the way to keep sums in Float32 as
  /// they are and to give a meaning to those that overflow.
  @inline(__always)
  package func orSaturated(_ exact: @autoclosure () -> Double) -> Float {
    isFinite ? self : Float(saturating: exact())
  }
}
