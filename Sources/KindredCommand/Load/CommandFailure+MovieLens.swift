import MovieLens

extension CommandFailure {
  /// Says what to do about a set that cannot be read.
  init(_ error: MovieLensError) {
    switch error {
    case .notNormalisable: self.init("\(error); give --mean and --std")
    default: self.init(error.description)
    }
  }
}
