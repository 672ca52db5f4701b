#if Remote
  import NIOHPACK

  extension TCPGuard {
    /// Why a call does not come in; nil for one that does.
    func refusal(_ headers: HPACKHeaders, _ procedure: Procedure) -> GRPCStatus? {
      let host = headers.first(name: ":authority") ?? headers.first(name: "host") ?? ""
      guard host.isEmpty ? procedure.isExempt : accepts(host: host) else {
        return GRPCStatus(
          .permissionDenied,
          host.isEmpty ? "The request has no host" : "Host '\(host)' is not allowed")
      }
      if let origin = headers.first(name: "origin"), !accepts(origin: origin, from: host) {
        return GRPCStatus(.permissionDenied, "Origin '\(origin)' is not allowed")
      }
      if procedure.isExempt { return nil }
      let access = security.access(
        apiKey: headers.first(name: "api-key"), authorization: headers.first(name: "authorization"))
      switch access {
      case .full: return nil
      case .none:
        return GRPCStatus(
          .unauthenticated, "Must provide an API key or an Authorization bearer token")
      case .readOnly where procedure.access != .read:
        return GRPCStatus(
          .permissionDenied, "Global write access is required, the API key is read-only")
      case .readOnly: return nil
      }
    }
  }
#endif
