import Exchange
public import Foundation
public import Hummingbird
public import PostgresMigrations
import Media
import RoutingSchema
public import ServiceKit
public import ServiceLifecycle
public import Tenancy

/// Opens cases, decides where they go, carries them between offices, and is the officers' workspace.
public struct RoutingService: ServiceDefinition {
    public static var name: ServiceName { .routing }

    public static var requiredMigrations: [MigrationGroup] {
        get throws {
            [
                try DirectorySchema.migrations(), try ExchangeSchema.migrations(), try RoutingSchema.migrations(),
                try MediaSchema.migrations(),
            ]
        }
    }

    public static var openAPI: URL { resources.appending(path: "openapi.json") }

    public static func streamsBody(path: String) -> Bool { MediaDesk.streams(path: path) }

    public static var otherMediaTypes: [String: [String]] {
        MediaDesk.mediaTypes(below: "/v1/cases/{case_id}/attachments/{attachment_id}")
    }

    static var resources: URL { Bundle.module.bundleURL.appending(path: "Resources") }

    private let cases: CaseController
    private let handoffs: HandoffController
    private let answers: AnswerController
    private let arbitrations: ArbitrationController
    private let triage: TriageController
    private let rules: RuleController
    private let ruleSets: RuleSetController
    private let ruleWatch: RuleWatch
    private let parts: PartController
    private let tasks: TaskController
    private let deliveries: DeliveryController
    private let links: LinkController
    private let decisions: DecisionController
    private let models: ModelController
    private let misroutes: MisrouteController
    private let administration: AdministrationController
    let shelf: ModelShelf
    let learning: LearningDuty
    private let history: HistoryController
    private let views: ViewController
    private let bulk: BulkController
    private let secrecy: SecrecyController
    private let practice: PracticeController
    private let material: MaterialController
    private let evidence: EvidenceController
    private let grants: GrantController
    private let attachments: AttachmentController
    private let media: MediaDesk
    private let workspace: WorkspaceController
    private let deskPage: DeskPage
    private let objectionPage: ObjectionPage
    private let misroutePage: MisroutePage
    private let rulePage: RulePage
    private let directoryPage: DirectoryPage
    private let blockListPage: BlockListPage
    private let publications: PublicationController
    private let publicationPage: PublicationPage
    let exchange: ExchangeServices
    private let sweep: ClockSweep
    private let merging: MergeController
    private let clusters: ClusterController
    private let clusterPage: ClusterPage
    let surges: SurgeWatch
    private let sharing: TextSharing

