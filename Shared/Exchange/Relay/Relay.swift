import Foundation
public import Logging
public import ServiceLifecycle
import Synchronization
public import Tenancy

/// Delivers what this service has enqueued to the other services of its agencies.
///
/// Only heads of lanes are leased, so events of one lane arrive in order; many lanes share a batch. A message leaves the
/// database when its consumer has committed it. If this process dies, leases run out and another attempt is made: the
/// consumer knows the ids that it has seen.
public struct Relay: Service {
    private let outbox: OutboxStore
    private let agencies: [AgencyScope]
    private let byNumber: [Int: AgencyScope]
    private let sink: any EventSink
    private let waker: Waker
    private let logger: Logger
    private let metrics: RelayMetrics
    private let gates = GateBook()
    private let brake: DeliveryBrake?

    /// - Parameters:
    ///   - agencies: All agencies that this process serves.
    ///   - waker: Rung after each commit that enqueues.
    ///   - brake: Slows delivery while the service's own callers wait.
    public init(
        database: AgencyDatabase, agencies: [AgencyScope], sink: any EventSink, waker: Waker,
        brake: DeliveryBrake? = nil, logger: Logger
    ) {
        outbox = OutboxStore(database: database)
        self.agencies = agencies
        byNumber = Dictionary(agencies.map { ($0.number, $0) }, uniquingKeysWith: { $1 })
        self.sink = sink
        self.waker = waker
        self.brake = brake
        self.logger = logger
        metrics = RelayMetrics(producer: database.service)
    }

    /// Delivers until the process shuts down; the batch that is on its way then is finished.
    public func run() async throws {
        let dispatcher = Dispatcher<OutboxStore.Waiting>(
            name: "relay", bell: waker.relayBell, logger: logger,
            find: {
                let now = ContinuousClock.now
                return try await outbox.waiting(agencies).filter { !$0.across && gates[$0].isOpen(at: now) }
            },
            step: { try await deliver($0) })
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await dispatcher.run() }
            group.addTask { await observe() }
            await group.next()
            group.cancelAll()
        }
    }

    /// One batch to one service of one agency; `false` when there was none or the service does not answer.
    func deliver(_ key: OutboxStore.Waiting) async throws -> Bool {
        guard let scope = byNumber[key.agency] else { return false }
        var limit = gates[key].limit
        if let pause = brake?.pause, pause > .zero {
            limit = min(limit, BrakeState.batch)
            try await Task.sleep(for: pause)
        }
        let leased = try await outbox.lease(for: key.service, limit: limit, in: scope)
        guard !leased.isEmpty else { return false }
        var rest = BatchCutter.cut(leased)[...]
        while let part = rest.popFirst() {
            guard try await deliver(part, key, scope) else {
                // Not tried, so nothing is held against them.
                let untried = try Verdicts(Array(rest.joined()), unavailable: "not tried", now: Date())
                try await outbox.settle(untried, in: scope)
                return false
            }
        }
        return true
    }

    private func deliver(_ part: [LeasedMessage], _ key: OutboxStore.Waiting, _ scope: AgencyScope) async throws -> Bool
    {
        let verdicts: Verdicts
        var goesOn = true
        switch await sink.post(CloudEventBatch(part.map(\.event)), to: key.service, of: scope) {
        case .answered(let answer):
            verdicts = try Verdicts(part, answer: answer, now: Date())
            gates[key].answered()
        case .tooLarge:
            if let message = part.first, part.count == 1 {
                verdicts = try Verdicts(
                    parking: message, problem: EventProblem(code: "too_large", title: "Too large", status: 413))
            } else {
                verdicts = try Verdicts(part, unavailable: "batch too large", now: Date())
                gates[key].halve(from: part.count)
            }
        case .unavailable(let reason):
            verdicts = try Verdicts(part, unavailable: reason, now: Date())
            if gates[key] == ServiceGate() {
                logger.warning(
                    "service does not answer", metadata: ["to": "\(key.service.rawValue)", "reason": "\(reason)"])
            }
            gates[key].failed(at: .now)
            goesOn = false
        }
        try await outbox.settle(verdicts, in: scope)
        metrics.record(verdicts, of: part, to: key.service)
        for parked in verdicts.park {
            logger.error(
                "message parked",
                metadata: [
                    "message": "\(parked.id.uuidString.lowercased())", "agency": "\(scope.code)",
                    "to": "\(key.service.rawValue)", "problem": "\(parked.problem)",
                ])
        }
        return goesOn
    }

    /// Keeps the gauges of what waits; a quarter of a minute is fresh enough for an alarm.
    private func observe() async {
        while !Task.isCancelled {
            do {
                metrics.record(try await outbox.depth(agencies), now: Date())
            } catch {
                logger.debug("depth not read", metadata: ["error": "\(error)"])
            }
            // Cancelled by shutdown: the loop ends.
            try? await Task.sleep(for: .seconds(15))
        }
    }
}

/// The gates of all services that a relay delivers to.
private final class GateBook: Sendable {
    private let gates = Mutex<[OutboxStore.Waiting: ServiceGate]>([:])

    subscript(key: OutboxStore.Waiting) -> ServiceGate {
        get { gates.withLock { $0[key] ?? ServiceGate() } }
        set { gates.withLock { $0[key] = newValue == ServiceGate() ? nil : newValue } }
    }
}
