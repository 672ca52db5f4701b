#if Remote
  import StorageIO

  /// The outcome of a call: its answer, or why there is none.
  typealias ProcedureOutcome = Result<AnswerMessage, GRPCStatus>

  /// The bytes of an answer, as they are or in gzip.
  struct AnswerMessage: Sendable {
    var bytes: [UInt8]
    var isCompressed = false

    /// Shorter ones fit into a packet or two as they are.
    static let minCompressedByteCount = 1 << 10

    /// The same in gzip, where that is shorter.
    func compressed() -> AnswerMessage {
      guard bytes.count >= Self.minCompressedByteCount, let shorter = Gzip.compressed(bytes)
      else { return self }
      return AnswerMessage(bytes: shorter, isCompressed: true)
    }
  }
#endif
