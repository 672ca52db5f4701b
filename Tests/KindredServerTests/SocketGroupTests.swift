import KindredServer
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

@Suite("SocketGroup") struct SocketGroupTests {
  private func mode(_ path: String) throws -> (mode: mode_t, group: gid_t) {
    var status = stat()
    try #require(stat(path, &status) == 0)
    return (status.st_mode & 0o777, status.st_gid)
  }

  @Test func `the control socket is its owner's unless a group is set`() async throws {
    try await RunningServer.with { server in
      let socket = try mode(server.directory + "/kindred.sock")
      let directory = try mode(server.directory)
      #expect(socket.mode == 0o600 && directory.mode & 0o010 == 0)
    }
  }

  @Test func `a group is let through the directory to the socket, and to nothing else`()
    async throws
  {
    let group = SystemGroup(name: "own", id: getegid())
    try await RunningServer.with(SecurityOptions(socketGroup: group)) { server in
      let socket = try mode(server.directory + "/kindred.sock")
      #expect(socket.mode == 0o660 && socket.group == group.id)
      let directory = try mode(server.directory)
      #expect(directory.mode == 0o710 && directory.group == group.id)
      for name in ["LOCK", "MANIFEST"] {
        let file = try mode(server.directory + "/" + name)
        #expect(file.mode & 0o077 == 0)
      }
    }
  }
}
