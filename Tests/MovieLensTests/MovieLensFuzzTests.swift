import MovieLens
import TestSupport
import Testing

@Suite struct MovieLensFuzzTests {
  private static let names = ["ratings", "movies", "users"]

  @Test(arguments: names) func `any lines at all are read or refused`(name: String) throws {
    let files = Dictionary(
      uniqueKeysWithValues: Self.names.map { name in
        (name + ".dat", Self.latin1(FuzzCorpus.files(name)[0].bytes))
      })
    _ = try MovieLensFolder(files, latin1: true).read()
    var driver = FuzzDriver(
      FuzzTarget(name) { [files] bytes in
        var files = files
        files[name + ".dat"] = Self.latin1(bytes.array)
        _ = try? MovieLensFolder(files, latin1: true).read()
      }, seed: 1)
    #expect(driver.run(count: 400) > 400)
  }

  private static func latin1(_ bytes: [UInt8]) -> String {
    String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
  }
}
