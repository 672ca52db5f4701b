import ArgumentParser
import AsyncHTTPClient
@main struct KindredCommand: AsyncParsableCommand {
  func run() async throws { _ = HTTPClient.shared }
}
