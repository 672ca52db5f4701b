#if Remote
  import NIOCore
  import NIOHTTP2

  extension Door {
    /// Puts HTTP/2 and the handler of gRPC's calls onto a new connection.
    func prepareForGRPC(_ pipeline: ChannelPipeline.SynchronousOperations) throws {
      var connection = NIOHTTP2Handler.ConnectionConfiguration()
      connection.initialSettings = [
        HTTP2Setting(
          parameter: .maxConcurrentStreams, value: GRPCConnectionHandler.maxStreamCount),
        HTTP2Setting(
          parameter: .initialWindowSize, value: GRPCConnectionHandler.windowByteCount),
        HTTP2Setting(parameter: .maxHeaderListSize, value: 16 << 10),
      ]
      // Clients measure their connections with pings as data comes.
      connection.controlFrameRateLimit.maximumCount = 10_000
      // Lengths are in the messages.
      connection.contentLengthValidation = .disabled
      connection.maximumSequentialEmptyDataFrames = 16
      var stream = NIOHTTP2Handler.StreamConfiguration()
      stream.streamResetFrameRateLimit.maximumCount = 1_000
      let http2 = NIOHTTP2Handler(
        mode: .server, connectionConfiguration: connection, streamConfiguration: stream)
      try pipeline.addHandler(http2)
      try pipeline.addHandler(
        GRPCConnectionHandler(self, transport: pipeline.context(handler: http2)))
    }
  }
#endif
