/// The codes of a batch's bytes, as `docs/formats/log.md` describes them.
enum BatchFormat {
  enum OperationKind: UInt8 {
    case points = 1
    case createCollection = 2
    case dropCollection = 3
    case setConfiguration = 4
    case setAliases = 5
  }

  enum VectorKind: UInt8 {
    case sparse = 0
    case dense = 1
    case multiDense = 2
  }

  /// Bits of a point operation's flag byte.
  static let deletionFlag: UInt8 = 1
  static let uuidFlag: UInt8 = 2
  static let patchFlag: UInt8 = 4
}
