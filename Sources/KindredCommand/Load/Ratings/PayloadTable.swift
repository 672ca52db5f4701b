import DataFiles
import JSONCodec

/// A table of items or users: for every id what becomes its payload. Held in memory.
struct PayloadTable {
  private(set) var rows: [(id: [UInt8], payload: JSONObject)] = []
  /// A remark on the columns that were found, for people.
  private(set) var note: String

  /// Names of columns, folded, that are a title.
  private static let titleNames = [
    "title", "booktitle", "movietitle", "filmtitle", "itemtitle", "producttitle", "songtitle",
    "tracktitle", "name", "itemname", "productname", "trackname", "songname", "artistname",
    "gamename", "animename",
  ]

  /// - Parameters:
  ///   - role: whose table it is: users or items.
  ///   - column: the column with the ids, by name or number; nil to guess.
  init(
    _ path: String, of role: RatingRole, _ options: TableShape.Options, column: String?
  ) throws {
    do throws(DataFileError) {
      (rows, note) = ([], "")
      let reader = try TableReader(path, options) { name in
        role.usualNames.contains(name) || (role == .item && Self.titleNames.contains(name))
      }
      let ids = Self.idColumn(of: role, reader.shape, column)
      guard reader.shape.columnCount > 0 else {
        throw .unusable(path: reader.path, reason: "has no \(role.rawValue)s")
      }
      var names = (0..<reader.shape.columnCount).map { RatingColumns.name($0, of: reader.shape) }
      note = "\(reader.path): \(reader.shape.name); \(role.rawValue) '\(names[ids])'"
      if role == .item, let title = Self.titleColumn(names, except: ids) {
        note += ", title '\(names[title])'"
        names[title] = "title"
      }
      if reader.shape.layout == .jsonLines {
        try readObjects(reader, idName: names[ids], names)
      } else {
        try readFields(reader, ids, names)
      }
    } catch {
      throw CommandFailure(error.description)
    }
  }

  private static func idColumn(
    of role: RatingRole, _ shape: TableShape, _ column: String?
  ) -> Int {
    if let column, let index = try? RatingColumns.column(named: column, for: "", of: shape, in: "")
    {
      return index
    }
    let names = shape.columnNames?.map(TableShape.folded) ?? []
    for usual in role.usualNames + ["id", "key"] {
      if let index = names.firstIndex(of: usual) { return index }
    }
    return 0
  }

  private static func titleColumn(_ names: [String], except ids: Int) -> Int? {
    let folded = names.map(TableShape.folded)
    return titleNames.lazy.compactMap { title in
      folded.indices.first { $0 != ids && folded[$0] == title }
    }.first
  }

  private mutating func readFields(
    _ reader: consuming TableReader, _ ids: Int, _ names: [String]
  ) throws(DataFileError) {
    var columns: [[String]] = Array(repeating: [], count: names.count)
    var lines: [[UInt8]] = []
    while try reader.next() {
      let id = reader.field(ids)
      guard !id.isEmpty else { throw reader.malformed("an id in column '\(names[ids])'") }
      lines.append(Array(id))
      for index in names.indices { columns[index].append(DataText.decode(reader.field(index))) }
    }
    let values = zip(names, columns).map { Self.values(of: $1, named: $0) }
    rows = lines.enumerated().map { row, id in
      var payload = JSONObject()
      for (index, name) in names.enumerated() where index != ids && !name.isEmpty {
        if let value = values[index][row] { payload[name] = value }
      }
      return (id, payload)
    }
  }

  /// Numbers when all that is there are, as they are written: `02139` is not one. Empty fields and
  /// `NULL` are left out.
  private static func values(of column: [String], named name: String) -> [JSONValue?] {
    let texts = column.map { $0.isEmpty || $0 == "NULL" || $0 == "\\N" ? nil : $0 }
    if TableShape.folded(name) == "genres" {
      return texts.map { text in
        text.map { .array($0.split(separator: "|").map { .string(String($0)) }) }
      }
    }
    let numbers = texts.map { $0.flatMap(number) }
    let areNumbers = zip(texts, numbers).allSatisfy { ($0 == nil) == ($1 == nil) }
    return areNumbers ? numbers : texts.map { $0.map { .string($0) } }
  }

  private static func number(_ text: String) -> JSONValue? {
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    guard digits.first?.isASCII == true, digits.first?.isNumber == true,
      digits.count == 1 || !digits.hasPrefix("0") || digits.hasPrefix("0.")
    else { return nil }
    if let integer = Int64(text) { return .integer(integer) }
    guard let value = FieldValues.number(Array(text.utf8)[...]) else { return nil }
    return .double(value)
  }

  private mutating func readObjects(
    _ reader: consuming TableReader, idName: String, _ names: [String]
  ) throws(DataFileError) {
    let title = zip(reader.shape.columnNames ?? [], names).first { $0 != $1 }?.0
    while try reader.next() {
      guard case .object(var payload)? = try? JSONValue.parse(Array(reader.line)) else {
        throw reader.malformed("a JSON object")
      }
      let id: String
      switch payload[idName] {
      case .string(let text)? where !text.isEmpty: id = text
      case .integer(let integer)?: id = String(integer)
      default: throw reader.malformed("an id as '\(idName)'")
      }
      payload[idName] = nil
      if let title, let value = payload[title] {
        payload[title] = nil
        payload["title"] = value
      }
      rows.append((Array(id.utf8), payload))
    }
  }
}
