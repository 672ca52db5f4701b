import StorageIO
import TestSupport

/// Certificates for tests, which hold for a hundred years, and their keys, which protect nothing.
enum TestCertificates {
  /// The certificate that has signed the others.
  static let authority = """
    -----BEGIN CERTIFICATE-----
    MIIBmDCCAT+gAwIBAgIUDW3hRdHvSfsuO8udyz51MOOYE2owCgYIKoZIzj0EAwIw
    ITEfMB0GA1UEAwwWa2luZHJlZC10ZXN0LWF1dGhvcml0eTAgFw0yNjExMjcyMDI1
    MjJaGA8yMTI2MTEwMzIwMjUyMlowITEfMB0GA1UEAwwWa2luZHJlZC10ZXN0LWF1
    dGhvcml0eTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABLrznzOcXYuaCbBL6WkT
    SvLX2PMZdMxtaxlH7h+aajqL41tPaex+Rvnr8tK/OkHj3j6iMo2JWOVobYopEtZV
    0tCjUzBRMB0GA1UdDgQWBBQnPfSOz9spSU8moYRD10+w1VVMcDAfBgNVHSMEGDAW
    gBQnPfSOz9spSU8moYRD10+w1VVMcDAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49
    BAMCA0cAMEQCIBYAVUrWvywsURxJAUIbF9d33WQJxkRlNk91BX+Fk3PlAiAJR2cN
    q0UF8rNoON6OQPnsqXQsTQDpz58ZUNJRCDZudQ==
    -----END CERTIFICATE-----
    """

  /// For `localhost` and 127.0.0.1.
  static let localhost = """
    -----BEGIN CERTIFICATE-----
    MIIBlzCCAT2gAwIBAgIUBSJEazkF/7OzGOhAjOgml21OdOgwCgYIKoZIzj0EAwIw
    ITEfMB0GA1UEAwwWa2luZHJlZC10ZXN0LWF1dGhvcml0eTAgFw0yNjExMjcyMDI1
    MjJaGA8yMTI2MTEwMzIwMjUyMlowFDESMBAGA1UEAwwJbG9jYWxob3N0MFkwEwYH
    KoZIzj0CAQYIKoZIzj0DAQcDQgAElm8D1GrVE3gSu6fawkHB0Usjxd+pbxLrKE90
    xfF1AbZuOydg39iTZocgTyKDsJaxCXbLLdwJKmwVmiRenyGGsqNeMFwwGgYDVR0R
    BBMwEYIJbG9jYWxob3N0hwR/AAABMB0GA1UdDgQWBBSwVN973ujSfFG1O86LBHjp
    oOUCXDAfBgNVHSMEGDAWgBQnPfSOz9spSU8moYRD10+w1VVMcDAKBggqhkjOPQQD
    AgNIADBFAiAfJAnldElJjM8TT6b1GlBHKNzCC2/eoj+M918c2qybdAIhAIeXMzJI
    EOY8kWhtS/bxbrBnTLWgY4trMZuw6EqWO/Ak
    -----END CERTIFICATE-----
    """

  static let localhostKey = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgTfaUP9LNOhY7sbLr
    NqyPlqVjV8Bt4YZbTzRCgvPVzZyhRANCAASWbwPUatUTeBK7p9rCQcHRSyPF36lv
    EusoT3TF8XUBtm47J2Df2JNmhyBPIoOwlrEJdsst3AkqbBWaJF6fIYay
    -----END PRIVATE KEY-----
    """

  /// For `elsewhere.example`.
  static let elsewhere = """
    -----BEGIN CERTIFICATE-----
    MIIBmTCCAT+gAwIBAgIUBSJEazkF/7OzGOhAjOgml21OdOkwCgYIKoZIzj0EAwIw
    ITEfMB0GA1UEAwwWa2luZHJlZC10ZXN0LWF1dGhvcml0eTAgFw0yNjExMjcyMDI1
    MjJaGA8yMTI2MTEwMzIwMjUyMlowFDESMBAGA1UEAwwJZWxzZXdoZXJlMFkwEwYH
    KoZIzj0CAQYIKoZIzj0DAQcDQgAES/HnTrX62dyYyuNTUHOWbKMZukPVmQwFqJ0g
    tlNyZJlmwrGXpvBsqTiNc2TLYX3Sej1hSXY+v01zyDuWV6msxaNgMF4wHAYDVR0R
    BBUwE4IRZWxzZXdoZXJlLmV4YW1wbGUwHQYDVR0OBBYEFK/qTlR/yPwaToXu5xWc
    8vP4Mrs4MB8GA1UdIwQYMBaAFCc99I7P2ylJTyahhEPXT7DVVUxwMAoGCCqGSM49
    BAMCA0gAMEUCIFmWZPYgpJRb1zGnr2DJLyE8M3VZHllZWJGgDATzz22xAiEAuRuo
    0NX9PcuadaZktiBfdp/UWHmdzB1wdSozRQmu2s8=
    -----END CERTIFICATE-----
    """

  static let elsewhereKey = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgRzDKcQwuqH2GwfpN
    1NDbnTHkWrvFaGuHlGaE6i1LypahRANCAARL8edOtfrZ3JjK41NQc5Zsoxm6Q9WZ
    DAWonSC2U3JkmWbCsZem8GypOI1zZMthfdJ6PWFJdj6/TXPIO5ZXqazF
    -----END PRIVATE KEY-----
    """

  /// Writes one to a file.
  /// - Returns: the file's path.
  static func write(_ text: String, as name: String, in directory: TemporaryDirectory) throws
    -> String
  {
    let path = directory.file(name)
    try PosixFileSystem().writeAtomically(path: path, bytes: Array((text + "\n").utf8))
    return path
  }
}
