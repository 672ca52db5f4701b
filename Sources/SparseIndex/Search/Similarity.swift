/// The measure by which a sparse query and a sparse vector are compared.
public enum Similarity: String, Sendable, CaseIterable {
  /// The dot product: products of the weights of shared dimensions, exact in Float64, summed in
  /// ascending order of the dimensions, rounded once to Float32.
  case dot
  /// The same sum divided by both vectors' lengths before it is rounded.
  case cosine
}
