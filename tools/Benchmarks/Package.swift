// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "Benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [.package(name: "kindred", path: "../..")],
  targets: [
    .executableTarget(
      name: "BenchWorker",
      dependencies: [.product(name: "Kindred", package: "kindred"), "CInstructions"],
      swiftSettings: [.swiftLanguageMode(.v6)]),
    .target(name: "CInstructions"),
  ]
)
