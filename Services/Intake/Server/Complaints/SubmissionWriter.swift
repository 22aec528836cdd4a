import Foundation
import Logging
import Postgres
import Tenancy

/// Writes one batch of submissions for one agency and tells what became of each.
///
/// | what the database says | what happens |
/// |---|---|
/// | not asked: the complaint waits in the spool | its first receipt is the answer, as it will be once it is drained |
/// | stored | the ids that won are done, the others are looked up: repeat, reused key, or a code that was taken |
/// | deadlock, serialization, line lost before COMMIT | the whole batch once more, three times at most |
/// | a data error | nothing of the batch was kept; its rows are written one by one, so that one bad row costs only itself |
/// | away, or COMMIT's answer lost | the batch goes to the spool; the drain finds out what the database has |
struct SubmissionWriter: Sendable {
    let store: ComplaintStore
    let scope: AgencyScope
    let logger: Logger
    /// Where complaints go while the database is away; `nil` where there is none, and for the drain itself.
    var shelter: SpoolShelter?
    private static let attempts = 3

    /// One outcome for each complaint, in order.
    func write(_ complaints: [NewComplaint]) async -> [SubmissionOutcome] {
        guard let shelter else { return await store(complaints) }
        do {
            let known = try await shelter.known(complaints)
            var new = await store(zip(complaints, known).filter { $1 == nil }.map(\.0)).makeIterator()
            return known.compactMap { $0 ?? new.next() }
        } catch {
            logger.error("spool cannot be read", metadata: ["error": "\(String(reflecting: error))"])
            return complaints.map { _ in .unavailable(error) }
        }
    }

    private func store(_ complaints: [NewComplaint]) async -> [SubmissionOutcome] {
        guard !complaints.isEmpty else { return [] }
        // What was made while the database was away has no messages yet, and only the drain makes them.
        if let shelter, shelter.watch.isAway || complaints.contains(where: { $0.messages.isEmpty }) {
            return await shelter.keep(complaints, logger)
        }
        do {
            let stored = try await insert(complaints)
            return try await outcomes(of: complaints, stored: stored)
        } catch let error as PostgresError where error.isDataError {
            guard complaints.count > 1 else {
                logger.error("complaint refused by the database", metadata: ["error": "\(String(reflecting: error))"])
                return [.refused(error)]
            }
            var outcomes: [SubmissionOutcome] = []
            for complaint in complaints { outcomes += await store([complaint]) }
            return outcomes
        } catch {
            logger.warning(
                "complaints not stored",
                metadata: ["count": "\(complaints.count)", "error": "\(String(reflecting: error))"])
            if let shelter, shelter.watch.noted(error) { return await shelter.keep(complaints, logger) }
            return complaints.map { _ in .unavailable(error) }
        }
    }

    private func insert(_ complaints: [NewComplaint]) async throws -> Set<UUID> {
        for _ in 1..<Self.attempts {
            do {
                return try await store.insert(complaints, in: scope)
            } catch let error as PostgresError where error.isRetryable {
                continue
            }
        }
        return try await store.insert(complaints, in: scope)
    }

    private func outcomes(of complaints: [NewComplaint], stored: Set<UUID>) async throws -> [SubmissionOutcome] {
        let losers = complaints.filter { !stored.contains($0.id) }
        guard !losers.isEmpty else { return complaints.map { _ in .stored } }
        let obstacles: [UUID: ComplaintStore.Obstacle]
        do {
            obstacles = Dictionary(
                zip(losers.map(\.id), try await store.obstacles(of: losers, in: scope)), uniquingKeysWith: { $1 })
        } catch {
            // The winners are durable whatever happens to this look-up.
            return complaints.map { stored.contains($0.id) ? .stored : .unavailable(error) }
        }
        return complaints.map { complaint in
            guard !stored.contains(complaint.id) else { return .stored }
            return Self.outcome(of: complaint, obstacle: obstacles[complaint.id])
        }
    }

    /// Code and key are derived from caller, key and body, so the same access key means the same request.
    static func outcome(of complaint: NewComplaint, obstacle: ComplaintStore.Obstacle?) -> SubmissionOutcome {
        if let hash = obstacle?.requestHash, hash != complaint.requestHash { return .keyReused }
        guard let first = obstacle?.complaint else { return .codeTaken }
        if first.accessKeyHash == complaint.accessKeyHash { return .repeated(first) }
        // Another body for the same number of the same source, or a random code that exists.
        return first.trackingCode == complaint.trackingCode ? .codeTaken : .keyReused
    }
}

extension PostgresError {
    /// Whether the server refused the values themselves: classes 22 (data) and 23 (integrity), and lengths.
    var isDataError: Bool {
        if code == .invalidParameter { return true }
        guard let state = sqlState?.rawValue else { return false }
        return state.hasPrefix("22") || state.hasPrefix("23") || state.hasPrefix("54")
    }
}
