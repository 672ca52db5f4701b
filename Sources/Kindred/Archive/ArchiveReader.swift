import JSONCodec
import SparseIndex
import StorageIO

/// An archive file, its shell checked: header, footer, directory.
struct ArchiveReader {
  let contents: ArchiveContents
  let bytes: SharedBytes
  private let path: String

  /// - Throws: `.newerFormat`, or `.corrupt` for anything but a whole archive.
  init(_ bytes: SharedBytes, path: String) throws(StorageError) {
    self.bytes = bytes
    self.path = path
    let headerByteCount = ArchiveFormat.headerByteCount
    let footerByteCount = ArchiveFormat.footerByteCount
    guard bytes.count >= headerByteCount + footerByteCount,
      bytes.load(at: 0, as: UInt64.self) == ArchiveFormat.magic
    else { throw .corrupt(path: path, offset: 0, expected: "an archive of Kindred") }
    let version = bytes.load(at: ArchiveFormat.versionOffset, as: UInt32.self)
    guard version <= ArchiveFormat.version else {
      throw .newerFormat(path: path, found: version, supported: ArchiveFormat.version)
    }
    let start = bytes.count - footerByteCount
    let header = bytes.slice(0..<headerByteCount)
    let footer = bytes.slice(start..<bytes.count)
    typealias Offset = ArchiveFormat.FooterOffset
    guard footer.load(at: Offset.magic, as: UInt64.self) == ArchiveFormat.magic,
      footer.load(at: Offset.fileByteCount, as: UInt64.self) == UInt64(bytes.count),
      CRC32C.checksum(footer.slice(0..<Offset.checksum), continuing: CRC32C.checksum(header))
        == footer.load(at: Offset.checksum, as: UInt32.self)
    else {
      throw .corrupt(path: path, offset: start, expected: "a footer: the file is cut short")
    }
    let place = footer.load(at: Offset.directoryPlace, as: UInt64.self)
    let length = footer.load(at: Offset.directoryByteCount, as: UInt64.self)
    guard place <= UInt64(start), length == UInt64(start) - place,
      case let directory = bytes.slice(Int(place)..<start),
      CRC32C.checksum(directory) == footer.load(at: Offset.directoryChecksum, as: UInt32.self),
      let json = try? directory.withUnsafeBytes({
        try JSONValue.parse($0, maxDepth: CollectionConfiguration.maxJSONDepth)
      }),
      let contents = ArchiveContents(json: json),
      contents.collections.allSatisfy({ ($0.image?.upperBound ?? 0) <= Int(place) })
    else { throw .corrupt(path: path, offset: start, expected: "a directory with its checksum") }
    self.contents = contents
    try checkPadding(upTo: Int(place))
  }

  /// Between header, images and directory are nothing but the zeros that align the images, so that
  /// every byte of the file is accounted for.
  private func checkPadding(upTo end: Int) throws(StorageError) {
    var start = ArchiveFormat.headerByteCount
    let images = contents.collections.compactMap(\.image).sorted { $0.lowerBound < $1.lowerBound }
    for image in images + [end..<end] {
      let limit = image.lowerBound == end ? 1 : ArchiveFormat.alignment
      guard 0..<limit ~= image.lowerBound - start,
        bytes.slice(start..<image.lowerBound).withUnsafeBytes({ $0.allSatisfy { $0 == 0 } })
      else {
        throw .corrupt(path: path, offset: start, expected: "zeros up to the next part")
      }
      start = image.upperBound
    }
  }

  /// Opens a collection's points, with every checksum compared and the structure checked; nil without
  /// points.
  func segment(of collection: ArchiveContents.Collection) throws(StorageError) -> Segment? {
    guard let image = collection.image else { return nil }
    let segment = try Segment(
      bytes.slice(image), path: path, collection: collection.identity, checksums: .compareNow)
    guard segment.pointCount == collection.pointCount, segment.pointCount > 0 else {
      throw .corrupt(
        path: path, offset: image.lowerBound, expected: "\(collection.pointCount) points")
    }
    // Checksums do not make a stranger's file right.
    try LiveSegment(segment).checkStructure(fitting: collection.configuration, path: path)
    return segment
  }
}
