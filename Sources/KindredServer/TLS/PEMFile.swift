#if Remote
  import NIOSSL
  import StorageIO

  #if canImport(Glibc)
    import Glibc
  #else
    import Darwin
  #endif

  /// A file of certificates or keys (RFC 7468), read in full.
  struct PEMFile {
    private let setting: Setting
    private let path: String
    private let bytes: [UInt8]
    /// The kinds of what it holds, as in `CERTIFICATE`, in the order of the file.
    private let labels: [String]
    /// Whether users other than its owner and the members of its group may read it.
    let isReadByOthers: Bool

    /// A chain has three certificates or four, a list of all public roots about 150 in 250 KB.
    private static let maxByteCount = 1 << 20

    init(_ path: String, of setting: Setting) throws(DaemonError) {
      self.path = path
      self.setting = setting
      // A pipe that nobody writes to must not keep the daemon waiting.
      let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
      guard descriptor >= 0 else {
        throw Self.failure(setting, path, "cannot be read: \(Errno.message(errno))")
      }
      defer { close(descriptor) }
      var status = stat()
      guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        throw Self.failure(setting, path, "is not a file")
      }
      isReadByOthers = status.st_mode & S_IROTH != 0
      bytes = try Self.contents(descriptor, setting, path)
      labels = Self.labels(bytes)
    }

    private static func contents(
      _ descriptor: CInt, _ setting: Setting, _ path: String
    ) throws(DaemonError) -> [UInt8] {
      var bytes: [UInt8] = []
      var piece = [UInt8](repeating: 0, count: 1 << 14)
      while true {
        let count = read(descriptor, &piece, piece.count)
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else {
          throw failure(setting, path, "cannot be read: \(Errno.message(errno))")
        }
        if count == 0 { return bytes }
        bytes += piece[..<count]
        guard bytes.count <= maxByteCount else {
          throw failure(setting, path, "has more than \(maxByteCount) bytes: is it PEM?")
        }
      }
    }

    private static func labels(_ bytes: [UInt8]) -> [String] {
      let start = Array("-----BEGIN ".utf8)
      return bytes.split { $0 == 0x0A || $0 == 0x0D }.compactMap { line in
        guard line.starts(with: start) else { return nil }
        let label = line.dropFirst(start.count).prefix { $0 != UInt8(ascii: "-") }
        return String(decoding: label, as: UTF8.self)
      }
    }

    // MARK: Contents

    private static let maxCertificateCount = 1024

    /// All certificates, one at least.
    func certificates() throws(DaemonError) -> [NIOSSLCertificate] {
      let count = labels.count { $0.hasSuffix("CERTIFICATE") }
      guard count > 0 else { throw failure("holds no certificate\(instead)") }
      guard count <= Self.maxCertificateCount else {
        throw failure("holds more than \(Self.maxCertificateCount) certificates")
      }
      let certificates: [NIOSSLCertificate]
      do {
        certificates = try NIOSSLCertificate.fromPEMBytes(bytes)
      } catch {
        throw failure("holds a certificate that cannot be read: it is cut off or damaged")
      }
      guard certificates.count == count else {
        throw failure("has \(count) certificates, of which only \(certificates.count) can be read")
      }
      return certificates
    }

    /// The first private key.
    func privateKey() throws(DaemonError) -> NIOSSLPrivateKey {
      guard labels.contains(where: { $0.hasSuffix("PRIVATE KEY") }) else {
        throw failure("holds no private key\(instead)")
      }
      guard !isEncrypted else {
        throw failure(
          "holds a key that is encrypted, and nobody can type its password: write it in the clear, "
            + "for the daemon's user alone, with `openssl pkey -in KEY -out NEW`")
      }
      do {
        // Without a callback the library would ask for a password at the terminal.
        return try NIOSSLPrivateKey(bytes: bytes, format: .pem) { (give: ([UInt8]) -> Void) in
          give([])
        }
      } catch {
        throw failure(
          "holds a private key that cannot be read: it is cut off, damaged or of an unknown kind")
      }
    }

    /// PKCS #8 says it in the label, older formats in a header (RFC 1421).
    private var isEncrypted: Bool {
      labels.contains("ENCRYPTED PRIVATE KEY")
        || String(decoding: bytes, as: UTF8.self).contains("Proc-Type: 4,ENCRYPTED")
    }

    /// The end of a sentence that says what is missing.
    private var instead: String {
      if !labels.isEmpty { return " but: " + labels.prefix(4).joined(separator: ", ") }
      // The first byte of every certificate and key in DER: a sequence.
      return bytes.first == 0x30
        ? ": it may be DER or PKCS #12, and must be PEM (`openssl x509`, `pkey` and `pkcs12` convert)"
        : ": nothing in it begins with `-----BEGIN `"
    }

    private func failure(_ reason: String) -> DaemonError { Self.failure(setting, path, reason) }

    private static func failure(
      _ setting: Setting, _ path: String, _ reason: String
    ) -> DaemonError {
      DaemonError("`\(setting.rawValue)`: '\(path)' \(reason)")
    }
  }
#endif
