import Configuration
public import Hummingbird
import Postgres
public import ServiceKit
public import ServiceLifecycle
import Tenancy

/// Everything that a service needs to take part in the exchange, wired together.
///
/// ```swift
/// exchange = try ExchangeServices(environment: environment, inbox: handle)   // in init
/// exchange.mount(on: router)                                                 // in routes
/// var background: [any Service] { exchange.background }
/// exchange.waker.wake(result.wake)                                           // after each commit that enqueued
/// ```
///
/// Configuration keys:
/// - `exchange.notify` (bool, default true): wake other nodes by NOTIFY. Off, they find messages by polling, within a
///   second.
public struct ExchangeServices: Sendable {
    /// To be called after each commit that enqueued something.
    public let waker: Waker
    /// To be told how long commits take that callers wait for.
    public let brake = DeliveryBrake()
    private let relay: Relay
    private let inbox: InboxRoute
    private let border: BorderConsumer?
    private let wakerClient: PostgresClient?

    /// - Parameters:
    ///   - inbox: Applies events from the node's other services.
    ///   - border: Applies messages from other agencies; routing only.
    public init(
        environment: ServiceEnvironment, inbox: @escaping EventHandler, border: BorderConsumer.Handler? = nil
    ) throws {
        let notify = environment.configuration.reader.bool(forKey: "exchange.notify", default: true)
        // Only moves cross borders, so only who makes and hears of moves needs a line of its own for hints.
        let crossNode = notify && border != nil
        if crossNode {
            let configuration = try environment.configuration.database(
                connections: 1, name: "sinergi \(environment.database.service.rawValue) waker")
            wakerClient = PostgresClient(configuration: configuration, logger: environment.logger)
        } else {
            wakerClient = nil
        }
        let waker = Waker(
            client: wakerClient ?? environment.client, agencies: environment.agencies, listens: border != nil,
            crossNode: crossNode, logger: environment.logger)
        self.waker = waker
        relay = Relay(
            database: environment.database, agencies: environment.agencies, sink: SiblingSink(environment.siblings),
            waker: waker, brake: brake, logger: environment.logger)
        self.inbox = InboxRoute(environment: environment, waker: waker, handler: inbox)
        self.border = border.map {
            BorderConsumer(
                database: environment.database, agencies: environment.agencies, waker: waker,
                logger: environment.logger, handler: $0)
        }
    }

    /// Adds `POST /v1/inbox`.
    public func mount(on router: Router<AppContext>) {
        inbox.mount(on: router)
    }

    /// The loops, in the order in which they start.
    public var background: [any Service] {
        var services: [any Service] = []
        if let wakerClient { services.append(wakerClient) }
        services.append(waker)
        services.append(relay)
        if let border { services.append(border) }
        return services
    }
}
