import DataFiles
import StorageIO
import TestSupport
import Testing

/// Tables as people have them.
struct TableReaderTests {
  private let directory = TemporaryDirectory()

  private func file(_ text: String) throws -> String { try file(Array(text.utf8)) }

  private func file(_ bytes: [UInt8]) throws -> String {
    let path = directory.file("table")
    let disk = PosixFileSystem()
    try? disk.remove(path)
    let file = try disk.open(path, .create)
    defer { file.close() }
    try bytes.withRawBytes { (bytes) throws(StorageError) in try file.write(bytes, at: 0) }
    return path
  }

  private func records(
    _ text: String, _ options: TableShape.Options = .init(hasHeader: false)
  ) throws -> [[String]] {
    try records(Array(text.utf8), options)
  }

  private func records(
    _ bytes: [UInt8], _ options: TableShape.Options = .init(hasHeader: false)
  ) throws -> [[String]] {
    var reader = try TableReader(file(bytes), options)
    var records: [[String]] = []
    while try reader.next() {
      records.append((0..<reader.fieldCount).map { DataText.decode(reader.field($0)) })
    }
    return records
  }

  @Test(arguments: ["\t", "::", ";", ",", "|", " "])
  func `the separator is guessed`(separator: String) throws {
    let text = ["1", "2", "3.5"].joined(separator: separator) + "\n"
    #expect(try records(text + text) == [["1", "2", "3.5"], ["1", "2", "3.5"]])
  }

