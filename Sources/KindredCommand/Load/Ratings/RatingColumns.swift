import DataFiles

/// The role of a column of ratings.
enum RatingRole: String, CaseIterable, Sendable {
  case user, item, rating, time

  /// Common names of the column, folded; the likeliest first.
  var usualNames: [String] {
    switch self {
    case .user:
      [
        "userid", "user", "uid", "username", "reviewerid", "reviewer", "customerid", "customer",
        "memberid", "member", "profileid", "profilename", "profile", "accountid", "account",
        "visitorid", "visitor", "listenerid", "listener", "personid", "person", "subscriberid",
        "useridx", "authorid", "steamid",
      ]
    case .item:
      [
        "itemid", "item", "movieid", "movie", "filmid", "film", "isbn", "bookid", "book", "asin",
        "parentasin", "productid", "product", "sku", "artistid", "artist", "songid", "song",
        "trackid", "track", "albumid", "album", "animeid", "anime", "gameid", "game", "appid",
        "articleid", "article", "businessid", "business", "recipeid", "recipe", "jokeid", "joke",
        "contentid", "showid", "videoid", "newsid",
      ]
    case .rating:
      [
        "rating", "ratings", "score", "stars", "star", "bookrating", "userrating", "overall",
        "reviewscore", "starrating", "value", "preference", "weight", "playcount", "plays",
        "listencount", "listens", "count", "hours", "playtime", "playtimeforever", "quantity",
      ]
    case .time:
      [
        "timestamp", "time", "datetime", "date", "unixreviewtime", "ratedat", "createdat",
        "updatedat", "ts", "timestampms", "unixtime", "eventtime", "reviewtime", "listenedat",
      ]
    }
  }

  static func isUsual(_ foldedName: String) -> Bool {
    allCases.contains { $0.usualNames.contains(foldedName) }
  }
}

/// Which columns of a file say what.
struct RatingColumns: Equatable, Sendable {
  var user: Int
  var item: Int
  /// Nil where a line says no more than that there was something.
  var rating: Int?
  var time: Int?

  /// Takes what `chosen` says, and guesses the rest: by usual names under a header, by the order
  /// user, item, rating, time without.
  ///
  /// - Parameter chosen: a name, or a number from 1.
  init(
    of shape: TableShape, in path: String, chosen: [RatingRole: String]
  ) throws(CommandFailure) {
    var columns: [RatingRole: Int] = [:]
    for role in RatingRole.allCases {
      guard let text = chosen[role] else { continue }
      columns[role] = try Self.column(named: text, for: "--\(role.rawValue)", of: shape, in: path)
    }
    for (index, role) in RatingRole.allCases.enumerated() where columns[role] == nil {
      let taken = Set(columns.values)
      if let names = shape.columnNames?.map(TableShape.folded) {
        columns[role] =
          role.usualNames.lazy.compactMap { usual in
            names.indices.first { names[$0] == usual && !taken.contains($0) }
          }.first
      } else if index < shape.columnCount, !taken.contains(index) {
        columns[role] = index
      }
    }
    for role in [RatingRole.user, .item] where columns[role] == nil {
      throw CommandFailure(
        "'\(path)': which column is the \(role.rawValue)? Say --\(role.rawValue) NAME or NUMBER; "
          + "there are " + Self.list(shape))
    }
    user = columns[.user]!
    item = columns[.item]!
    rating = columns[.rating]
    time = columns[.time]
    guard user != item else {
      throw CommandFailure(.usage, "'\(path)': --user and --item are the same column")
    }
  }

  subscript(role: RatingRole) -> Int? {
    switch role {
    case .user: user
    case .item: item
    case .rating: rating
    case .time: time
    }
  }

  static func column(
    named text: String, for option: String, of shape: TableShape, in path: String
  ) throws(CommandFailure) -> Int {
    if let names = shape.columnNames {
      if let index = names.firstIndex(where: { $0 == text })
        ?? names.firstIndex(where: { TableShape.folded($0) == TableShape.folded(text) })
      {
        return index
      }
    }
    if let number = Int(text), (1...max(shape.columnCount, 1)).contains(number) {
      return number - 1
    }
    throw CommandFailure(
      "'\(path)' has no column '\(text)' for \(option); there are " + list(shape))
  }

  /// The column's name, or its number from 1.
  static func name(_ column: Int, of shape: TableShape) -> String {
    guard let names = shape.columnNames, column < names.count else { return "\(column + 1)" }
    return names[column]
  }

  /// For people: what each column was taken for.
  func description(of shape: TableShape) -> String {
    let roles = RatingRole.allCases.compactMap { role in
      self[role].map { "\(role.rawValue) '\(Self.name($0, of: shape))'" }
    }
    return "\(shape.name), \(shape.columnNames == nil ? "no header" : "with names"); "
      + roles.joined(separator: ", ")
  }

  private static func list(_ shape: TableShape) -> String {
    guard let names = shape.columnNames else { return "\(shape.columnCount) columns, no header" }
    return names.map { "'\($0)'" }.joined(separator: ", ")
  }
}
