import StorageIO
import Testing

@Suite struct MachineTests {
  @Test func `times are written in UTC`() {
    #expect(Machine.timestamp(at: 784_111_777) == "1994-11-06T08:49:37")
    #expect(Machine.timestamp(at: -1) == "1969-12-31T23:59:59")
    let format = "%a, %d %b %Y %H:%M:%S GMT"
    #expect(
      Machine.timestamp(at: 784_111_777, format: format) == "Sun, 06 Nov 1994 08:49:37 GMT")
  }

  @Test func `a precise time has three digits of milliseconds`() {
    let before = Machine.timestamp
    let text = Machine.preciseTimestamp
    #expect(before <= text && text <= Machine.timestamp + ".999Z")
    #expect(text.utf8.count == before.utf8.count + 5 && text.hasSuffix("Z"))
    let milliseconds = text.utf8.dropFirst(before.utf8.count + 1).dropLast()
    let areDigits = milliseconds.allSatisfy(\.isDigit)
    #expect(areDigits)
  }
}
