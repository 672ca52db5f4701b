internal import NIOCore

/// Why no TLS connection came to be; the text says what to do where that is known.
package struct TLSFailure: Error, CustomStringConvertible {
  package let description: String
}

#if Remote
  import NIOSSL
  import NIOTLS

  /// TLS for the connections of a client.
  struct ClientTLS: Sendable {
    private let context: NIOSSLContext

    /// Reads the certificates that a server's must lead to: those of a PEM file, or the system's.
    init(_ authorities: String?) throws {
      var configuration = TLSConfiguration.makeClientConfiguration()
      configuration.minimumTLSVersion = .tlsv12
      configuration.applicationProtocols = ["http/1.1"]
      configuration.shutdownTimeout = .seconds(1)
      if let authorities {
        guard let certificates = try? NIOSSLCertificate.fromPEMFile(authorities),
          !certificates.isEmpty
        else {
          throw TLSFailure(
            description: "'\(authorities)' cannot be read, or holds no certificate in PEM")
        }
        configuration.trustRoots = .certificates(certificates)
      }
      do {
        context = try NIOSSLContext(configuration: configuration)
      } catch {
        throw TLSFailure(description: "TLS cannot be set up: \(error)")
      }
    }

    /// Puts TLS at the head of a connected channel and waits until the server has shown who it is.
    func shakeHands(_ channel: any Channel, host: String, _ timeout: TimeAmount) async throws {
      let handshake = channel.eventLoop.makePromise(of: Void.self)
      do {
        try await channel.eventLoop.submit {
          // An address is compared with that of the connection, and is not sent as a name.
          let isNumeric = (try? SocketAddress(ipAddress: host, port: 0)) != nil
          let pipeline = channel.pipeline.syncOperations
          try pipeline.addHandler(HandshakeHandler(handshake, host, timeout))
          try pipeline.addHandler(
            NIOSSLClientHandler(context: context, serverHostname: isNumeric ? nil : host),
            position: .first)
        }.get()
      } catch {
        handshake.fail(error)
      }
      do {
        try await handshake.futureResult.get()
      } catch {
        channel.close(promise: nil)
        throw error
      }
    }
  }

  /// Keeps a promise when the handshake is over, and goes.
  private final class HandshakeHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let promise: EventLoopPromise<Void>
    private let host: String
    private let timeout: TimeAmount
    private var timer: Scheduled<Void>?

    init(_ promise: EventLoopPromise<Void>, _ host: String, _ timeout: TimeAmount) {
      self.promise = promise
      self.host = host
      self.timeout = timeout
    }

    func handlerAdded(context: ChannelHandlerContext) {
      timer = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { [promise] in
        promise.fail(HTTPClient.TimedOut())
      }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
      timer?.cancel()
      promise.fail(ChannelError.eof)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      if case .handshakeCompleted? = event as? TLSUserEvent {
        promise.succeed()
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
      }
      context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      promise.fail(TLSFailure(description: reason(error)))
    }

    private func reason(_ error: any Error) -> String {
      let text = "\(error)"
      if (error as? NIOSSLExtraError) == .failedToValidateHostname {
        return "the server's certificate is not for '\(host)'"
      }
      if text.contains("CERTIFICATE_VERIFY_FAILED") {
        return "the server's certificate has expired, or leads to none that is trusted (\(text))"
      }
      if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST") {
        return "the server at '\(host)' does not speak TLS here: try http://"
      }
      return "no TLS connection to '\(host)': \(text)"
    }
  }
#else
  /// TLS in a build without the trait `Remote`: there is none.
  struct ClientTLS: Sendable {
    /// - Throws: always.
    init(_ authorities: String?) throws {
      throw TLSFailure(
        description: "this kindred was built without TLS: build it with `--traits Remote`")
    }

    func shakeHands(_ channel: any Channel, host: String, _ timeout: TimeAmount) async throws {}
  }
#endif
