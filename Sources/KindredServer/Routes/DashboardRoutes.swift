/// The page for people, at `/dashboard`: its files need no key; what it asks the API for does.
extension RouteTable {
  mutating func addDashboardRoutes() {
    immediate(.get, "/dashboard") { call in
      // The page finds its files and the API beside itself, under whatever path a proxy has put it.
      guard !call.request.path.hasSuffix("/") else {
        var answer = Answer.text("")
        answer.status = .permanentRedirect
        answer.headers = [("location", "../dashboard")]
        return answer
      }
      return try page("index.html", call)
    }
    immediate(.get, "/dashboard/{file}") { call in try page(call.parameter("file"), call) }
  }
}

private func page(_ name: String, _ call: Call) throws(APIError) -> Answer {
  guard let file = PageFile.all[name] else { throw .notFound("the page has no file \(name)") }
  let isKnown = call.request.headers[canonicalForm: "if-none-match"].contains { tag in
    tag == "*" || tag == file.tag || tag == "W/" + file.tag
  }
  var answer = Answer.text(isKnown ? "" : file.text, contentType: file.contentType)
  if isKnown { answer.status = .notModified }
  answer.headers = PageFile.headers + [("etag", file.tag)]
  return answer
}

extension Call {
  /// Whether a person's browser asks, to show what comes.
  var isFromBrowser: Bool { request.headers["accept"].contains { $0.contains("text/html") } }
}
