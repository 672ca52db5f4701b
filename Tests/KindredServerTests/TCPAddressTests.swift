import KindredServer
import Testing

@Suite("TCP address") struct TCPAddressTests {
  @Test func `reads host and port`() {
    #expect(TCPAddress("127.0.0.1:6333") == TCPAddress(host: "127.0.0.1", port: 6333))
    #expect(TCPAddress(":6333") == TCPAddress(host: "127.0.0.1", port: 6333))
    #expect(TCPAddress("6333") == TCPAddress(host: "127.0.0.1", port: 6333))
    #expect(TCPAddress("[::1]:80") == TCPAddress(host: "::1", port: 80))
    #expect(TCPAddress("host") == nil)
    #expect(TCPAddress("host:65536") == nil)
    #expect(TCPAddress("http://host:80") == nil)
  }

  @Test func `knows loopback`() {
    #expect(TCPAddress(host: "127.1.2.3", port: 1).isLoopback)
    #expect(TCPAddress(host: "localhost", port: 1).isLoopback)
    #expect(!TCPAddress(host: "0.0.0.0", port: 1).isLoopback)
    #expect(!TCPAddress(host: "10.0.0.1", port: 1).isLoopback)
  }
}
