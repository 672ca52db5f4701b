extension RouteTable {
  /// Every endpoint of the daemon, a file for each group.
  package static let all: RouteTable = {
    var table = RouteTable()
    table.addHealthRoutes()
    table.addMetricsRoutes()
    table.addAdminRoutes()
    table.addCollectionRoutes()
    table.addPointRoutes()
    table.addPayloadRoutes()
    table.addVectorRoutes()
    table.addBatchRoutes()
    table.addQueryRoutes()
    table.addLegacyQueryRoutes()
    table.addFacetRoutes()
    table.addAliasRoutes()
    table.addIndexRoutes()
    table.addSnapshotRoutes()
    table.addClusterRoutes()
    table.addRecommendRoutes()
    table.addRatingRoutes()
    table.addItemModelRoutes()
    table.addOpenAPIRoutes()
    table.addDashboardRoutes()
    return table
  }()
}
