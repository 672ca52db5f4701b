import NIOCore

/// Closes a connection to the control socket that comes from anybody but the daemon's user, root and
/// the members of `group`. The socket's mode says the same already; this holds where a file system
/// ignores modes.
final class PeerCheckHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = NIOAny

  private let group: SystemGroup?

  init(_ group: SystemGroup?) { self.group = group }

  #if canImport(Glibc)
    func handlerAdded(context: ChannelHandlerContext) {
      let peer = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(
        of: NIOBSDSocket.Handle.self, PeerCredentials.init(socket:))
      // A peer that cannot be known is refused.
      if peer??.isAdmitted(group) != true { context.channel.close(promise: nil) }
    }
  #endif
}
