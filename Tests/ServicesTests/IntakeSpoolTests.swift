import Foundation
import Postgres
import ServiceKit
import SinergiCore
import Tenancy
import Testing

@testable import IntakeServer

/// The moment after an outage: the database is back, the spool is not drained yet.
@Suite("The spool before it is drained")
struct IntakeSpoolTests {
    @Test("a repeat of what waits has its first receipt, another body under its key is refused, the rest is stored")
    func repeats() async throws {
        try await IntakeHouse.with { house in
            let folder = FileManager.default.temporaryDirectory.appending(path: "sinergi-spool-\(UUID.v7().text)")
            defer { try? FileManager.default.removeItem(at: folder) }
            let spool = try Spool(directory: folder, limit: 10, logger: IntakeHouse.logger)
            let watch = DatabaseWatch(hasSpool: true, logger: IntakeHouse.logger)
            let shelter = SpoolShelter(
                spool: spool, watch: watch, agency: house.scope.number,
                publicKey: try #require(try house.environment.keys.sealingPublic(house.scope)))
            let writer = SubmissionWriter(
                store: ComplaintStore(database: house.environment.database), scope: house.scope,
                logger: IntakeHouse.logger, shelter: shelter)

            let key = NewComplaint.Repeat(caller: "anonymous", key: UUID.v7().text)
            let first = IntakeHouse.complaint("Satu", key: key, receivedAt: Date(timeIntervalSince1970: 1_750_000_000))
            guard case .stored = await shelter.keep([first], IntakeHouse.logger)[0] else {
                Issue.record("the spool takes it")
                return
            }
            let again = IntakeHouse.complaint(
                "Satu", code: first.trackingCode, accessKeyHash: first.accessKeyHash, requestHash: first.requestHash,
                key: key)
            let otherBody = IntakeHouse.complaint("Dua", key: key)
            let new = IntakeHouse.complaint("Tiga")
            let outcomes = await writer.write([new, again, otherBody])

            if case .repeated(let kept) = outcomes[1] {
                #expect(kept.receivedAt == first.receivedAt && kept.trackingCode == first.trackingCode)
            } else {
                Issue.record("\(outcomes[1]) instead of the first receipt")
            }
            if case .keyReused = outcomes[2] {} else { Issue.record("\(outcomes[2]) for another body") }
            if case .stored = outcomes[0] {} else { Issue.record("\(outcomes[0]) for a new complaint") }
            let codes = [first, new].map(\.trackingCode)
            let stored = try await house.client.query(
                "SELECT tracking_code FROM intake.complaint WHERE tracking_code = ANY(\(codes))")
            #expect(try stored.map { try $0.decode("tracking_code", as: String.self) } == [new.trackingCode])
        }
    }
}
