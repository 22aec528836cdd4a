import Foundation
import Logging
import Metrics
import Postgres
import ServiceKit
import ServiceLifecycle
import SinergiCore
import Tenancy

/// Brings the spool's complaints into the database once it answers, each exactly once: insert or ignore on agency and code,
/// and only what the database has is forgotten here.
struct SpoolDrain: Service {
    let spool: Spool
    let watch: DatabaseWatch
    let client: PostgresClient
    let desks: [Int: IntakeDesk]
    let directory: DirectoryStore
    let maker: ComplaintMaker
    let wake: @Sendable ([Int]) -> Void
    let logger: Logger
    private static let batch = 200

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                Gauge(label: "sinergi_intake_database_away").record(watch.isAway ? 1 : 0)
                if await isThere() {
                    watch.back()
                    do {
                        try await drain()
                    } catch {
                        watch.noted(error)
                        logger.warning("spool not drained", metadata: ["error": "\(String(reflecting: error))"])
                    }
                }
                // Cancelled by shutdown: the loop ends.
                try? await Task.sleep(for: .milliseconds(watch.isAway || spool.waiting > 0 ? 250 : 1000))
            }
        }
    }

    /// Asked only when there is a reason to.
    private func isThere() async -> Bool {
        guard watch.isAway || spool.waiting > 0 else { return false }
        do {
            _ = try await client.query("SELECT 1 AS one")
            return true
        } catch {
            watch.noted(error)
            return false
        }
    }

    private func drain() async throws {
        for (number, desk) in desks {
            while !Task.isCancelled {
                let entries = try await spool.oldest(of: number, limit: Self.batch)
                guard !entries.isEmpty else { break }
                try await drain(entries, desk)
                wake([number])
            }
        }
    }

    private func drain(_ entries: [Spool.Waiting], _ desk: IntakeDesk) async throws {
        let directory = try await directory.current()
        guard let agency = directory.agencies[desk.scope.number] else { throw TenancyError.directoryUnavailable }
        var readable: [(entry: Spool.Waiting, acceptance: Acceptance)] = []
        for entry in entries {
            if let acceptance = desk.opened(entry.sealed) {
                readable.append((entry, acceptance))
            } else {
                logger.error("a spooled complaint cannot be opened", metadata: ["folder": "\(entry.folder)"])
                try await spool.park([entry])
            }
        }
        var complaints: [NewComplaint] = []
        for place in readable.indices {
            try await askForPlace(&readable[place].acceptance, desk)
            complaints.append(
                try await maker.complaint(readable[place].acceptance, agency: agency, in: desk.scope, directory))
        }
        var done: [Spool.Waiting] = []
        for (place, outcome) in await desk.writer.write(complaints).enumerated() {
            let (entry, acceptance) = readable[place]
            switch outcome {
            case .stored, .repeated: done.append(entry)
            case .unavailable(let error):
                try await spool.remove(done)
                throw error
            case .keyReused, .codeTaken, .refused:
                var isThere = try await desk.hasComplaint(acceptance)
                if !isThere { isThere = try await tryAlone(acceptance, agency, desk, directory) }
                if isThere { done.append(entry) } else { try await spool.park([entry]) }
            }
        }
        try await spool.remove(done)
    }

    /// Its key, or its number in another system, was used meanwhile for other words. Its reporter has a code already, so it
    /// is stored for itself.
    private func tryAlone(
        _ acceptance: Acceptance, _ agency: Directory.Agency, _ desk: IntakeDesk, _ directory: Directory
    ) async throws -> Bool {
        var alone = acceptance
        alone.repeatKey = nil
        alone.submission.externalID = nil
        let complaint = try await maker.complaint(alone, agency: agency, in: desk.scope, directory)
        switch await desk.writer.write([complaint]).first {
        case .stored, .repeated: return true
        case .unavailable(let error): throw error
        default:
            logger.error("the database refuses a spooled complaint", metadata: ["id": "\(acceptance.id.text)"])
            return false
        }
    }

    /// What nobody could be asked when it came in; where it does not fit, the coordinates count.
    private func askForPlace(_ acceptance: inout Acceptance, _ desk: IntakeDesk) async throws {
        guard acceptance.placeUnchecked else { return }
        let question = PlaceQuestion(acceptance.submission, errors: [])
        guard !question.isEmpty else { return }
        let answer = try await desk.places.perform(question).get()
        var submission = acceptance.submission
        if !PlaceRules.apply(answer, to: &submission).isEmpty { submission.areaCode = answer.found }
        acceptance.submission = submission
    }
}