    public init(environment: ServiceEnvironment) async throws {
        let database = environment.database
        // Begins to learn; the service is ready before that is done.
        _ = TextJudge.shared
        let texts = SealedTexts(keys: environment.keys)
        shelf = ModelShelf(database: database, agencies: environment.agencies, logger: environment.logger)
        learning = LearningDuty(
            database: database, agencies: environment.agencies, directory: environment.directory,
            logger: environment.logger)
        let bell = SurgeBell()
        let routing = OrdinaryRouting(
            directory: environment.directory, models: shelf, surges: bell, logger: environment.logger)
        let events = RoutingEvents(
            directory: environment.directory, routing: routing, logger: environment.logger)
        exchange = try ExchangeServices(environment: environment, inbox: events.handle, border: events.tellOn)
        let runner = MoveRunner(database: database, waker: exchange.waker)
        let callers = CallerReader(
            verifier: environment.verifier, directory: environment.directory, texts: texts,
            database: database)
        let caseWork = CaseWorkflow(database: database, runner: runner)
        let mergeWork = MergeWorkflow(cases: caseWork)
        let handoffWork = HandoffWorkflow(database: database, runner: runner)
        let answerWork = AnswerWorkflow(runner: runner)
        let arbitrationWork = ArbitrationWorkflow(database: database, runner: runner)
        cases = CaseController(callers: callers, cases: caseWork, handoffs: handoffWork, arbitrations: arbitrationWork)
        handoffs = HandoffController(callers: callers, handoffs: handoffWork)
        answers = AnswerController(callers: callers, answers: answerWork)
        arbitrations = ArbitrationController(callers: callers, arbitrations: arbitrationWork)
        let triageWork = TriageWorkflow(cases: caseWork)
        triage = TriageController(callers: callers, triage: triageWork)
        let sets = RuleSetWorkflow(database: database)
        rules = RuleController(callers: callers, rules: RuleWorkflow(database: database, sets: sets))
        ruleWatch = RuleWatch(
            database: database, agencies: environment.agencies, directory: environment.directory,
            logger: environment.logger)
        let simulations = RuleSimulationRun(database: database, sets: sets)
        ruleSets = RuleSetController(callers: callers, sets: sets, simulations: simulations)
        decisions = DecisionController(callers: callers, cases: caseWork, database: database)
        models = ModelController(callers: callers, database: database)
        misroutes = MisrouteController(callers: callers, database: database)
        let administrationWork = AdministrationWorkflow(database: database, directory: environment.directory)
        administration = AdministrationController(callers: callers, work: administrationWork)
        history = HistoryController(callers: callers, cases: caseWork, runner: runner)
        views = ViewController(callers: callers, cases: caseWork)
        bulk = BulkController(callers: callers, cases: caseWork, answers: answerWork)
        let unsealWork = UnsealWorkflow(database: database, waker: exchange.waker, routing: routing)
        secrecy = SecrecyController(callers: callers, cases: caseWork, runner: runner, unsealing: unsealWork)
        practice = PracticeController(callers: callers, database: database)
        let partWork = PartWorkflow(runner: runner)
        let taskWork = TaskWorkflow(database: database)
        parts = PartController(callers: callers, parts: partWork)
        tasks = TaskController(callers: callers, tasks: taskWork)
        let configuration = environment.configuration
        let deliveryWork = DeliveryWorkflow(
            database: database, runner: runner,
            address: { configuration.address(of: .routing, agency: $0.code) })
        deliveries = DeliveryController(callers: callers, deliveries: deliveryWork)
        let pages = try Pages(directory: Self.resources.appending(path: "pages"), environment)
        links = LinkController(
            pages: pages, database: database, directory: environment.directory, waker: exchange.waker,
            isSecure: configuration.publicURL.hasPrefix("https://"))
        material = MaterialController(callers: callers, cases: caseWork)
        evidence = EvidenceController(callers: callers, cases: caseWork, runner: runner)
        grants = GrantController(callers: callers, cases: caseWork, runner: runner, keys: environment.keys)
        media = try MediaDesk(environment: environment)
        attachments = AttachmentController(callers: callers, cases: caseWork, store: media.store)
        let publicationWork = PublicationWorkflow(database: database, runner: runner)
        publications = PublicationController(callers: callers, work: publicationWork)
        let door = OfficerDoor(pages: pages, sessions: BrowserSession(environment), callers: callers)
        publicationPage = PublicationPage(door: door, work: publicationWork)
        deskPage = DeskPage(
            pages: pages, sessions: BrowserSession(environment), callers: callers, intake: environment.siblings)
        let objectionDesk = ObjectionDesk(database: database)
        objectionPage = ObjectionPage(door: door, desk: objectionDesk)
        directoryPage = DirectoryPage(door: door, work: administrationWork)
        blockListPage = BlockListPage(door: door, intake: environment.siblings, database: database)
        rulePage = RulePage(door: door, sets: sets, simulations: simulations)
        misroutePage = MisroutePage(door: door, database: database)
        workspace = WorkspaceController(
            door: door,
            login: OfficerLogin(database: database, issuers: environment.issuers),
            desk: WorkDesk(
                cases: caseWork, handoffs: handoffWork, answers: answerWork, arbitrations: arbitrationWork,
                parts: partWork, tasks: taskWork, deliveries: deliveryWork, merging: mergeWork, triage: triageWork,
                objections: objectionDesk, unsealing: unsealWork, database: database))
        sharing = TextSharing(
            database: database, agencies: environment.agencies, directory: environment.directory, texts: texts,
            logger: environment.logger)
        merging = MergeController(callers: callers, merging: mergeWork)
        let clusterWork = ClusterWorkflow(database: database, waker: exchange.waker)
        clusters = ClusterController(callers: callers, clusters: clusterWork)
        clusterPage = ClusterPage(door: door, clusters: clusterWork)
        surges = SurgeWatch(
            database: database, agencies: environment.agencies, waker: exchange.waker, bell: bell,
            logger: environment.logger)
        sweep = ClockSweep(
            database: database, agencies: environment.agencies, directory: environment.directory,
            waker: exchange.waker, logger: environment.logger)
    }

    public func routes(_ router: Router<AppContext>) {
        cases.addRoutes(to: router)
        handoffs.addRoutes(to: router)
        answers.addRoutes(to: router)
        arbitrations.addRoutes(to: router)
        triage.addRoutes(to: router)
        rules.addRoutes(to: router)
        ruleSets.addRoutes(to: router)
        parts.addRoutes(to: router)
        tasks.addRoutes(to: router)
        deliveries.addRoutes(to: router)
        links.addRoutes(to: router)
        decisions.addRoutes(to: router)
        models.addRoutes(to: router)
        administration.addRoutes(to: router)
        misroutes.addRoutes(to: router)
        history.addRoutes(to: router)
        views.addRoutes(to: router)
        bulk.addRoutes(to: router)
        secrecy.addRoutes(to: router)
        practice.addRoutes(to: router)
        material.addRoutes(to: router)
        evidence.addRoutes(to: router)
        grants.addRoutes(to: router)
        attachments.addRoutes(to: router)
        workspace.addRoutes(to: router)
        publications.addRoutes(to: router)
        merging.addRoutes(to: router)
        clusters.addRoutes(to: router)
        clusterPage.addRoutes(to: router)
        deskPage.addRoutes(to: router)
        objectionPage.addRoutes(to: router)
        misroutePage.addRoutes(to: router)
        rulePage.addRoutes(to: router)
        directoryPage.addRoutes(to: router)
        blockListPage.addRoutes(to: router)
        publicationPage.addRoutes(to: router)
        exchange.mount(on: router)
    }

    public func ready() async throws -> String? { ruleWatch.report }

    public var background: [any Service] {
        exchange.background + [sweep, sharing, surges, shelf, learning, ruleWatch] + media.background
    }
}
