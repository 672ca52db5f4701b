/// Issues are what Qdrant would advise; there is nothing to advise here.
extension RouteTable {
  mutating func addIssueRoutes() {
    immediate(.get, "/issues") { _ in .result(["issues": []]) }
    write(.delete, "/issues") { _ in .result(true) }
  }
}
