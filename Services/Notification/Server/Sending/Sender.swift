import Foundation
import Logging
import Metrics
import ServiceLifecycle
import Synchronization
import Tenancy

/// Sends one agency's messages of some channels, as many at a time as there are lines.
///
/// Three loops: one takes due messages and starts attempts, one writes results down as soon as there are any (those
/// that come meanwhile share the next transaction), one renews leases. The order of things is what makes a repeat rare:
/// a message is reserved before anything is sent, and its result is written at once and for as long as it takes; only
/// a crash in between lets another process repeat it, under the same Message-ID or idempotency key.
struct Sender: Service {
    let scope: AgencyScope
    let channels: [Channel]
    let lines: Int
    let store: MessageStore
    let delivery: Delivery
    let bell: SendBell
    let logger: Logger
    private let state = SenderState()
    private let resultBell = SendBell()
    private let doneBell = SendBell()

    /// Messages taken in advance for each line: a look at the table costs as much as some mails.
    private static let ahead = 8

    /// Looks at the table, and writes, are no closer together: what comes meanwhile shares the next one.
    private static let gap: Duration = .milliseconds(10)

    init(
        scope: AgencyScope, channels: [Channel], lines: Int, store: MessageStore, delivery: Delivery, bell: SendBell,
        logger: Logger
    ) {
        self.scope = scope
        self.channels = channels
        self.lines = lines
        self.store = store
        self.delivery = delivery
        self.bell = bell
        self.logger = logger
    }

    /// Runs until shutdown; attempts under way are finished and written down.
    func run() async throws {
        await withGracefulShutdownHandler {
            await withTaskCancellationHandler {
                await withDiscardingTaskGroup { group in
                    group.addTask { await self.record() }
                    group.addTask { await self.renew() }
                    await claim(in: &group)
                }
            } onCancel: {
                stop()
            }
        } onGracefulShutdown: {
            stop()
        }
    }

    private func stop() {
        state.stopClaiming()
        bell.ring()
        resultBell.ring()
    }

    private func claim(in group: inout DiscardingTaskGroup) async {
        var idle = 0
        while !state.isStopped {
            let room = state.room(most: lines * Self.ahead)
            let taken = room > 0 ? await take(room, except: state.held) : []
            for _ in 0..<state.hold(taken, lines: lines) { group.addTask { await deliver() } }
            idle = taken.isEmpty ? idle + 1 : 0
            // Cut short by shutdown: the loop ends.
            try? await Task.sleep(for: Self.gap)
            if await bell.wait(atMost: .milliseconds(min(20 << min(idle, 6), 1000))) { idle = 0 }
        }
    }

    /// One line: hands in one message after another until none is left. When the channel has just gone away, or this
    /// process is to end, the others go back as they are.
    private func deliver() async {
        while let message = state.next() {
            let start = ContinuousClock.now
            let outcome: Outcome
            if state.isStopped || state.isAway {
                outcome = .unavailable("not tried")
            } else {
                outcome = await delivery.deliver(message, in: scope)
                note(message, outcome)
            }
            state.add(AttemptResult(message: message, outcome: outcome, took: start.duration(to: .now)))
            resultBell.ring()
        }
    }

    private func take(_ limit: Int, except held: [UUID]) async -> [QueuedMessage] {
        do {
            return try await store.take(limit, of: channels, except: held, in: scope)
        } catch {
            logger.warning("messages not taken", metadata: ["agency": "\(scope.code)", "error": "\(error)"])
            return []
        }
    }

    /// Writes results down, and tries again until the database is back: what was sent must not be sent twice.
    private func record() async {
        var results: [AttemptResult] = []
        while !state.isDone {
            results += state.takeResults()
            guard !results.isEmpty else {
                // A cancelled task can neither wait nor write: what is still held is sent again when its lease has run out,
                // with the same id.
                if Task.isCancelled { break }
                await resultBell.wait(atMost: .seconds(1))
                continue
            }
            do {
                try await store.record(results, in: scope)
                state.release(results)
                results = []
                bell.ring()
                // Cut short by shutdown: what is left is written at once.
                try? await Task.sleep(for: Self.gap)
            } catch {
                logger.warning("results not written down", metadata: ["agency": "\(scope.code)", "error": "\(error)"])
                if Task.isCancelled { break }
                try? await Task.sleep(for: .milliseconds(200))
            }
        }
        doneBell.ring()
    }

    private func renew() async {
        while !state.isDone, !Task.isCancelled {
            // Rung at the end only: leases are renewed by the clock.
            guard await !doneBell.wait(atMost: .seconds(3)) else { continue }
            let held = state.held
            guard !held.isEmpty else { continue }
            do {
                try await store.renew(held, in: scope)
            } catch {
                logger.warning("leases not renewed", metadata: ["agency": "\(scope.code)", "error": "\(error)"])
            }
        }
    }

    private func note(_ message: QueuedMessage, _ outcome: Outcome) {
        Counter(
            label: "sinergi_notification_attempts_total",
            dimensions: [("channel", message.channel.rawValue), ("outcome", outcome.word)]
        ).increment()
        if let isBack = state.note(outcome) {
            logger.warning(
                isBack ? "channel is back" : "channel cannot be reached",
                metadata: [
                    "agency": "\(scope.code)", "channel": "\(message.channel)", "detail": "\(outcome.detail ?? "")",
                ])
        }
        if case .unavailable = outcome { return }
        guard let detail = outcome.detail else { return }
        logger.warning(
            "message not sent",
            metadata: [
                "agency": "\(scope.code)", "message": "\(message.id)", "channel": "\(message.channel)",
                "attempt": "\(message.attempts)", "outcome": "\(outcome.word)", "detail": "\(detail)",
            ])
    }
}
