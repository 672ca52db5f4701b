import KindredCommand
import Testing

struct ServerURLTests {
  @Test(arguments: [
    ("http://localhost:6333", "http://localhost:6333"), ("HTTP://Host", "http://Host:80"),
    ("https://host", "https://host:443"), ("http://host:6333/", "http://host:6333"),
    ("http://host/below/", "http://host:80/below"), ("http://[::1]:6333", "http://[::1]:6333"),
    ("https://[fe80::1]/a/b", "https://[fe80::1]:443/a/b"), ("http://a%20b", "http://a%20b:80"),
  ])
  func `an address has its parts`(_ text: String, _ whole: String) throws {
    #expect(try ServerURL(text).description == whole)
  }

  @Test(arguments: [
    "", "host", "host:6333", "://host", "http:/host", "http:///path", "http://:1", "http://h:-1",
    "http://h:+1", "http://h:0", "http://h:65536", "http://h:1:2", "http://u@h", "http://h?q",
    "http://h#f", "http://h\n", "http://h\u{0}", "http://ü", "http://[::1", "http://[::1]1",
  ])
  func `what is no address is refused`(_ text: String) throws {
    #expect(throws: CommandFailure.self) { try ServerURL(text) }
  }
}
