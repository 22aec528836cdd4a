import Exchange
public import Foundation
public import Hummingbird
import IntakeSchema
import Media
public import PostgresMigrations
public import ServiceKit
public import ServiceLifecycle
public import Tenancy

/// Takes in complaints, makes them durable, and shows reporters what becomes of them.
public struct IntakeService: ServiceDefinition {
    public static var name: ServiceName { .intake }

    public static var requiredMigrations: [MigrationGroup] {
        get throws {
            [
                try DirectorySchema.migrations(), try ExchangeSchema.migrations(), try IntakeSchema.migrations(),
                try MediaSchema.migrations(),
            ]
        }
    }

    public static var openAPI: URL { resources.appending(path: "openapi.json") }

    public static func streamsBody(path: String) -> Bool { MediaDesk.streams(path: path) }

    public static var otherMediaTypes: [String: [String]] {
        MediaDesk.mediaTypes(below: "/v1/complaints/{tracking_code}/attachments/{attachment_id}")
    }

    static var resources: URL { Bundle.module.bundleURL.appending(path: "Resources") }

    private let complaints: ComplaintController
    private let following: FollowingController
    private let attachments: AttachmentController
    private let media: MediaDesk
    private let open311: Open311Controller
    private let similar: SimilarController
    private let catalogue: DirectoryController
    private let portal: PortalController
    private let exchange: ExchangeServices

    public init(environment: ServiceEnvironment) async throws {
        let links = ReporterLinks(
            publicURL: environment.configuration.publicURL, hosted: environment.configuration.isHosted)
        let expected = ExpectedTimes(database: environment.database, logger: environment.logger)
        let handler = CaseChangedHandler(links: links)
        exchange = try ExchangeServices(environment: environment, inbox: handler.handle)
        var desks: [Int: IntakeDesk] = [:]
        for scope in environment.agencies {
            guard let door = environment.keys.door(scope) else {
                throw ConfigurationError(key: "node.key.directory", reason: "\(scope.code).door.key is missing")
            }
            desks[scope.number] = IntakeDesk(
                scope: scope, door: door, database: environment.database, brake: exchange.brake,
                logger: environment.logger)
        }
        let submissions = SubmissionWorkflow(
            directory: environment.directory, desks: desks, expected: expected, links: links, waker: exchange.waker)
        let follow = FollowingWorkflow(
            directory: environment.directory, database: environment.database, desks: desks, expected: expected,
            waker: exchange.waker)
        let areas = AreaFinder(database: environment.database)
        complaints = ComplaintController(
            workflow: submissions, published: PublishedStore(database: environment.database),
            verifier: environment.verifier)
        following = FollowingController(workflow: follow)
        media = try MediaDesk(environment: environment)
        attachments = AttachmentController(workflow: follow, media: media)
        open311 = Open311Controller(
            directory: environment.directory, submissions: submissions, following: follow,
            store: Open311Store(database: environment.database), publicURL: environment.configuration.publicURL,
            isHosted: environment.configuration.isHosted)
        similar = SimilarController(database: environment.database)
        catalogue = DirectoryController(directory: environment.directory, areas: areas)
        portal = PortalController(
            pages: try Pages(directory: Self.resources.appending(path: "pages"), environment),
            submissions: submissions, following: follow, directory: environment.directory,
            areas: AgencyAreas(finder: areas), media: media,
            isSecure: environment.configuration.publicURL.hasPrefix("https://"))
    }

    public func routes(_ router: Router<AppContext>) {
        complaints.addRoutes(to: router)
        following.addRoutes(to: router)
        attachments.addRoutes(to: router)
        open311.addRoutes(to: router)
        similar.addRoutes(to: router)
        catalogue.addRoutes(to: router)
        portal.addRoutes(to: router)
        exchange.mount(on: router)
    }

    public var background: [any Service] { exchange.background + media.background }
}
