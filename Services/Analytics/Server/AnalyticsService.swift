import AnalyticsSchema
import Exchange
public import Foundation
public import Hummingbird
public import PostgresMigrations
public import ServiceKit
public import Tenancy

/// Counts: facts from events, figures from facts.
public struct AnalyticsService: ServiceDefinition {
    public static let name = ServiceName.analytics
    public static var requiredMigrations: [MigrationGroup] {
        get throws {
            [try DirectorySchema.migrations(), try ExchangeSchema.migrations(), try AnalyticsSchema.migrations()]
        }
    }
    public static var openAPI: URL { Bundle.module.bundleURL.appending(path: "Resources/openapi.json") }

    private let environment: ServiceEnvironment
    private let waker: Waker
    private let pages: Pages

    public init(environment: ServiceEnvironment) async throws {
        self.environment = environment
        pages = try Pages(directory: Bundle.module.bundleURL.appending(path: "Resources/pages"), environment)
        // Facts are the end of the line: nobody has to be woken.
        waker = Waker(
            client: environment.client, agencies: environment.agencies, listens: false, crossNode: false,
            logger: environment.logger)
    }

    public func routes(_ router: Router<AppContext>) {
        let handler = FactHandler(store: FactStore())
        InboxRoute(environment: environment, waker: waker) { event, transaction, scope in
            try await handler.handle(event, transaction, scope)
        }.mount(on: router)
        let store = SummaryStore(database: environment.database)
        SummaryController(store: store, directory: environment.directory, verifier: environment.verifier).add(
            to: router)
        PublicPage(pages: pages, store: store, directory: environment.directory).add(to: router)
    }
}
