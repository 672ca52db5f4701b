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

  @Test(arguments: [
    ("KINDRED_SERVICE_HOST", "10.0.0.1"), ("KINDRED_SERVICE_PORT", "6333"),
    ("KINDRED_SERVICE_PORT_HTTP", "6333"), ("KINDRED_PORT", "tcp://10.0.0.1:6333"),
    ("KINDRED_PORT_6333_TCP", "tcp://10.0.0.1:6333"), ("KINDRED_PORT_6333_TCP_PROTO", "tcp"),
    ("KINDRED_PORT_6333_TCP_PORT", "6333"), ("KINDRED_PORT_6333_TCP_ADDR", "10.0.0.1"),
    ("KINDRED_HTTP_SERVICE_HOST", "10.0.0.1"), ("KINDRED_HTTP_PORT", "tcp://10.0.0.1:6333"),
    ("KINDRED_DATA_DIR_PORT_53_UDP_ADDR", "10.0.0.1"),
    ("KINDRED_NAME", "/web/kindred"), ("KINDRED_ENV_PATH", "/bin"),
  ])
  func `variables of services are passed over`(name: String, value: String) throws {
    let settings = try settings(
      flags: [.dataDirectory: "/d"], environment: [name: value])
    #expect(try DaemonOptions(settings).http == nil)
  }

  @Test(arguments: [
    ("KINDRED_PORT", "6333"), ("KINDRED_HTTP_PORT", "6333"), ("KINDRED_HOST", "10.0.0.1"),
    ("KINDRED_SERVICE", "x"), ("KINDRED_SERVICE_NAME", "x"), ("KINDRED_NAME", "x"),
    ("KINDRED_6333_TCP", "x"), ("KINDRED_PORT_HTTP_TCP", "x"), ("KINDRED_PORT_6333_TCP_HOST", "x"),
    ("KINDRED_", "x"), ("KINDRED_PROTO", "x"), ("KINDRED_TCP_ADDR", "x"),
  ])
  func `what only looks like a variable of a service is an error`(name: String, value: String) {
    #expect(throws: DaemonError.self) { try settings(environment: [name: value]) }
  }

  @Test func `a socket's group is one that the system has`() throws {
    func group(_ text: String) throws -> SystemGroup? {
      try DaemonOptions(settings(flags: [.dataDirectory: "/d", .socketGroup: text])).security
        .socketGroup
    }
    #expect(try group("") == nil)
    #expect(try group("root")?.id == 0)
    #expect(try group("4242") == SystemGroup(name: "4242", id: 4242))
    #expect(throws: DaemonError.self) { try group("no such group") }
    #expect(throws: DaemonError.self) { try group("-1") }
    #expect(throws: DaemonError.self) { try group("4294967295") }
  }

  @Test func `TLS needs a certificate and a key`() throws {
    func tls(_ flags: [Setting: String]) throws -> TLSOptions? {
      try DaemonOptions(settings(flags: flags.merging([.dataDirectory: "/d"]) { $1 })).tls
    }
    #expect(try tls([:]) == nil)
    #expect(try tls([.tlsCertificate: "", .tlsKey: ""]) == nil)
    #expect(
      try tls([.tlsCertificate: "c", .tlsKey: "k"])
        == TLSOptions(certificatePath: "c", keyPath: "k"))
    #expect(
      try tls([.tlsCertificate: "c", .tlsKey: "k", .tlsClientAuthorities: "a"])
        == TLSOptions(certificatePath: "c", keyPath: "k", clientAuthorityPath: "a"))
    for lonely in [Setting.tlsCertificate, .tlsKey, .tlsClientAuthorities] {
      #expect(throws: DaemonError.self) { try tls([lonely: "x"]) }
    }
  }

  @Test func `the form of the log is text, without requests, unless something else is said`() throws
  {
    let usual = try DaemonOptions(settings(flags: [.dataDirectory: "/d"]))
    #expect(usual.logFormat == .text && !usual.logsRequests)
    let options = try DaemonOptions(
      settings(
        flags: [.dataDirectory: "/d"], file: #"{"log-format": "json", "log-requests": true}"#))
    #expect(options.logFormat == .json && options.logsRequests)
  }

  @Test func `values of a wrong form are errors`() {
    for (setting, text) in [
      (Setting.http, "nowhere"), (.logLevel, "loud"), (.bodyByteCount, "many"),
      (.connectionCount, "0"), (.logFormat, "xml"), (.logRequests, "1"),
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

  @Test func `what may be insecure is said by name`() throws {
    func insecure(_ text: String) throws -> Set<Exposure> {
      let settings = try settings(flags: [.dataDirectory: "/d", .insecure: text])
      return try DaemonOptions(settings).security.insecure
    }
    #expect(try insecure("") == [])
    #expect(try insecure("no-tls") == [.noTLS])
    #expect(try insecure("no-key, no-tls") == [.noKey, .noTLS])
    for wrong in ["yes", "no-tls no-key", "NO-TLS"] {
      #expect(throws: DaemonError.self) { try insecure(wrong) }
    }
    let file = #"{"data-dir": "/d", "insecure": ["no-key", "no-tls"]}"#
    #expect(try DaemonOptions(settings(file: file)).security.insecure == [.noKey, .noTLS])
  }
}
