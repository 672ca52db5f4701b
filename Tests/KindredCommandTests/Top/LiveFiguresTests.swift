import JSONCodec
import KindredCommand
import Testing

struct LiveFiguresTests {
  private func sample(uptime: Double, requests: [String: (count: Int, within: [Double])])
    -> MetricsSample
  {
    var text = "# HELP x y\nkindred_uptime_seconds \(uptime)\nkindred_wal_bytes 1500\n"
    text += "app_info{name=\"kindred\",version=\"9.9\"} 1\nkindred_last_sequence_number 10\n"
    text += "collection_points{id=\"a \\\"b\\\" \\\\\"} 1234\nkindred_read_only 1\nbad line\n{ 3\n"
    for (endpoint, figures) in requests {
      let labels = "method=\"GET\",endpoint=\"\(endpoint)\",status=\"200\""
      text += "rest_responses_total{\(labels)} \(figures.count)\n"
      let name = "rest_responses_duration_seconds"
      for (bound, count) in zip(["0.001", "0.005", "+Inf"], figures.within) {
        text += "\(name)_bucket{\(labels),le=\"\(bound)\"} \(count)\n"
      }
      text += "\(name)_sum{\(labels)} 0.5\n\(name)_count{\(labels)} \(figures.count)\n"
    }
    return MetricsSample(text)
  }

  @Test func `rates and latencies are those between two samples`() throws {
    let earlier = sample(
      uptime: 5, requests: ["/a": (10, [10, 10, 10]), "/metrics": (1, [1, 1, 1])])
    let later = sample(
      uptime: 7,
      requests: ["/a": (30, [20, 30, 30]), "/metrics": (99, [99, 99, 99]), "/b": (2, [0, 0, 2])])
    let figures = LiveFigures(from: earlier, to: later, seconds: 2)
    #expect(figures.requestsPerSecond == 11)
    #expect(figures.endpoints.map(\.name) == ["GET /a", "GET /b"])
    let latencies = try #require(figures.endpoints.first).latencies
    #expect(latencies.count == 20)
    #expect(latencies.quantile(0.5) == 0.001)
    #expect(latencies.quantile(0.75).map { abs($0 - 0.003) < 1e-12 } == true)
    // Beyond the last bound there is nothing to tell.
    #expect(figures.endpoints[1].latencies.quantile(0.5) == 0.005)
    #expect(figures.collections.map(\.name) == [#"a "b" \"#])
    #expect(figures.collections.first?.pointCount == 1234)
    #expect(figures.troubles == ["READ-ONLY until a restart"])
    #expect(figures.version == "9.9")
    #expect(try JSONInput(.object(figures.json)).int("log_bytes") == 1500)
  }

  @Test func `a daemon that was started meanwhile counts from its start`() {
    let earlier = sample(uptime: 500, requests: ["/a": (1000, [1000, 1000, 1000])])
    let later = sample(uptime: 1, requests: ["/a": (4, [4, 4, 4])])
    let figures = LiveFigures(from: earlier, to: later, seconds: 2)
    #expect(figures.requestsPerSecond == 2)
    #expect(figures.endpoints.first?.latencies.count == 4)
  }

  @Test func `it fits every terminal`() {
    let requests = Dictionary(
      uniqueKeysWithValues: (0..<40).map { ("/long/endpoint/\($0)", (5, [5.0, 5, 5])) })
    let figures = LiveFigures(
      from: .empty, to: sample(uptime: 9, requests: requests), seconds: 9)
    for (width, height) in [(40, 24), (80, 10), (200, 50), (20, 5)] {
      let lines = figures.lines(span: "in 1 s", width: width, height: height)
      #expect(lines.allSatisfy { DisplayWidth.of($0) <= width }, "\(width)")
      #expect(lines.count < max(height, 10))
    }
    let all = figures.lines(span: "in 1 s", width: nil, height: nil)
    #expect(all.count { $0.contains("/long/endpoint/") } == 40)
  }

  @Test func `nothing at all is no trouble`() {
    let figures = LiveFigures(from: .empty, to: .empty, seconds: 0)
    #expect(figures.requestsPerSecond == 0 && figures.latencies.quantile(0.5) == nil)
    #expect(figures.line.contains("p50_ms=-"))
  }
}
