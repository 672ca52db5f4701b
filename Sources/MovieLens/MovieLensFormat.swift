import DataFiles

/// The three file formats that MovieLens sets come in.
package enum MovieLensFormat: CaseIterable, Sendable {
  /// ML-1M and ML-10M: fields between `::`. ML-10M has half stars and no `users.dat`.
  case doubleColon
  /// ML-100K: `u.data` between tabs, the others between `|`.
  case hundredK
  /// ML-latest, 20M, 25M and 32M: comma-separated with a header, UTF-8.
  case commaSeparated

  package var name: String {
    switch self {
    case .doubleColon: "ML-1M and ML-10M"
    case .hundredK: "ML-100K"
    case .commaSeparated: "ML-latest, ML-20M, ML-25M and ML-32M"
    }
  }

  /// Names of the files read, the one with the ratings first.
  package var files: [String] {
    switch self {
    case .doubleColon: ["ratings.dat", "movies.dat", Self.usersFile]
    case .hundredK: ["u.data", "u.item", "u.genre", "u.user"]
    case .commaSeparated: ["ratings.csv", "movies.csv"]
    }
  }

  /// The file of people, which ML-10M lacks.
  static let usersFile = "users.dat"

  /// The files' names for a message.
  var fileList: String {
    files.map { $0 == Self.usersFile ? "\($0) (not in ML-10M)" : $0 }.joined(separator: ", ")
  }

  var ratingsFile: String { files[0] }

  /// How a line of the ratings file looks.
  var ratingLine: RatingLine {
    switch self {
    case .doubleColon:
      RatingLine(separator: UInt8(ascii: ":"), isDoubled: true, header: nil)
    case .hundredK:
      RatingLine(separator: UInt8(ascii: "\t"), isDoubled: false, header: nil)
    case .commaSeparated:
      RatingLine(
        separator: UInt8(ascii: ","), isDoubled: false, allowsFurtherColumns: true,
        header: "userId,movieId,rating,timestamp")
    }
  }

  /// The folder of a set, given itself, a file in it, or a zip archive that it is in; a path through
  /// an archive then, as `ByteSource` reads it.
  package static func folder(at path: String) throws(MovieLensError) -> String {
    if ZipArchive.isArchive(path) {
      let names: [String]
      do throws(DataFileError) { names = try ZipArchive(path).names } catch { throw .file(error) }
      let found = names.filter { name in
        !name.hasPrefix("__MACOSX/") && allCases.contains { $0.ratingsFile == fileName(name) }
      }
      guard found.count == 1 else {
        throw .notRecognised(
          folder: path,
          reason: found.isEmpty
            ? "holds no MovieLens ratings" : "holds several sets (\(found.joined(separator: ", ")))"
        )
      }
      let parent = found[0].dropLast(fileName(found[0]).count + 1)
      return parent.isEmpty ? path : "\(path)/\(parent)"
    }
    let name = fileName(path)
    guard allCases.contains(where: { $0.files.contains { $0 == name } }) else {
      return path
    }
    let parent = path.dropLast(name.count)
    return parent.isEmpty ? "." : String(parent)
  }

  private static func fileName(_ path: String) -> Substring {
    path.lastIndex(of: "/").map { path[path.index(after: $0)...] } ?? path[...]
  }

  /// Recognises the set in `folder` by its ratings file.
  package static func detect(in folder: String) throws(MovieLensError) -> MovieLensFormat {
    let found = allCases.filter { ByteSource.exists("\(folder)/\($0.ratingsFile)") }
    guard let format = found.first else {
      throw .notRecognised(
        folder: folder,
        reason: ByteSource.exists(folder)
          ? "holds no MovieLens ratings" : "does not exist or cannot be read")
    }
    guard found.count == 1 else {
      throw .notRecognised(
        folder: folder,
        reason: "holds several sets (\(found.map(\.ratingsFile).joined(separator: ", ")))")
    }
    return format
  }
}

/// The shape of a ratings line: user, movie, rating and timestamp between separators.
struct RatingLine: Sendable {
  var separator: UInt8
  /// `::` rather than one separator.
  var isDoubled: Bool
  /// Whether columns after the timestamp are passed over: `ml-latest-small` of 2016 has lines with
  /// some.
  var allowsFurtherColumns = false
  /// The first line, when it is not a rating.
  var header: String?

  var description: String {
    let text = String(repeating: String(UnicodeScalar(separator)), count: isDoubled ? 2 : 1)
    return "user\(text)movie\(text)rating\(text)timestamp with a rating of 0.5 to 5 in half stars"
  }
}
