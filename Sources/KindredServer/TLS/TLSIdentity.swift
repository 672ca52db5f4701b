#if Remote
  import NIOSSL

  /// The content of the files of `TLSOptions`: all that a handshake needs.
  struct TLSIdentity: Sendable {
    private let httpContext: NIOSSLContext
    private let grpcContext: NIOSSLContext
    /// When the daemon's own certificate begins and ends to hold, in seconds since 1970.
    let notBefore: Int
    let notAfter: Int
    /// Whether any user of the machine may read the private key.
    let isKeyReadByOthers: Bool

    private static let maxChainCount = 32

    /// Reads the files.
    /// - Throws: what is wrong, and with which of them.
    init(_ options: TLSOptions) throws(DaemonError) {
      let chain = try PEMFile(options.certificatePath, of: .tlsCertificate).certificates()
      guard chain.count <= Self.maxChainCount else {
        throw DaemonError(
          "`tls-certificate`: '\(options.certificatePath)' holds \(chain.count) certificates, and a "
            + "chain has at most \(Self.maxChainCount)")
      }
      let keyFile = try PEMFile(options.keyPath, of: .tlsKey)
      let key = try keyFile.privateKey()
      let authorities = try options.clientAuthorityPath.map { (path) throws(DaemonError) in
        try PEMFile(path, of: .tlsClientAuthorities).certificates()
      }
      let own: NIOSSLCertificate
      (own, httpContext, grpcContext) = try Self.match(chain, key, authorities, options)
      notBefore = Int(own.notValidBefore)
      notAfter = Int(own.notValidAfter)
      isKeyReadByOthers = keyFile.isReadByOthers
    }

    func context(for language: Door.Language) -> NIOSSLContext {
      switch language {
      case .http: httpContext
      case .grpc: grpcContext
      }
    }

    /// Finds the certificate that the key belongs to, wherever in the chain it is: clients want it first
    /// (RFC 8446, 4.4.2), and put up with any order of the others.
    private static func match(
      _ chain: [NIOSSLCertificate], _ key: NIOSSLPrivateKey, _ authorities: [NIOSSLCertificate]?,
      _ options: TLSOptions
    ) throws(DaemonError) -> (own: NIOSSLCertificate, http: NIOSSLContext, grpc: NIOSSLContext) {
      for (index, certificate) in chain.enumerated() {
        var ordered = chain
        ordered.remove(at: index)
        ordered.insert(certificate, at: 0)
        do {
          var configuration = configuration(ordered, key, authorities)
          let http = try NIOSSLContext(configuration: configuration)
          configuration.applicationProtocols = ["h2"]
          return (certificate, http, try NIOSSLContext(configuration: configuration))
        } catch NIOSSLError.failedToLoadPrivateKey {
          // It has been read, and is another certificate's.
          continue
        } catch {
          throw DaemonError(
            "`tls-certificate`: '\(options.certificatePath)' is of no use: \(error)")
        }
      }
      throw DaemonError(
        "`tls-key`: the key in '\(options.keyPath)' belongs to no certificate in "
          + "'\(options.certificatePath)'")
    }

    private static func configuration(
      _ chain: [NIOSSLCertificate], _ key: NIOSSLPrivateKey, _ authorities: [NIOSSLCertificate]?
    ) -> TLSConfiguration {
      var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
      configuration.minimumTLSVersion = .tlsv12
      configuration.applicationProtocols = ["http/1.1"]
      configuration.shutdownTimeout = .seconds(1)
      if let authorities {
        // Clients have no names to verify.
        configuration.certificateVerification = .noHostnameVerification
        configuration.trustRoots = .certificates(authorities)
      }
      return configuration
    }
  }
#endif
