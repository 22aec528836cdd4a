import AsyncHTTPClient
import Configuration
import Exchange
public import Foundation
public import Hummingbird
import NotificationSchema
import Postgres
public import PostgresMigrations
public import ServiceKit
public import ServiceLifecycle
import SinergiCore
public import Tenancy

/// Tells reporters and offices what happened: turns events into messages and sends them by mail and gateway.
///
/// Configuration keys beside those of every service:
/// - `notification.smtp.lines` (int, default 4): mails handed in at the same time, for each agency.
/// - `notification.gateway.lines` (int, default 8): short messages handed in at the same time, for each agency.
public struct NotificationService: ServiceDefinition {
    public static let name = ServiceName.notification
    public static var requiredMigrations: [MigrationGroup] {
        get throws {
            [try DirectorySchema.migrations(), try ExchangeSchema.migrations(), try NotificationSchema.migrations()]
        }
    }
    public static var openAPI: URL { Bundle.module.bundleURL.appending(path: "Resources/openapi.json") }

    private let environment: ServiceEnvironment
    private let store: MessageStore
    private let templates: TemplateStore
    private let senders: [Sender]
    private let waker: Waker

    public init(environment: ServiceEnvironment) async throws {
        let configuration = environment.configuration
        guard let from = configuration.mailFrom.flatMap({ MailAddress($0) }) else {
            throw ConfigurationError(key: "notification.mail.from", reason: "is no mail address")
        }
        guard let server = configuration.smtpURL.flatMap({ SMTPServer($0, domain: from.domain) }) else {
            throw ConfigurationError(key: "notification.smtp.url", reason: "is no smtp:// or smtps:// URL")
        }
        guard let gatewayURL = configuration.gatewayURL else {
            throw ConfigurationError(key: "notification.gateway.url", reason: "is missing")
        }
        let store = MessageStore(database: environment.database, holder: UUID.v7())
        let templates = TemplateStore(database: environment.database)
        let delivery = Delivery(
            mailer: Mailer(server: server), gateway: Gateway(url: gatewayURL, client: .shared), templates: templates,
            directory: environment.directory, from: from, keys: environment.keys)
        let lines = [
            (channels: [Channel.mail], lines: configuration.reader.int(forKey: "notification.smtp.lines", default: 4)),
            (
                channels: Channel.short,
                lines: configuration.reader.int(forKey: "notification.gateway.lines", default: 8)
            ),
        ]
        senders = environment.agencies.flatMap { scope in
            lines.map { kind in
                Sender(
                    scope: scope, channels: kind.channels, lines: min(max(kind.lines, 1), 64), store: store,
                    delivery: delivery, bell: SendBell(), logger: environment.logger)
            }
        }
        self.environment = environment
        self.store = store
        self.templates = templates
        waker = Waker(
            client: environment.client, agencies: environment.agencies, listens: false, crossNode: false,
            logger: environment.logger)
    }

    private var bells: [SendBell] { senders.map(\.bell) }

    public func routes(_ router: Router<AppContext>) {
        let handler = NoticeHandler(directory: environment.directory, store: store)
        let senders = senders
        InboxRoute(
            environment: environment, waker: waker,
            committed: { scope in for sender in senders where sender.scope == scope { sender.bell.ring() } },
            handler: { event, transaction, scope in try await handler.handle(event, transaction, scope) }
        ).mount(on: router)
        MessageController(store: store, templates: templates, verifier: environment.verifier, bells: bells).add(
            to: router)
    }

    public var background: [any Service] { senders }
}
