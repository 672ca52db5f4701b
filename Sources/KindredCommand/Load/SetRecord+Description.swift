import KindredServer

extension SetRecord {
  /// One line for people.
  var description: String {
    var scale = scale
    if let mean, let deviation {
      scale +=
        " with mean \(Figures.fixed(mean, places: 4)), "
        + "deviation \(Figures.fixed(deviation, places: 4))"
    }
    if let likedFrom { scale += " from \(Figures.fixed(likedFrom, places: 2))" }
    return "\(kind) from \(source.joined(separator: ", ")), \(scale), "
      + (isComplete ? "loaded \(loadedAt)" : "not completely loaded: run the load again")
  }
}
