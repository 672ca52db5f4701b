#if Remote
  import QdrantProtobuf
  import SwiftProtobuf

  #if canImport(FoundationEssentials)
    import struct FoundationEssentials.Data
  #else
    import struct Foundation.Data
  #endif

  /// The services, by the names that programs ask for.
  enum ServiceNames {
    static let all = [
      "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
      "grpc.reflection.v1alpha.ServerReflection", "qdrant.Collections", "qdrant.Points",
      "qdrant.Qdrant", "qdrant.Snapshots",
    ]
  }

  extension ProcedureTable {
    /// Tells programs that have no .proto files which services and messages there are. Both versions
    /// of the service have the same messages.
    mutating func addReflection() {
      for version in ["v1", "v1alpha"] {
        add(
          "/grpc.reflection.\(version).ServerReflection/ServerReflectionInfo", .read,
          .each { call in
            let request = try call.message(Grpc_Reflection_V1_ServerReflectionRequest.self)
            return try DescribedFiles.shared.answer(request).serializedBytes()
          })
      }
    }
  }

  /// The .proto files, as descriptors.
  struct DescribedFiles: Sendable {
    private var bytes: [String: [UInt8]] = [:]
    private var dependencies: [String: [String]] = [:]
    /// The file of each message, enumeration, service and method.
    private var files: [String: String] = [:]

    static let shared = DescribedFiles()

    static let set: Google_Protobuf_FileDescriptorSet = {
      guard let encoded = base64Decoded(descriptorSetText),
        let set = try? Google_Protobuf_FileDescriptorSet(serializedBytes: encoded)
      else { preconditionFailure("the descriptors are made by tools/protobuf/generate") }
      return set
    }()

    private init() {
      for file in Self.set.file {
        add(file)
        guard file.name == "reflection.proto" else { continue }
        // The older name of the same service.
        var old = file
        old.name = "reflection_v1alpha.proto"
        old.package = "grpc.reflection.v1alpha"
        for index in old.messageType.indices { old.messageType[index].moveToAlpha() }
        for service in old.service.indices {
          for method in old.service[service].method.indices {
            old.service[service].method[method].inputType.moveToAlpha()
            old.service[service].method[method].outputType.moveToAlpha()
          }
        }
        add(old)
      }
    }

    private mutating func add(_ file: Google_Protobuf_FileDescriptorProto) {
      bytes[file.name] = try? file.serializedBytes()
      dependencies[file.name] = file.dependency
      func names(_ message: Google_Protobuf_DescriptorProto, _ scope: String) -> [String] {
        let name = "\(scope).\(message.name)"
        return [name] + message.nestedType.flatMap { names($0, name) }
          + message.enumType.map { "\(name).\($0.name)" }
      }
      let names =
        file.messageType.flatMap { names($0, file.package) }
        + file.enumType.map { "\(file.package).\($0.name)" }
        + file.service.flatMap { service in
          let name = "\(file.package).\(service.name)"
          return [name] + service.method.map { "\(name).\($0.name)" }
        }
      for name in names { files[name] = file.name }
    }

    func answer(
      _ request: Grpc_Reflection_V1_ServerReflectionRequest
    ) -> Grpc_Reflection_V1_ServerReflectionResponse {
      var answer = Grpc_Reflection_V1_ServerReflectionResponse()
      answer.validHost = request.host
      answer.originalRequest = request
      switch request.messageRequest {
      case .listServices:
        answer.listServicesResponse.service = ServiceNames.all.map { name in
          .with { $0.name = name }
        }
      case .fileByFilename(let name): answer.describe(bytes[name] == nil ? nil : name, self)
      case .fileContainingSymbol(let name): answer.describe(files[name], self)
      case .allExtensionNumbersOfType(let name) where files[name] != nil:
        answer.allExtensionNumbersResponse.baseTypeName = name
      case .fileContainingExtension, .allExtensionNumbersOfType: answer.describe(nil, self)
      case nil:
        answer.errorResponse = .with {
          $0.errorCode = 3
          $0.errorMessage = "the request asks for nothing"
        }
      }
      return answer
    }

    /// The file and those it needs.
    fileprivate func withDependencies(_ name: String) -> [[UInt8]] {
      var names: [String] = []
      func visit(_ name: String) {
        guard !names.contains(name) else { return }
        names.append(name)
        (dependencies[name] ?? []).forEach(visit)
      }
      visit(name)
      return names.compactMap { bytes[$0] }
    }
  }

  extension Grpc_Reflection_V1_ServerReflectionResponse {
    /// - Parameter file: nil when there is none.
    fileprivate mutating func describe(_ file: String?, _ files: DescribedFiles) {
      if let file {
        fileDescriptorResponse.fileDescriptorProto = files.withDependencies(file).map { Data($0) }
      } else {
        errorResponse = .with {
          $0.errorCode = 5
          $0.errorMessage = "not found"
        }
      }
    }
  }

  extension Google_Protobuf_DescriptorProto {
    fileprivate mutating func moveToAlpha() {
      for index in field.indices where field[index].hasTypeName {
        field[index].typeName.moveToAlpha()
      }
    }
  }

  extension String {
    fileprivate mutating func moveToAlpha() {
      self = replacing(".reflection.v1.", with: ".reflection.v1alpha.")
    }
  }

  private func base64Decoded(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var bitCount = 0
    for byte in text.utf8 {
      let value: UInt8
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = byte - UInt8(ascii: "A")
      case UInt8(ascii: "a")...UInt8(ascii: "z"): value = byte - UInt8(ascii: "a") + 26
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = byte - UInt8(ascii: "0") + 52
      case UInt8(ascii: "+"): value = 62
      case UInt8(ascii: "/"): value = 63
      case UInt8(ascii: "="), UInt8(ascii: "\n"): continue
      default: return nil
      }
      bits = bits << 6 | UInt32(value)
      bitCount += 6
      if bitCount >= 8 {
        bitCount -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
      }
    }
    return bytes
  }
#endif
