#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Double {
  /// This number to a power, as the C library computes it.
  package func raised(to exponent: Double) -> Double { pow(self, exponent) }

  package var naturalLogarithm: Double { log(self) }
}
