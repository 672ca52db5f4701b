import Foundation

/// Worked examples in the format documents: lines of `offset  hexadecimal bytes  | remark` in a block
/// fenced as `hex`.
enum Hexadecimal {
  /// - Parameter document: relative to the package.
  static func bytes(of document: String) throws -> [UInt8] {
    let package = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(contentsOf: package.appendingPathComponent(document), encoding: .utf8)
    let block = text.components(separatedBy: "```hex\n")[1].components(separatedBy: "```")[0]
    return block.split(separator: "\n").flatMap { line in
      line.split(separator: "|")[0].split(separator: " ").dropFirst().map { UInt8($0, radix: 16)! }
    }
  }
}
