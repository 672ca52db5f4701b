import NIOCore

/// A body that its handler reads piece by piece, as it comes. The client is held up while the
/// handler is slower.
typealias BodyStream = NIOThrowingAsyncSequenceProducer<
  ByteBuffer, any Error, NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark, BodyDemand
>

/// Tells the connection that the handler wants more of a body, or no more at all.
final class BodyDemand: NIOAsyncSequenceProducerDelegate {
  private let onDemand: @Sendable () -> Void

  init(_ onDemand: @escaping @Sendable () -> Void) { self.onDemand = onDemand }

  func produceMore() { onDemand() }
  func didTerminate() { onDemand() }
}

extension BodyStream {
  /// A stream and where its pieces are put in.
  static func make(_ onDemand: @escaping @Sendable () -> Void) -> (Source, BodyStream) {
    let made = BodyStream.makeSequence(
      elementType: ByteBuffer.self, failureType: (any Error).self,
      backPressureStrategy: .init(lowWatermark: 4, highWatermark: 16),
      finishOnDeinit: true, delegate: BodyDemand(onDemand))
    return (made.source, made.sequence)
  }
}
