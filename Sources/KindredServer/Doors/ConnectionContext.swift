import Hummingbird
import NIOCore

/// What a request knows besides its own bytes: the connection that it came by.
struct ConnectionContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  private let channel: any Channel

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    channel = source.channel
  }

  /// Whether the client has gone and nobody waits for the answer.
  var isAbandoned: Bool { !channel.isActive }
}
