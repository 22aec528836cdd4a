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

    @Test(
        "what was kept of the directory comes back as it was, without contacts; a changed or old file counts for nothing"
    )
    func kept() async throws {
        try await IntakeHouse.with { house in
            let file = FileManager.default.temporaryDirectory.appending(path: "kept-\(UUID.v7().text)")
            defer { try? FileManager.default.removeItem(at: file) }
            let door = try #require(house.environment.keys.door(house.scope))
            let directory = try await house.environment.directory.current()
            try KeptDirectory(directory: DirectoryCopy(directory), areas: ["99.01"], choices: [:]).write(
                to: file, door: door)

            let kept = try #require(KeptDirectory.read(from: file, door: door, IntakeHouse.logger))
            #expect(kept.areas == ["99.01"])
            let copy = kept.directory.directory
            #expect(copy.categories == directory.categories && copy.calendars == directory.calendars)
            #expect(
                Set(copy.offices.keys) == Set(directory.offices.keys)
                    && copy.offices.values.allSatisfy { $0.email == nil })
            #expect(
                copy.sealingKey(of: house.scope.number, at: Date())
                    == directory.sealingKey(of: house.scope.number, at: Date()))

            let later = directory.readAt.addingTimeInterval(31 * 24 * 3600)
            #expect(KeptDirectory.read(from: file, door: door, IntakeHouse.logger, now: later) == nil)
            var text = try String(contentsOf: file, encoding: .utf8)
            text = text.replacing("99.01", with: "99.02")
            try Data(text.utf8).write(to: file)
            #expect(KeptDirectory.read(from: file, door: door, IntakeHouse.logger) == nil)
        }
    }
}
