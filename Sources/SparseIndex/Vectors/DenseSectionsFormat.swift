/// The layout of a dense vectors section; see docs/formats/segment.md.
enum DenseSectionsFormat {
  static let headerByteCount = 32
  /// Components start at multiples of this.
  static let alignment = 64

  /// Where the fields of the header are.
  enum HeaderOffset {
    static let size = 0
    static let isMultivector = 4
    static let rowStartsPlace = 8
    static let componentsPlace = 16
    static let componentCount = 24
  }
}