  @Test func `a comma in text does not hide the semicolons`() throws {
    #expect(
      try records("1;a, b;5\n2;c;4\n3;d, e, f;3\n")
        == [["1", "a, b", "5"], ["2", "c", "4"], ["3", "d, e, f", "3"]])
  }

  @Test func `newlines in the first records do not hide the separator`() throws {
    #expect(
      try records("1;\"a\nb\";5\n2;\"c\n\nd\";4\n3;e;3\n4;f;1\n")
        == [["1", "a\nb", "5"], ["2", "c\n\nd", "4"], ["3", "e", "3"], ["4", "f", "1"]])
  }

  @Test func `any character separates when it is said`() throws {
    let options = TableShape.Options(separator: "^", hasHeader: false)
    #expect(try records("a,b^c\n", options) == [["a,b", "c"]])
  }

  @Test func `byte order mark, carriage returns, blank lines and a missing newline are no matter`()
    throws
  {
    #expect(
      try records([0xEF, 0xBB, 0xBF] + Array("a,b\r\n\r\n  \nc,d\r\n\n\ne,f".utf8))
        == [["a", "b"], ["c", "d"], ["e", "f"]])
    #expect(try records("") == [])
    #expect(try records("\n\n") == [])
  }

  @Test func `carriage returns end lines where there are no newlines`() throws {
    #expect(
      try records("a,b\r\rc,\"d\re\"\rf,g") == [["a", "b"], ["c", "d\re"], ["f", "g"]])
    var reader = try TableReader(file("user,item\r1,2\r\"3,4\r"))
    #expect(reader.shape.columnNames == ["user", "item"])
    #expect(try reader.next())
    #expect(reader.lineNumber == 2)
    #expect(
      complaint { _ = try reader.next() } == reader.path
        + ":3: expected a closing quote for the one that is opened here")
  }

  @Test func `a first line that states the separator is heeded and no record`() throws {
    #expect(try records("sep=;\r\n1,5;2\r\n3;4\r\n") == [["1,5", "2"], ["3", "4"]])
    #expect(try records([0xEF, 0xBB, 0xBF] + Array("SEP=\t\n1\t2\n".utf8)) == [["1", "2"]])
    #expect(try records("sep=;\n1^2\n", .init(separator: "^", hasHeader: false)) == [["1", "2"]])
    #expect(try records("sep=;") == [["sep=", ""]])
    #expect(try records("sep=x;y\n1;2\n") == [["sep=x", "y"], ["1", "2"]])
    var reader = try TableReader(file("sep=,\na,b\n1,2\n"), .init(hasHeader: true))
    #expect(reader.shape.columnNames == ["a", "b"])
    #expect(try reader.next())
    #expect(reader.lineNumber == 3)
  }

  @Test func `a page of HTML is refused`() throws {
    for text in ["<!DOCTYPE html>\n<html><body>404</body></html>\n", " <HTML>\n", "<?xml ?>"] {
      let words = try #require(complaint { _ = try TableReader(file(text)) })
      #expect(words.hasSuffix("' is HTML or XML, not a table: see what has been downloaded"))
    }
    #expect(try records("<a>,1\n<b>,2\n") == [["<a>", "1"], ["<b>", "2"]])
  }

  @Test func `quotes hold separators, newlines and quotes`() throws {
    #expect(
      try records("\"a,b\",\"c\"\"d\"\n\"e\nf\r\ng\" , h\n\"\",\"\"\n")
        == [["a,b", "c\"d"], ["e\nf\r\ng", "h"], ["", ""]])
    #expect(try records("a\"b,c\"\n") == [["a\"b", "c\""]])
    #expect(
      try records(#""1";"The \"Real\" Thing";"x\";"y""# + "\n")
        == [["1", "The \"Real\" Thing", "x\\", "y"]])
  }

  @Test func `between tabs a quote that is not closed is a quote`() throws {
    #expect(try records("1\t\"Heroes\n2\t\"Low\"\n") == [["1", "\"Heroes"], ["2", "Low"]])
  }

  @Test func `a quote that is not closed, and text after one, are named by line`() throws {
    var reader = try TableReader(
      file("a,b\n\"c\nd\",e\n\"f\"g,h\n\"i,j\nk,l\n"), .init(hasHeader: false))
    #expect(try reader.next())
    #expect(try reader.next())
    #expect(DataText.decode(reader.field(0)) == "c\nd")
    #expect(
      complaint { _ = try reader.next() } == reader.path
        + ":4: expected a separator after the closing quote")
    #expect(
      complaint { _ = try reader.next() } == reader.path
        + ":5: expected a closing quote for the one that is opened here")
    // Reading goes on with the line after it.
    #expect(try reader.next())
    #expect(DataText.decode(reader.field(0)) == "k")
    #expect(reader.lineNumber == 6)
    #expect(try !reader.next())
  }

  @Test func `Latin-1 is read where text is no UTF-8`() throws {
    #expect(try records([0x4D, 0xFC, 0x2C, 0x31, 0x0A]) == [["Mü", "1"]])
    #expect(try records("Mü,1\n") == [["Mü", "1"]])
  }

  @Test func `UTF-16 and a JSON array are refused with the way out`() throws {
    #expect(
      complaint { _ = try TableReader(file([0xFF, 0xFE, 0x31, 0x00])) }
        == "'\(directory.file("table"))' is UTF-16; make UTF-8 of it: iconv -f UTF-16 -t UTF-8")
    #expect(
      complaint { _ = try TableReader(file("[\n{\"a\": 1}\n]\n")) }
        == "'\(directory.file("table"))' is one JSON array; make lines of it: jq -c '.[]'")
  }

  @Test func `a header is recognised by a name, or by the numbers below it`() throws {
    func names(_ text: String) throws -> [String]? {
      try TableReader(file(text), isHeaderName: { $0 == "userid" }).shape.columnNames
    }
    #expect(try names("User-ID;x;y\n1;2;3\n") == ["User-ID", "x", "y"])
    #expect(try names("foo,bar\nx,1\n") == ["foo", "bar"])
    #expect(try names("1,2\n3,4\n") == nil)
    #expect(try names("a,b\nc,d\n") == nil)
  }

  @Test func `JSON lines give their members by name, missing ones empty`() throws {
    var reader = try TableReader(
      file("{\"u\": \"a\", \"n\": 5, \"x\": [1]}\r\n\n{\"n\": 2.5, \"u\": \"b\\nc\"}\n{\"u\": 7}"))
    #expect(reader.shape.columnNames == ["u", "n", "x"])
    var records: [[String]] = []
    while try reader.next() {
      records.append((0..<2).map { DataText.decode(reader.field($0)) })
    }
    #expect(records == [["a", "5"], ["b\nc", "2.5"], ["7", ""]])
    var broken = try TableReader(file("{\"u\": 1}\n{\"u\": }\n"))
    #expect(try broken.next())
    #expect(throws: DataFileError.self) { _ = try broken.next() }
  }

  @Test func `records come out whole whatever the blocks they are read in`() throws {
    var random = SeededGenerator(seed: 7)
    var expected: [[String]] = []
    var text = ""
    while text.utf8.count < 5 << 20 {
      let long = String(repeating: "x", count: Int.random(in: 0..<3000, using: &random))
      let fields = ["\(expected.count)", long, Bool.random(using: &random) ? "a\nb" : "c,d"]
      expected.append(fields)
      text += "\(fields[0]),\(fields[1]),\"\(fields[2])\"\r\n"
    }
    #expect(try records(text) == expected)
  }

  @Test func `a record of many lines with quotes in them is put together line by line`() throws {
    var random = SeededGenerator(seed: 8)
    let pieces = ["\"", "\n", "\\", "a", ",", "\r\n", "\"\"", " "]
    var expected: [[String]] = []
    var text = ""
    for _ in 0..<2_000 {
      let field =
        (0..<Int.random(in: 0..<40, using: &random))
        .map { _ in pieces.randomElement(using: &random)! }.joined() + "."
      // A backslash before a quote would take it in.
      let safe = field.replacing("\\\"", with: "/\"")
      expected.append([safe, "b"])
      text += "\"\(safe.replacing("\"", with: "\"\""))\" ,b\n"
    }
    #expect(try records(text, .init(separator: ",", hasHeader: false)) == expected)

    let lines = String(repeating: "\"\n", count: 200_000)
    let long = try records(
      "\"\(lines.replacing("\"", with: "\"\""))\",b\n",
      .init(separator: ",", hasHeader: false))
    #expect(long == [[lines, "b"]])
  }

  @Test func `a line without end is refused`() throws {
    let long = [UInt8](repeating: 0x61, count: TableReader.maxRecordByteCount + 2)
    #expect(throws: DataFileError.self) { _ = try records(long + [0x0A]) }
  }

  private func complaint(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch {
      return "\(error)"
    }
  }
}
