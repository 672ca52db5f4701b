#if Remote
  import JSONCodec
  import Kindred
  import QdrantProtobuf
  import SwiftProtobuf

  /// Configurations go through the trees of REST: protobuf's own JSON form has the same members in most
  /// places, and these are the others.
  extension SwiftProtobuf.Message {
    /// In protobuf's JSON form, with the names of the .proto files.
    fileprivate func tree() throws -> JSONObject {
      var options = JSONEncodingOptions()
      options.preserveProtoFieldNames = true
      options.alwaysPrintInt64sAsNumbers = true
      let bytes: [UInt8] = try jsonUTF8Bytes(options: options)
      return try JSONValue.parse(bytes).asObject ?? [:]
    }

    fileprivate init(tree: JSONObject) throws {
      var writer = JSONWriter()
      writer.write(tree)
      var options = JSONDecodingOptions()
      options.ignoreUnknownFields = true
      try self.init(jsonUTF8Bytes: writer.bytes, options: options)
    }
  }

  // MARK: Requests

  extension Qdrant_CreateCollection {
    /// The body of `PUT {c}`.
    func body() throws -> JSONValue {
      var message = self
      message.metadata = []
      var object = RESTForm.object(try message.tree().without(["collection_name", "timeout"]))
      if !metadata.isEmpty { object["metadata"] = .object(try JSONObject(metadata)) }
      return .object(object)
    }
  }

  extension Qdrant_UpdateCollection {
    /// The body of `PATCH {c}`.
    func body() throws -> JSONValue {
      var message = self
      message.metadata = []
      var tree = try message.tree().without(["collection_name", "timeout"])
      // Vectors are always changed by name; the unnamed one's is empty.
      if case .object(let vectors)? = tree["vectors_config"], let unnamed = vectors["params"] {
        tree["vectors_config"] = ["params_map": ["map": [["key": "", "value": unnamed]]]]
      }
      var object = RESTForm.object(tree)
      if !metadata.isEmpty { object["metadata"] = .object(try JSONObject(metadata)) }
      return .object(object)
    }
  }

  extension Qdrant_CreateFieldIndexCollection {
    /// The body of `PUT {c}/index`.
    func body() throws -> JSONValue {
      var object: JSONObject = ["field_name": .string(fieldName)]
      if hasFieldType {
        guard let name = fieldType.restName else {
          throw APIError.wrongInput("unknown field type \(fieldType.rawValue)")
        }
        object["field_schema"] = .string(name)
      }
      guard hasFieldIndexParams else { return .object(object) }
      // `{"text_index_params": {…}}`
      guard let parameters = try fieldIndexParams.tree().members.first,
        case .object(var schema) = parameters.value
      else { throw APIError.wrongInput("field_index_params has no parameters") }
      schema = RESTForm.object(schema)
      let kind = String(parameters.name.dropLast("_index_params".count))
      if let given = object["field_schema"]?.asString, given != kind {
        throw APIError.wrongInput(
          "field type and parameters do not match: `\(given)` and `\(kind)`")
      }
      schema["type"] = .string(kind)
      object["field_schema"] = .object(schema)
      return .object(object)
    }
  }

  extension Qdrant_FieldType {
    fileprivate var restName: String? {
      switch self {
      case .keyword: "keyword"
      case .integer: "integer"
      case .float: "float"
      case .geo: "geo"
      case .text: "text"
      case .bool: "bool"
      case .datetime: "datetime"
      case .uuid: "uuid"
      case .UNRECOGNIZED: nil
      }
    }
  }

  extension Qdrant_CreateVectorNameRequest {
    /// The body of `PUT {c}/vectors/{name}`.
    func body() throws -> JSONValue {
      switch vectorConfig {
      case .denseConfig(let dense): return ["dense": .object(RESTForm.object(try dense.tree()))]
      case .sparseConfig(let sparse): return ["sparse": .object(RESTForm.object(try sparse.tree()))]
      case nil: return [:]
      }
    }
  }

  /// From protobuf's JSON form to REST's.
  private enum RESTForm {
    static func object(_ object: JSONObject) -> JSONObject {
      JSONObject(
        members: object.members.map { member in
          let (name, value) = Self.member(member.name, member.value)
          return JSONObject.Member(name: name, value: value)
        })
    }

    private static func member(_ name: String, _ value: JSONValue) -> (String, JSONValue) {
      guard case .object(let inner) = value else {
        if name == "deprecated_max_optimization_threads" {
          return ("max_optimization_threads", value)
        }
        guard case .string(let text) = value, ConfigurationEnums.names.contains(name) else {
          return (name, value)
        }
        return (name, .string(ConfigurationEnums.restName(text)))
      }
      switch name {
      case "vectors_config":
        if case .object(let single)? = inner["params"] {
          return ("vectors", .object(object(single)))
        }
        return ("vectors", byName(inner["params_map"]?.asObject?["map"]))
      case "sparse_vectors_config": return ("sparse_vectors", byName(inner["map"]))
      case "multivector_config":
        if let entries = inner[name] { return (name, byName(entries)) }
        // The first value of an enumeration is not written.
        return (name, ["comparator": "max_sim"])
      case "sparse_config": return (name, byName(inner[name]))
      case "quantization_config": return (name, quantization(inner))
      case "query_encoding":
        return (name, .string((inner["setting"]?.asString ?? "default").lowercased()))
      case "max_optimization_threads": return (name, inner["value"] ?? "auto")
      case "stemmer":
        guard case .object(let snowball)? = inner["snowball"] else {
          return (name, ["type": "none"])
        }
        return (name, ["type": "snowball", "language": snowball["language"] ?? ""])
      case "scoring": return (name, ["type": "bm25"])
      case "prefix": return (name, true)
      default: return (name, .object(object(inner)))
      }
    }

    private static func quantization(_ kinds: JSONObject) -> JSONValue {
      if kinds["disabled"] != nil { return "Disabled" }
      var object = object(kinds)
      if let turbo = object["turboquant"] { object = ["turbo": turbo] }
      if case .object(var product)? = object["product"], product["compression"] == nil {
        product["compression"] = "x4"
        object["product"] = .object(product)
      }
      return .object(object)
    }

    private static func byName(_ entries: JSONValue?) -> JSONValue {
      .object(
        JSONObject(
          members: (entries?.asArray ?? []).compactMap { entry in
            guard case .object(let entry) = entry else { return nil }
            let value = entry["value"]?.asObject ?? [:]
            return JSONObject.Member(
              name: entry["key"]?.asString ?? "", value: .object(object(value)))
          }))
    }
  }

  private enum ConfigurationEnums {
    /// The members that name a value of an enumeration.
    static let names: Set<String> = [
      "datatype", "memory", "modifier", "comparator", "type", "encoding", "bits",
      "sharding_method", "tokenizer",
    ]

    /// `OneAndHalfBits` is `one_and_half_bits`.
    static func restName(_ name: String) -> String {
      var text = ""
      for scalar in name.unicodeScalars {
        if scalar.properties.isUppercase, !text.isEmpty { text.append("_") }
        text += String(scalar).lowercased()
      }
      return text
    }

    static func messageName(_ name: String) -> String {
      // A number behind the underscore is not a word.
      if name.hasPrefix("bits") { return "B" + name.dropFirst() }
      return name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }
        .joined()
    }
  }

  // MARK: Answers

  extension Qdrant_CollectionInfo {
    /// - Parameter json: the answer to `GET {c}`.
    init(_ json: JSONValue) throws {
      guard case .object(var info) = json, case .object(var config)? = info["config"] else {
        throw APIError(.internalServerError, "the collection has no configuration")
      }
      let metadata = config["metadata"]?.asObject
      config["metadata"] = nil
      if case .object(let params)? = config["params"] {
        config["params"] = .object(MessageForm.params(params))
      }
      info["config"] = .object(MessageForm.object(config))
      info["status"] = "Green"
      info["optimizer_status"] = ["ok": true]
      if case .object(let schema)? = info["payload_schema"] {
        info["payload_schema"] = MessageForm.entries(schema, MessageForm.schema)
      }
      try self.init(tree: info)
      if let metadata { self.config.metadata = metadata.entries() }
    }
  }

  extension Qdrant_CollectionConfig.MetadataEntry: ValueEntry {}

  /// From REST's form to protobuf's JSON form.
  private enum MessageForm {
    static func object(_ object: JSONObject) -> JSONObject {
      JSONObject(
        members: object.members.map { member in
          let (name, value) = Self.member(member.name, member.value)
          return JSONObject.Member(name: name, value: value)
        })
    }

    static func params(_ params: JSONObject) -> JSONObject {
      var message = params.without(["vectors", "sparse_vectors"])
      if case .object(let vectors)? = params["vectors"] {
        message["vectors_config"] =
          vectors["size"]?.isNumber ?? false
          ? ["params": .object(object(vectors))]
          : ["params_map": ["map": entries(vectors, object)]]
      }
      if case .object(let sparse)? = params["sparse_vectors"] {
        message["sparse_vectors_config"] = ["map": entries(sparse, object)]
      }
      return message
    }

    static func entries(
      _ byName: JSONObject, _ convert: (JSONObject) -> JSONObject
    ) -> JSONValue {
      .array(
        byName.members.map { member in
          [
            "key": .string(member.name),
            "value": .object(convert(member.value.asObject ?? [:])),
          ]
        })
    }

    static func schema(_ field: JSONObject) -> JSONObject {
      var message = field
      let kind = field["data_type"]?.asString ?? ""
      message["data_type"] = .string(ConfigurationEnums.messageName(kind))
      if case .object(let params)? = field["params"] {
        let converted = object(params.without(["type"]))
        message["params"] = .object(
          JSONObject(uniqueMembers: [
            .init(name: "\(kind)_index_params", value: .object(converted))
          ]))
      }
      return message
    }

    private static func member(_ name: String, _ value: JSONValue) -> (String, JSONValue) {
      switch (name, value) {
      case ("max_optimization_threads", .null): return (name, .null)
      case ("max_optimization_threads", .string): return (name, ["setting": "Auto"])
      case ("max_optimization_threads", _): return (name, ["value": value])
      case ("query_encoding", .string(let text)):
        let setting =
          switch text {
          case "binary": "Binary"
          case "scalar4bits": "Scalar4Bits"
          case "scalar8bits": "Scalar8Bits"
          default: "Default"
          }
        return (name, ["setting": .string(setting)])
      case ("stopwords", .string(let language)): return (name, ["languages": [.string(language)]])
      case ("stemmer", .object(let stemmer)):
        guard stemmer["type"] == "snowball" else { return (name, ["disabled": [:]]) }
        return (name, ["snowball": ["language": stemmer["language"] ?? ""]])
      case ("scoring", .bool(let isOn)): return (name, isOn ? ["type": "Bm25"] : .null)
      case ("prefix", .bool(let isOn)): return (name, isOn ? [:] : .null)
      case ("multivector_config", .object(let inner)) where inner["comparator"] == nil:
        return (name, ["multivector_config": entries(inner, object)])
      case ("sparse_config", .object(let inner)):
        return (name, ["sparse_config": entries(inner, object)])
      case ("turbo", .object(let inner)): return ("turboquant", .object(object(inner)))
      case (_, .object(let inner)): return (name, .object(object(inner)))
      case (_, .string(let text)) where ConfigurationEnums.names.contains(name):
        return (name, .string(ConfigurationEnums.messageName(text)))
      default: return (name, value)
      }
    }
  }
#endif
