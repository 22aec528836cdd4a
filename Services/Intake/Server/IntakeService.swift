import Exchange
public import Foundation
public import Hummingbird
import IntakeSchema
public import Logging
import Media
import Postgres
public import PostgresMigrations
import RoutingAPI
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

    public static func streamsBody(path: String) -> Bool {
        MediaDesk.streams(path: path) || path.contains("/open311/v2/requests.")
    }

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
    private let desk: DeskController
    private let imports: ImportController
    private let status: StatusPage
    private let followers: FollowerController
    private let search: SearchPage
    private let erase: ErasePage
    private let exchange: ExchangeServices
    private let spool: Spool?
    private let drain: SpoolDrain?
    private let keeper: DirectoryKeeper?
    private let watch: DatabaseWatch
    private let client: PostgresClient
    private let whatsapp: WhatsAppController
    private let sms: SMSController
    private let conversations: ConversationSweep
    private let callers: CallerRuleController
    private let fetcher: MediaFetcher
    private let contacts: ContactVerificationController

    public init(environment: ServiceEnvironment) async throws {
        let logger = environment.logger
        spool = try SpoolSettings(environment).open(logger)
        let watch = DatabaseWatch(
            hasSpool: spool != nil, isAway: environment.startsWithoutDatabase, logger: logger)
        let keptAreas = KeptAreas()
        let place = KeptDirectory.place(environment.configuration, environment.keys)
        if environment.startsWithoutDatabase, let place,
            let kept = KeptDirectory.read(from: place.file, door: place.door, logger)
        {
            keptAreas.keep(codes: kept.areas, choices: kept.choices)
        }
        let links = ReporterLinks(
            publicURL: environment.configuration.publicURL, hosted: environment.configuration.isHosted)
        let expected = ExpectedTimes(database: environment.database, logger: environment.logger)
        let news = FollowerNews(keys: environment.keys, links: links)
        let handler = CaseChangedHandler(links: links, news: news, directory: environment.directory)
        let grants = IdentityGrantedHandler(keys: environment.keys, directory: environment.directory)
        let splits = CaseSplitHandler()
        exchange = try ExchangeServices(environment: environment) { event, transaction, scope in
            switch event.type {
            case RoutingEventType.identityGranted: try await grants.handle(event, transaction, scope)
            case RoutingEventType.split: try await splits.handle(event, transaction, scope)
            default: try await handler.handle(event, transaction, scope)
            }
        }
        var desks: [Int: IntakeDesk] = [:]
        for scope in environment.agencies {
            desks[scope.number] = try IntakeDesk(
                scope: scope, keys: environment.keys, database: environment.database, brake: exchange.brake,
                spool: spool, watch: watch, logger: logger)
        }
        let channelData = ChannelDataStore(database: environment.database, directory: environment.directory)
        let gate = try AbuseGate(environment, desks, data: channelData)
        callers = CallerRuleController(rules: gate.rules, verifier: environment.verifier)
        let maker = ComplaintMaker(expected: expected, links: links)
        let pages = try Pages(directory: Self.resources.appending(path: "pages"), environment)
        let waker = exchange.waker
        let submissions = SubmissionWorkflow(
            directory: environment.directory, desks: desks, maker: maker, advice: MissingAdvice(texts: pages),
            waker: waker, screen: TextScreen(), gate: gate, keptAreas: keptAreas)
        let follow = FollowingWorkflow(
            directory: environment.directory, database: environment.database, desks: desks, expected: expected,
            waker: waker, keys: environment.keys, gate: gate)
        drain = spool.map {
            SpoolDrain(
                spool: $0, watch: watch, client: environment.client, desks: desks, directory: environment.directory,
                maker: maker, wake: { waker.wake($0) }, logger: logger)
        }
        self.watch = watch
        client = environment.client
        let areas = AreaFinder(database: environment.database)
        let choices = AgencyAreas(finder: areas, watch: watch, kept: keptAreas)
        keeper = place.map {
            DirectoryKeeper(
                file: $0.file, door: $0.door, directory: environment.directory, finder: areas,
                agencies: environment.agencies, areas: keptAreas, logger: logger)
        }
        let conversation = ConversationWorkflow(
            directory: environment.directory, database: environment.database, desks: desks, keys: environment.keys,
            submissions: submissions, following: follow, data: channelData, areas: areas, links: links,
            waker: exchange.waker)
        let parts = SMSParts(database: environment.database, seal: conversation.seal, data: channelData)
        let settings = Dictionary(
            environment.agencies.map {
                ($0.number, ChannelSettings(environment.configuration.reader, agency: $0.code))
            }, uniquingKeysWith: { $1 })
        whatsapp = WhatsAppController(workflow: conversation, settings: settings)
        sms = SMSController(workflow: conversation, parts: parts, settings: settings)
        conversations = ConversationSweep(
            workflow: conversation, parts: parts, agencies: environment.agencies, logger: environment.logger)
        media = try MediaDesk(environment: environment)
        fetcher = MediaFetcher(
            database: environment.database, media: media, keys: environment.keys, settings: settings,
            agencies: environment.agencies, logger: environment.logger)
        complaints = ComplaintController(
            workflow: submissions, published: PublishedStore(database: environment.database),
            verifier: environment.verifier)
        following = FollowingController(workflow: follow)
        attachments = AttachmentController(workflow: follow, media: media)
        open311 = Open311Controller(
            directory: environment.directory, submissions: submissions, following: follow,
            store: Open311Store(database: environment.database), media: media,
            publicURL: environment.configuration.publicURL,
            isHosted: environment.configuration.isHosted)
        let likeness = SimilarStore(database: environment.database)
        similar = SimilarController(store: likeness, gate: gate)
        catalogue = DirectoryController(directory: environment.directory, areas: areas, choices: choices)
        desk = DeskController(
            submissions: submissions, verifier: environment.verifier, database: environment.database, links: links)
        imports = ImportController(
            submissions: submissions, verifier: environment.verifier, database: environment.database)
        status = StatusPage(pages: pages, following: follow, directory: environment.directory)
        let verification = ContactVerification(following: follow, limits: gate.settings.codes)
        contacts = ContactVerificationController(verification: verification)
        portal = PortalController(
            pages: pages, submissions: submissions, following: follow, directory: environment.directory,
            areas: choices, media: media,
            isSecure: environment.configuration.publicURL.hasPrefix("https://"), links: links, contacts: verification,
            similar: SimilarPage(store: likeness, pages: pages, watch: watch))
        followers = FollowerController(
            workflow: FollowerWorkflow(following: follow, news: news), pages: pages, status: status)
        erase = ErasePage(pages: pages, isSecure: environment.configuration.publicURL.hasPrefix("https://"))
        search = SearchPage(
            pages: pages, store: PublishedStore(database: environment.database), directory: environment.directory,
            areas: choices)
    }

    public func routes(_ router: Router<AppContext>) {
        complaints.addRoutes(to: router)
        following.addRoutes(to: router)
        attachments.addRoutes(to: router)
        open311.addRoutes(to: router)
        similar.addRoutes(to: router)
        catalogue.addRoutes(to: router)
        portal.addRoutes(to: router)
        desk.addRoutes(to: router)
        imports.addRoutes(to: router)
        status.addRoutes(to: router)
        followers.addRoutes(to: router)
        search.addRoutes(to: router)
        erase.addRoutes(to: router)
        whatsapp.addRoutes(to: router)
        sms.addRoutes(to: router)
        callers.addRoutes(to: router)
        contacts.addRoutes(to: router)
        exchange.mount(on: router)
    }

    public var background: [any Service] {
        exchange.background + media.background + [conversations, fetcher, callers.rules] + (drain.map { [$0] } ?? [])
            + (keeper.map { [$0] } ?? [])
    }

    public static var needsDatabase: Bool { false }

    /// With a spool, complaints are accepted before the database has answered once.
    public static func keptDirectory(
        _ configuration: NodeConfiguration, _ keys: NodeKeys, _ logger: Logger
    ) -> Directory? {
        KeptDirectory.place(configuration, keys).flatMap { KeptDirectory.read(from: $0.file, door: $0.door, logger) }?
            .directory.directory
    }

    /// Ready while complaints can be accepted, into the database or into the spool.
    public func ready() async throws -> String? {
        do {
            guard !watch.isAway else { throw Problem.databaseUnavailable }
            _ = try await client.query("SELECT 1 AS one")
            guard let spool, spool.waiting > 0 else { return nil }
            return "spool: \(spool.waiting)"
        } catch {
            guard let spool, spool.hasRoom else { throw error }
            return "database away, spool: \(spool.waiting)"
        }
    }
}
