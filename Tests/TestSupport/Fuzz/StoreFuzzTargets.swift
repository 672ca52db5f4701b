internal import JSONCodec
internal import Kindred
internal import SparseIndex
internal import StorageIO

extension FuzzTarget {
  /// The decoders of what lies on the disk.
  package static let files = [log, batch, manifest, segment]
  /// The decoders of what clients send, as far as the library has them.
  package static let requests = [json, filter, collectionConfiguration]

  package static func named(_ name: String) -> FuzzTarget? {
    (files + requests).first { $0.name == name }
  }

  static let log = FuzzTarget("log") { bytes in
    both(bytes, Resealing.log) { bytes in
      guard bytes.count >= LogFormat.fileHeaderByteCount else { return }
      guard
        var reader = try? LogReader(
          bytes, path: "log", storeIdentity: bytes.load(at: 16), fileNumber: bytes.load(at: 24))
      else { return }
      while let frame = try? reader.next() {
        _ = try? BatchDecoder.decode(SharedBytes(frame.batch), path: "log", offset: frame.offset)
      }
    }
  }

  static let batch = FuzzTarget("batch") { bytes in
    guard let operations = try? BatchDecoder.decode(bytes, path: "batch", offset: 0) else { return }
    let again = try? BatchDecoder.decode(
      SharedBytes(BatchEncoder.encode(operations)), path: "batch", offset: 0)
    precondition(again == operations, "a batch that changes")
  }

  static let manifest = FuzzTarget("manifest") { bytes in
    both(bytes, Resealing.manifest) { bytes in
      guard let manifest = try? ManifestFormat.decode(bytes, path: "manifest") else { return }
      let encoded = ManifestFormat.encode(manifest)
      let again = try? ManifestFormat.decode(SharedBytes(encoded), path: "manifest")
      precondition(again.map(ManifestFormat.encode) == encoded, "a manifest that changes")
    }
  }

  static let json = FuzzTarget("json") { bytes in
    guard let value = try? JSONValue.parse(bytes.array) else { return }
    let again = try? JSONValue.parse(value.encoded)
    precondition(again == value, "a JSON value that changes")
  }

  static let filter = FuzzTarget("filter") { bytes in
    guard let value = try? JSONValue.parse(bytes.array),
      let filter = try? Filter(json: JSONInput(value)), (try? filter.validate()) != nil
    else { return }
    _ = FilterEvaluator(sample, semantics: FilterSemantics(payloadIndexes: [:]))
      .evaluate(filter, among: nil)
  }

  static let collectionConfiguration = FuzzTarget("configuration") { bytes in
    guard let value = try? JSONValue.parse(bytes.array),
      let configuration = CollectionConfiguration(json: value)
    else { return }
    precondition(CollectionConfiguration(json: configuration.json) == configuration)
  }

  /// A segment for filters to run over.
  private static let sample: Segment = {
    var generator = PointGenerator(random: SeededGenerator(seed: 1), idCount: 1 << 20)
    let points = (0..<50).map { _ in generator.point() }.sorted { $0.id < $1.id }
    return try! makeSegment(points, PointGenerator.configuration)
  }()

  /// Runs `body` on the bytes as they are, and with right checksums.
  static func both(
    _ bytes: SharedBytes, _ reseal: (inout [UInt8]) -> Void, _ body: (SharedBytes) -> Void
  ) {
    body(bytes)
    var resealed = bytes.array
    reseal(&resealed)
    body(SharedBytes(resealed))
  }
}
