import NIOCore

#if canImport(Glibc)
  import Glibc

  /// Linux' `struct ucred`, which the C library's module hides.
  private struct PeerCredentials: Sendable {
    var pid: pid_t
    var uid: uid_t
    var gid: gid_t
  }

  /// Closes a connection to the control socket that comes from another user than the daemon's (or
  /// root). The socket's mode says the same already; this holds where a file system ignores modes.
  final class PeerCheckHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    func handlerAdded(context: ChannelHandlerContext) {
      guard let provider = context.channel as? any SocketOptionProvider else { return }
      let channel = context.channel
      let credentials: EventLoopFuture<PeerCredentials> = provider.unsafeGetSocketOption(
        level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
      credentials.whenSuccess { peer in
        if peer.uid != geteuid() && peer.uid != 0 { channel.close(promise: nil) }
      }
    }
  }
#else
  /// Peers are told apart by the socket's mode alone.
  final class PeerCheckHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny
  }
#endif
