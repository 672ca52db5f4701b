import DataFiles
import Kindred

/// Reads files of ratings into a spill, and their ids into identifiers.
struct RatingFiles: ~Copyable {
  struct Options: Sendable {
    var shape = TableShape.Options()
    /// Columns by name or number.
    var columns: [RatingRole: String] = [:]
    var skipsBadLines = false
    /// Whether a value below 0 makes a line malformed.
    var needsCounts = false
    /// Whether times are kept and not only compared: seconds since 1970 then.
    var keepsTimes = false
  }

  let options: Options
  private(set) var users = Identifiers(maxNumber: UInt64(Int64.max))
  private(set) var items = Identifiers(maxNumber: UInt64(UInt32.max))
  var spill = RatingSpill()
  private(set) var lineCount = 0
  private(set) var badLineCount = 0
  /// The first bad lines, for people.
  private(set) var badLines: [String] = []
  /// Remarks on the columns found in each file, for people.
  private(set) var notes: [String] = []
  /// The columns of the first file by name.
  private(set) var columnNames: [(role: RatingRole, name: String)] = []
  /// Whether every file says how much, and not only what.
  private(set) var haveRatings = true
  /// Whether every file says when.
  private(set) var haveTimes = true
  /// Values that may say that there is no rating.
  private(set) var unrated = UnratedValues()

  private static let shownBadLineCount = 10
  private static let linesBetweenReports = 1 << 16
  /// Far beyond any rating, and far from where weights of 32 bits end.
  private static let maxMagnitude = 1e15
  /// Numbers of at least so much are milliseconds since 1970, not seconds.
  private static let minMilliseconds: Int64 = 100_000_000_000

  init(_ options: Options) { self.options = options }

  /// - Parameter onLines: called now and then with how many lines have been read.
  mutating func read(_ path: String, onLines: (Int) -> Void = { _ in }) throws {
    var reader = try TableReader(path, options.shape, isHeaderName: RatingRole.isUsual)
    guard reader.shape.columnCount > 0 else { throw CommandFailure("'\(reader.path)' is empty") }
    var columns = try RatingColumns(of: reader.shape, in: reader.path, chosen: options.columns)
    notes.append("\(reader.path): \(columns.description(of: reader.shape))")
    if columnNames.isEmpty {
      columnNames = RatingRole.allCases.compactMap { role in
        columns[role].map { (role, RatingColumns.name($0, of: reader.shape)) }
      }
    }
    if columns.rating == nil { haveRatings = false }
    var isFirst = true
    while true {
      do throws(DataFileError) {
        guard try reader.next() else { break }
        if isFirst {
          isFirst = false
          dropGuessedTime(&columns, reader)
        }
        try take(columns, reader)
        if lineCount % Self.linesBetweenReports == 0 { onLines(lineCount) }
      } catch {
        guard options.skipsBadLines, case .malformedLine = error else {
          throw CommandFailure(error.description)
        }
        badLineCount += 1
        if badLines.count < Self.shownBadLineCount { badLines.append(error.description) }
      }
    }
    if columns.time == nil { haveTimes = false }
  }

  /// For ids that no rating names: those of tables.
  mutating func addUser(_ bytes: ArraySlice<UInt8>) -> UInt32 { users.index(of: bytes) }
  mutating func addItem(_ bytes: ArraySlice<UInt8>) -> UInt32 { items.index(of: bytes) }

  private mutating func take(
    _ columns: RatingColumns, _ reader: borrowing TableReader
  ) throws(DataFileError) {
    let (user, item) = (reader.field(columns.user), reader.field(columns.item))
    guard !user.isEmpty, !item.isEmpty else {
      throw reader.malformed(user.isEmpty ? "a user" : "an item")
    }
    var value = 1.0
    if let column = columns.rating {
      guard let number = Self.rating(in: column, reader),
        number.magnitude <= Self.maxMagnitude
      else { throw noRating(in: column, reader) }
      guard !options.needsCounts || number >= 0 else {
        throw reader.malformed("a rating of 0 or more, of which --scale log takes the logarithm")
      }
      value = number
      unrated.add(number)
    }
    var time: Int64 = 0
    if let column = columns.time {
      guard let number = FieldValues.time(reader.field(column)) else {
        throw reader.malformed("a time: a number, or a date such as 2024-05-01 12:30:00")
      }
      time = number
      if options.keepsTimes {
        // No second that can be kept is so large, and no later millisecond than 1973 so small.
        if number.magnitude >= Self.minMilliseconds { time = number / 1000 }
        guard RatingTime.bounds.contains(time) else {
          throw reader.malformed(
            "a time that can be kept: a date, milliseconds, or " + RatingTime.boundsText)
        }
      }
    }
    lineCount += 1
    let rating = Rating(
      user: users.index(of: user), item: items.index(of: item), value: value, time: time)
    do throws(CommandFailure) {
      try spill.append(rating)
    } catch {
      throw .unusable(path: reader.path, reason: "is too much to sort: \(error.message)")
    }
  }

  /// Where fields are not separated by commas, decimals may be; what may be thousands is not a number.
  private static func rating(in column: Int, _ reader: borrowing TableReader) -> Double? {
    let field = reader.field(column)
    if let number = FieldValues.number(field) { return number }
    let comma = UInt8(ascii: ",")
    guard case .separated(let separator) = reader.shape.layout, separator != [comma],
      let place = field.firstIndex(of: comma), field.endIndex - place != 4
    else { return nil }
    return FieldValues.number(withPoint(field))
  }

  private static func withPoint(_ field: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    field.map { $0 == UInt8(ascii: ",") ? UInt8(ascii: ".") : $0 }[...]
  }

  private func noRating(in column: Int, _ reader: borrowing TableReader) -> DataFileError {
    let expected = "a rating that is a number, up to 1e15"
    guard column < reader.fieldCount else {
      return reader.malformed(
        "\(expected), in column \(column + 1): the line has \(reader.fieldCount)")
    }
    let field = reader.field(column)
    if field.isEmpty { return reader.malformed("\(expected), and there is none") }
    var hint = ""
    if FieldValues.number(Self.withPoint(field)) != nil {
      hint = ": decimals have a point"
    } else if options.columns[.rating] == nil, reader.shape.columnNames == nil {
      hint = "; where another column has it, say --rating NUMBER"
    }
    return reader.malformed("\(expected), not '\(DataText.decode(field.prefix(40)))'" + hint)
  }

  /// A time is only wanted to tell which rating is the latest: one that nobody named and that cannot
  /// be read is passed over.
  private mutating func dropGuessedTime(_ columns: inout RatingColumns, _ reader: TableReader) {
    guard options.columns[.time] == nil, let time = columns.time,
      FieldValues.time(reader.field(time)) == nil
    else { return }
    notes.append(
      "\(reader.path): the times of '\(RatingColumns.name(time, of: reader.shape))' cannot be read "
        + "and are passed over")
    columns.time = nil
    columnNames.removeAll { $0.role == .time }
  }
}
