import KindredServer
import Testing

@Suite("Settings") struct SettingsTests {
  private func settings(
    flags: [Setting: String] = [:], environment: [String: String] = [:], file: String? = nil
  ) throws -> Settings {
    try Settings(
      flags: flags, environment: environment, file: file.map { ("kindred.json", Array($0.utf8)) })
  }

  @Test func `flags win over the environment, which wins over the file`() throws {
    let file = #"{"http": "127.0.0.1:1", "log-level": "debug", "max-connections": 7}"#
    let settings = try settings(
      flags: [.dataDirectory: "/d", .http: "127.0.0.1:3"],
      environment: ["KINDRED_HTTP": "127.0.0.1:2", "KINDRED_LOG_LEVEL": "error", "HOME": "/"],
      file: file)
    let options = try DaemonOptions(settings)
    #expect(options.http == TCPAddress(host: "127.0.0.1", port: 3))
    #expect(options.logLevel == .error)
    #expect(options.limits.connectionCount == 7)
    #expect(options.limits.bodyByteCount == 32 << 20)
  }

  @Test func `unknown keys are errors`() {
    #expect(throws: DaemonError.self) { try settings(file: #"{"htttp": "1"}"#) }
    #expect(throws: DaemonError.self) { try settings(environment: ["KINDRED_HTTTP": "1"]) }
    #expect(throws: DaemonError.self) { try settings(file: "[]") }
    #expect(throws: DaemonError.self) { try settings(file: "{") }
  }

  @Test func `a client's variables may stand in the environment`() throws {
    _ = try settings(environment: ["KINDRED_SOCKET": "/tmp/s"])
  }

  @Test func `values of a wrong form are errors`() {
    for (setting, text) in [
      (Setting.http, "nowhere"), (.logLevel, "loud"), (.bodyByteCount, "many"),
      (.connectionCount, "0"),
    ] {
      #expect(throws: DaemonError.self) {
        try DaemonOptions(settings(flags: [.dataDirectory: "/d", setting: text]))
      }
    }
    #expect(throws: DaemonError.self) { try DaemonOptions(settings()) }
  }

  @Test func `lists are comma-separated text or lists in the file`() throws {
    let settings = try settings(
      flags: [.dataDirectory: "/d"], environment: ["KINDRED_ALLOWED_HOSTS": "a.example, b.example"],
      file: #"{"allowed-origins": ["https://a", "https://b"]}"#)
    let options = try DaemonOptions(settings)
    #expect(options.security.allowedHosts == ["a.example", "b.example"])
    #expect(options.security.allowedOrigins == ["https://a", "https://b"])
  }
}
