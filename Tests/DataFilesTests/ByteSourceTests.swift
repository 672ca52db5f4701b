import DataFiles
import StorageIO
import TestSupport
import Testing

/// Plain, compressed and archived files, and what is wrong with them.
struct ByteSourceTests {
  private let directory = TemporaryDirectory()

  /// `1,10,5` and `2,20,3` as gzip(1) has them.
  private static let gzip = bytes(
    """
    1f8b080000000000020333d43134d031e532d23132d031e60200ac34f6880e000000
    """)
  /// `set/ratings.dat`, deflated, three lines three times; `set/movies.dat`, stored, two lines.
  private static let archive = bytes(
    """
    504b030414000000000000002158000000000000000000000000040000007365742f504b030414000000080000
    002158905832e01c0000006c0000000f0000007365742f726174696e67732e64617433b4b23234b0b232b5b232
    e032b4b23202b20d416c235471aaa80100504b0304140000000000000021586f28b4a530000000300000000e00
    00007365742f6d6f766965732e64617431303a3a416c706861202831393930293a3a4472616d610a32303a3a42
    657461202831393931293a3a436f6d6564790a504b010214031400000000000000215800000000000000000000
    00000400000000000000000000008001000000007365742f504b0102140314000000080000002158905832e01c
    0000006c0000000f00000000000000000000008001220000007365742f726174696e67732e646174504b010214
    03140000000000000021586f28b4a530000000300000000e000000000000000000000080016b0000007365742f
    6d6f766965732e646174504b05060000000003000300ab000000c70000000000
    """)
  /// `r.csv`, deflated, nine lines.
  private static let single = bytes(
    """
    504b030414000000080000002158e6376818240000005100000005000000722e6373762b2d4e2dd2c92c49cdd5
    294a2cc9cc4be74acccbd3a9d031e54aca4fd2a9d43126990f00504b0102140314000000080000002158e63768
    182400000051000000050000000000000000000000800100000000722e637376504b0506000000000100010033
    000000470000000000
    """)

  private static func bytes(_ hexadecimal: String) -> [UInt8] {
    let digits = hexadecimal.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
  }

  private func file(_ bytes: [UInt8], _ name: String = "file") throws -> String {
    let path = directory.file(name)
    let disk = PosixFileSystem()
    try? disk.remove(path)
    let file = try disk.open(path, .create)
    defer { file.close() }
    try bytes.withRawBytes { (bytes) throws(StorageError) in try file.write(bytes, at: 0) }
    return path
  }

  /// Everything, read in pieces of `pieceCount` bytes; or the complaint.
  private func contents(_ path: String, pieceCount: Int = 7) -> String {
    do {
      let source = try ByteSource(path)
      var text: [UInt8] = []
      var piece = [UInt8](repeating: 0, count: pieceCount)
      while true {
        let count = try piece.withUnsafeMutableBytes { try source.read(into: $0) }
        if count == 0 { return String(decoding: text, as: UTF8.self) }
        text += piece[..<count]
      }
    } catch {
      return "\(error)"
    }
  }

  @Test func `a plain file is what it is, however short`() throws {
    for text in ["", "a", "abc", "1,2,3\n"] {
      #expect(try contents(file(Array(text.utf8))) == text)
    }
  }

  @Test func `gzip is recognised by its bytes, with any number of members`() throws {
    #expect(try contents(file(Self.gzip)) == "1,10,5\n2,20,3\n")
    let many = Array(repeatElement(Self.gzip, count: 5000).joined())
    let expected = String(repeating: "1,10,5\n2,20,3\n", count: 5000)
    #expect(try contents(file(many), pieceCount: 1000) == expected)
    // Tapes and some writers pad with zeros.
    #expect(try contents(file(Self.gzip + [0, 0, 0])) == "1,10,5\n2,20,3\n")
  }

  @Test func `gzip that is cut or changed anywhere is an error and never another text`() throws {
    for count in 3..<Self.gzip.count {
      #expect(
        try contents(file(Array(Self.gzip[..<count]))).hasSuffix(
          "ends too early: its compressed data is not complete"), "\(count)")
    }
    for index in 10..<Self.gzip.count {
      var bytes = Self.gzip
      bytes[index] ^= 0x40
      let text = try contents(file(bytes))
      // Some bits of the last byte mean nothing.
      let isSame = text == "1,10,5\n2,20,3\n"
      #expect(
        isSame || text.contains("is damaged") || text.contains("ends too early"),
        "\(index): \(text)")
    }
  }

  @Test func `a path goes through an archive as if it were a folder`() throws {
    let path = try file(Self.archive, "set.zip")
    let ratings = String(repeating: "1::10::5::0\n1::20::1::0\n2::10::5::0\n", count: 3)
    #expect(contents("\(path)/set/ratings.dat") == ratings)
    #expect(
      contents("\(path)/set/movies.dat") == "10::Alpha (1990)::Drama\n20::Beta (1991)::Comedy\n")
    #expect(ByteSource.exists("\(path)/set/movies.dat"))
    #expect(ByteSource.exists("\(path)/set"))
    #expect(!ByteSource.exists("\(path)/set/users.dat"))
    #expect(
      contents("\(path)/set/users.dat")
        == "'\(path)' holds no 'set/users.dat'; it holds set/ratings.dat, set/movies.dat")
    #expect(
      contents(path)
        == "'\(path)' holds 2 files; say which, as in \(path)/set/ratings.dat: it holds "
        + "set/ratings.dat, set/movies.dat")
  }

  @Test func `an archive stands for the one file in it`() throws {
    #expect(
      try contents(file(Self.single))
        == "user,item,rating\n" + String(repeating: "ann,x,5\nbob,y,3\n", count: 4))
  }

  @Test func `an archive that is cut or changed is an error or reads the same`() throws {
    let whole = try contents(file(Self.single))
    for count in 4..<Self.single.count {
      let path = try file(Array(Self.single[..<count]))
      #expect(contents(path).contains(path), "\(count)")
    }
    for index in 4..<Self.single.count {
      for bit in 0..<8 {
        var bytes = Self.single
        bytes[index] ^= 1 << UInt8(bit)
        let path = try file(bytes)
        let text = contents(path)
        #expect(text == whole || text.contains(path), "\(index) \(bit)")
      }
    }
  }

  @Test func `what is not there or is a folder is said so`() throws {
    #expect(contents("/nonexistent/file").contains("No such file"))
    #expect(contents(directory.path).contains("Is a directory"))
  }
}
