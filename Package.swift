// swift-tools-version: 6.2
import PackageDescription

/// Arrows point at what is imported:
/// KindredCommand → KindredServer → Kindred → SparseIndex → StorageIO → CLZ4, CZlib, CKernels,
/// CMachine
/// (SparseIndex also imports CSnowball and CUTF8Proc, KindredServer CDashboard and QdrantProtobuf.
/// JSONCodec stands beside StorageIO, HTTPClient beside KindredServer; both import nothing of ours.
/// MovieLens, the readers of those sets, and below it DataFiles, the readers of text files, stand
/// beside Kindred).
///
/// `WARNINGS_AS_ERRORS=1`, as `tools/test` sets it, makes warnings in our targets errors; a build by a
/// user does not fail because a newer compiler has something to say.
let isStrict = Context.environment["WARNINGS_AS_ERRORS"] == "1"
let settings: [SwiftSetting] =
  [.swiftLanguageMode(.v6)] + (isStrict ? [.treatAllWarnings(as: .error)] : [])

/// The command waits for the daemon, and its options are hundreds of small generic types: small code is built in two
/// thirds of the time. (A library that others depend on could not have unsafe flags; the command is none.)
let small = settings + [.unsafeFlags(["-Osize"], .when(configuration: .release))]

/// Asynchronous functions stay where they are called: no look for another executor at each call.
let asynchronous = settings + [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]

let package = Package(
  name: "kindred",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Kindred", targets: ["Kindred"]),
    .executable(name: "kindred", targets: ["KindredCommand"]),
  ],
  traits: [
    .trait(name: "Remote", description: "What a daemon for other machines needs: TLS and gRPC.")
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0", traits: []),
  ],
  targets: [
    .systemLibrary(
      name: "CLZ4", pkgConfig: "liblz4",
      providers: [.apt(["liblz4-dev"]), .brew(["lz4"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
      name: "CSnowball", providers: [.apt(["libstemmer-dev"]), .brew(["snowball"])]),
    .systemLibrary(
      name: "CUTF8Proc", pkgConfig: "libutf8proc",
      providers: [.apt(["libutf8proc-dev"]), .brew(["utf8proc"])]),
    .target(name: "CDashboard", exclude: ["Page"]),
    .target(name: "CKernels"),
    .target(name: "CMachine"),
    .target(
      name: "StorageIO", dependencies: ["CLZ4", "CZlib", "CKernels", "CMachine"],
      swiftSettings: settings),
    .target(name: "JSONCodec", swiftSettings: settings),
    .target(
      name: "SparseIndex",
      dependencies: ["StorageIO", "JSONCodec", "CKernels", "CSnowball", "CUTF8Proc"],
      swiftSettings: settings),
    .target(
      name: "Kindred", dependencies: ["SparseIndex", "StorageIO", "JSONCodec", "CKernels"],
      swiftSettings: asynchronous),
    .target(
      name: "QdrantProtobuf",
      dependencies: [
        .product(
          name: "SwiftProtobuf", package: "swift-protobuf", condition: .when(traits: ["Remote"]))
      ],
      exclude: ["Protos"], swiftSettings: settings),
    .target(
      name: "KindredServer",
      dependencies: [
        "CDashboard", "Kindred", "SparseIndex", "StorageIO", "JSONCodec",
        .target(name: "QdrantProtobuf", condition: .when(traits: ["Remote"])),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(
          name: "NIOHPACK", package: "swift-nio-http2", condition: .when(traits: ["Remote"])),
        .product(
          name: "NIOHTTP2", package: "swift-nio-http2", condition: .when(traits: ["Remote"])),
        .product(name: "NIOSSL", package: "swift-nio-ssl", condition: .when(traits: ["Remote"])),
        .product(
          name: "SwiftProtobuf", package: "swift-protobuf", condition: .when(traits: ["Remote"])),
      ],
      swiftSettings: asynchronous),
    .target(
      name: "HTTPClient",
      dependencies: [
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOTLS", package: "swift-nio", condition: .when(traits: ["Remote"])),
        .product(name: "NIOSSL", package: "swift-nio-ssl", condition: .when(traits: ["Remote"])),
      ],
      swiftSettings: settings),
    .target(
      name: "DataFiles", dependencies: ["StorageIO", "JSONCodec"], swiftSettings: settings),
    .target(
      name: "MovieLens", dependencies: ["DataFiles", "SparseIndex", "StorageIO", "JSONCodec"],
      swiftSettings: settings),
    .executableTarget(
      name: "KindredCommand",
      dependencies: [
        "KindredServer", "Kindred", "DataFiles", "MovieLens", "SparseIndex", "StorageIO",
        "JSONCodec", "HTTPClient",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ],
      swiftSettings: small),
    .target(
      name: "Examples", dependencies: ["Kindred"], path: "docs/examples", swiftSettings: settings),
    .target(
      name: "TestSupport",
      dependencies: ["Kindred", "MovieLens", "SparseIndex", "StorageIO", "JSONCodec"],
      path: "Tests/TestSupport", swiftSettings: settings),
    .executableTarget(
      name: "kindred-torture",
      dependencies: [
        "Kindred", "JSONCodec", "TestSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/Torture", swiftSettings: settings),
    .testTarget(
      name: "StorageIOTests", dependencies: ["StorageIO", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "JSONCodecTests", dependencies: ["JSONCodec", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "SparseIndexTests",
      dependencies: ["SparseIndex", "StorageIO", "JSONCodec", "CKernels", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "KindredTests",
      dependencies: ["Kindred", "SparseIndex", "StorageIO", "JSONCodec", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "KindredServerTests",
      dependencies: [
        "KindredServer", "Kindred", "SparseIndex", "JSONCodec", "HTTPClient", "TestSupport",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "DataFilesTests",
      dependencies: ["DataFiles", "StorageIO", "JSONCodec", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "MovieLensTests", dependencies: ["MovieLens", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "KindredCommandTests",
      dependencies: [
        "KindredCommand", "Examples", "Kindred", "DataFiles", "MovieLens", "JSONCodec",
        "TestSupport",
      ],
      swiftSettings: settings),
  ]
)
