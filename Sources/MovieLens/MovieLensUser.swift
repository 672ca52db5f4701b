import DataFiles
import JSONCodec

/// A person and what the set says of them.
package struct MovieLensUser: Equatable, Sendable {
  package var id: UInt32
  /// `user_id` and, where the set has them, `gender`, `age`, `occupation` and `zip`.
  package var payload: JSONObject

  package init(id: UInt32, details: JSONObject = [:]) {
    self.id = id
    payload = ["user_id": .integer(Int64(id))]
    for member in details.members { payload[member.name] = member.value }
  }

  /// The users listed in a file of their own; none where the format, or ML-10M, has no such file.
  static func read(
    _ format: MovieLensFormat, in folder: String
  ) throws(MovieLensError) -> [MovieLensUser] {
    switch format {
    case .doubleColon:
      let path = "\(folder)/\(MovieLensFormat.usersFile)"
      guard ByteSource.exists(path) else { return [] }
      return try read(path, .doubleColon, "user::gender::age::occupation::zip") { line in
        guard let age = line.integer(2), let occupation = line.integer(3) else { return nil }
        return [
          "gender": .string(line.fields[1]), "age": .integer(Int64(age)),
          "occupation": .integer(Int64(occupation)), "zip": .string(line.fields[4]),
        ]
      }
    case .hundredK:
      return try read("\(folder)/u.user", .bar, "user|age|gender|occupation|zip") { line in
        guard let age = line.integer(1) else { return nil }
        return [
          "age": .integer(Int64(age)), "gender": .string(line.fields[2]),
          "occupation": .string(line.fields[3]), "zip": .string(line.fields[4]),
        ]
      }
    case .commaSeparated: return []
    }
  }

  private static func read(
    _ path: String, _ separator: FieldLine.Separator, _ expected: String,
    details: (FieldLine) -> JSONObject?
  ) throws(MovieLensError) -> [MovieLensUser] {
    var users: [MovieLensUser] = []
    try FieldLine.forEach(in: path, separator: separator, expected: expected) {
      line throws(MovieLensError) in
      guard line.fields.count == 5, let id = line.integer(0), let details = details(line) else {
        return false
      }
      users.append(MovieLensUser(id: id, details: details))
      return true
    }
    return users
  }
}
