import JSONCodec
import StorageIO

/// A movie as the catalogue holds it.
package struct Movie: Equatable, Sendable {
  package var id: UInt32
  /// The title in the file, with the year in it: `Matrix, The (1999)`.
  package var title: String
  package var genres: [String]

  package init(id: UInt32, title: String, genres: [String]) {
    self.id = id
    self.title = title
    self.genres = genres
  }

  /// The year in parentheses at the title's end.
  package var year: Int? {
    var text = title[...]
    while text.last == " " { text.removeLast() }
    guard text.popLast() == ")" else { return nil }
    let digits = text.suffix(4)
    guard digits.count == 4, digits.utf8.allSatisfy(\.isDigit),
      text.dropLast(4).last == "("
    else { return nil }
    return Int(digits)
  }

  package var payload: JSONObject {
    var payload: JSONObject = [
      "movie_id": .integer(Int64(id)), "title": .string(title),
      "genres": .array(genres.map { .string($0) }),
    ]
    if let year { payload["year"] = .integer(Int64(year)) }
    return payload
  }

  static func read(_ format: MovieLensFormat, in folder: String) throws(MovieLensError) -> [Movie] {
    switch format {
    case .doubleColon:
      try read(
        "\(folder)/movies.dat", .doubleColon, header: nil, expected: "movie::title::genres")
    case .commaSeparated:
      try read(
        "\(folder)/movies.csv", .comma, header: "movieId,title,genres",
        expected: "movieId,title,genres")
    case .hundredK: try readHundredK(in: folder)
    }
  }

  private static func read(
    _ path: String, _ separator: FieldLine.Separator, header: String?, expected: String
  ) throws(MovieLensError) -> [Movie] {
    var movies: [Movie] = []
    try FieldLine.forEach(in: path, separator: separator, header: header, expected: expected) {
      line throws(MovieLensError) in
      guard line.fields.count == 3, let id = line.integer(0) else { return false }
      let genres = line.fields[2]
      movies.append(
        Movie(
          id: id, title: line.fields[1],
          genres: genres == "(no genres listed)"
            ? [] : genres.split(separator: "|").map(String.init)
        ))
      return true
    }
    return movies
  }

  /// `u.genre` names the columns of zeros and ones at the end of `u.item`.
  private static func readHundredK(in folder: String) throws(MovieLensError) -> [Movie] {
    var genres: [String] = []
    try FieldLine.forEach(in: "\(folder)/u.genre", separator: .bar, expected: "genre|number") {
      line throws(MovieLensError) in
      guard line.fields.count == 2, line.integer(1) == UInt32(genres.count) else { return false }
      genres.append(line.fields[0])
      return true
    }
    var movies: [Movie] = []
    try FieldLine.forEach(
      in: "\(folder)/u.item", separator: .bar,
      expected: "movie|title|release date|video release date|URL and \(genres.count) zeros or ones"
    ) { line throws(MovieLensError) in
      let flags = line.fields.dropFirst(5)
      guard flags.count == genres.count, flags.allSatisfy({ $0 == "0" || $0 == "1" }),
        let id = line.integer(0)
      else { return false }
      movies.append(
        Movie(
          id: id, title: line.fields[1],
          genres: zip(genres, flags).compactMap { $1 == "1" ? $0 : nil }))
      return true
    }
    return movies
  }
}
