import JSONCodec
import SparseIndex
import StorageIO

extension Inspection {
  static func manifest(
    _ path: String, in fileSystem: any FileSystem
  ) throws(StorageError) -> Inspection {
    let manifest = try ManifestFormat.read(path, in: fileSystem)
    var inspection = Inspection(
      path: path, rowsName: "segments",
      columns: ["collection", "number", "bytes", "points", "deleted", "tail_checksum"])
    inspection.facts = [
      "store_identity": .hexadecimal(manifest.storeIdentity),
      "flushed_sequence_number": .count(manifest.flushedSequenceNumber),
      "first_log": .count(manifest.firstLogNumber),
      "next_segment": .count(manifest.nextSegmentNumber),
      "next_collection_identity": .count(manifest.nextCollectionIdentity),
      "aliases": .object(
        JSONObject(
          uniqueMembers: manifest.aliases.sorted { $0.key < $1.key }.map {
            .init(name: $0.key.text, value: .string($0.value.text))
          })),
      "collections": .array(
        manifest.collections.map {
          [
            "identity": .count($0.identity), "name": .string($0.name),
            "configuration": $0.configuration.json,
          ]
        }),
    ]
    for collection in manifest.collections {
      for segment in collection.segments {
        inspection.rows.append([
          .string(collection.name), .string(DataDirectory.segmentName(segment.number)),
          .count(segment.byteCount), .count(segment.pointCount),
          .count(segment.deleted?.memberCount ?? 0), .hexadecimal(segment.tailChecksum),
        ])
      }
    }
    return inspection
  }

  static func segment(_ bytes: SharedBytes, path: String) throws(StorageError) -> Inspection {
    let outline = try SegmentOutline(bytes, path: path)
    var inspection = Inspection(
      path: path, rowsName: "sections",
      columns: ["kind", "vector", "offset", "bytes", "checksum", "intact"])
    inspection.facts = [
      "version": .count(outline.version), "collection": .count(outline.collection),
      "points": .count(outline.pointCount), "bytes": .count(bytes.count),
    ]
    for section in outline.sections {
      inspection.rows.append([
        .string(section.kind), section.vector.map { .string($0) } ?? .null,
        .count(section.position), .count(section.byteCount), .hexadecimal(section.checksum),
        .bool(section.isIntact),
      ])
    }
    return inspection
  }

  static func log(_ bytes: SharedBytes, path: String) throws(StorageError) -> Inspection {
    let header = try LogHeader(bytes, path: path)
    var reader = try LogReader(
      bytes, path: path, storeIdentity: header.storeIdentity, fileNumber: header.fileNumber)
    var inspection = Inspection(
      path: path, rowsName: "frames",
      columns: ["offset", "sequence_number", "stored_bytes", "raw_bytes", "durable", "contents"])
    inspection.facts = [
      "store_identity": .hexadecimal(header.storeIdentity), "file": .count(header.fileNumber),
      "first_sequence_number": .count(header.firstSequenceNumber), "bytes": .count(bytes.count),
    ]
    do throws(StorageError) {
      while let frame = try reader.next() {
        let batch = SharedBytes(frame.batch)
        let contents: String
        do throws(StorageError) {
          contents = try BatchDecoder.decode(batch, path: path, offset: frame.offset)
            .map(\.summary).joined(separator: ", ")
        } catch {
          contents = error.description
        }
        inspection.rows.append([
          .count(frame.offset), .count(frame.sequenceNumber),
          .count(reader.offset - frame.offset), .count(batch.count),
          .count(bytes.load(at: frame.offset + 16, as: UInt64.self)), .string(contents),
        ])
      }
      inspection.facts["end"] =
        if case .torn(let count) = reader.ending {
          .string("torn: \(count) bytes after byte \(reader.offset)")
        } else {
          .string("clean")
        }
    } catch {
      inspection.facts["end"] = .string(error.description)
    }
    return inspection
  }
}

extension LogOperation {
  /// The operation in a few words.
  fileprivate var summary: String {
    switch self {
    case .points(let collection, let operations):
      let deletions = operations.count { if case .delete = $0 { true } else { false } }
      let counts = [
        operations.count > deletions ? "\(operations.count - deletions) upserts" : nil,
        deletions > 0 ? "\(deletions) deletions" : nil,
      ]
      return counts.compactMap(\.self).joined(separator: " and ") + " in \(collection)"
    case .createCollection(let identity, let name, _): return "create \(identity) '\(name)'"
    case .dropCollection(let identity): return "drop \(identity)"
    case .setConfiguration(let identity, _): return "configure \(identity)"
    case .setAliases(let aliases): return "set \(aliases.count) aliases"
    }
  }
}
