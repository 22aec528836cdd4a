import Exchange
import Foundation
import Identity
import Logging
import Postgres
import ServiceKit
import Tenancy

/// What one agency's intake has in this process: its keys, and the queues in which its calls share round trips.
struct IntakeDesk: Sendable {
    let scope: AgencyScope
    /// Derives codes and access keys, and recognises access keys.
    let door: DoorKey
    /// Signs the cookies of reporters who follow a complaint.
    let followKey: FollowCookie.Key
    /// Group commit of accepted complaints, into the spool while the database is away.
    let commits: CallGroup<NewComplaint, SubmissionOutcome>
    /// Into the database and nowhere else.
    let writer: SubmissionWriter
    /// Look-ups of places.
    let places: CallGroup<PlaceQuestion, Result<PlaceAnswer, any Error>>
    let watch: DatabaseWatch
    private let spool: Spool?
    private let keys: NodeKeys
    private let database: AgencyDatabase

    /// - Throws: `ConfigurationError` where the agency's keys are not of this node.
    init(
        scope: AgencyScope, keys: NodeKeys, database: AgencyDatabase, brake: DeliveryBrake, spool: Spool?,
        watch: DatabaseWatch, logger: Logger
    ) throws {
        guard let door = keys.door(scope), let seal = try keys.sealingPublic(scope) else {
            throw ConfigurationError(key: "node.key.directory", reason: "\(scope.code).door.key is missing")
        }
        self.scope = scope
        self.door = door
        self.keys = keys
        self.database = database
        self.watch = watch
        self.spool = spool
        followKey = FollowCookie.Key(door: door, agency: scope.code)
        let writer = SubmissionWriter(store: ComplaintStore(database: database), scope: scope, logger: logger)
        self.writer = writer
        var sheltered = writer
        sheltered.shelter = spool.map {
            SpoolShelter(spool: $0, watch: watch, agency: scope.number, publicKey: seal)
        }
        commits = CallGroup { [sheltered] complaints in
            let start = ContinuousClock.now
            defer { brake.record(commit: ContinuousClock.now - start) }
            return await sheltered.write(complaints)
        }
        let store = PlaceStore(database: database)
        places = CallGroup { questions in
            do {
                return try await store.answers(to: questions, in: scope).map { .success($0) }
            } catch {
                return questions.map { _ in .failure(error) }
            }
        }
    }

    var hasSpool: Bool { spool != nil }

    /// What waits in the spool under a code, for its reporter; `nil` where nothing does.
    func waiting(_ code: String) async throws -> ComplaintRecord? {
        guard let sealed = try await spool?.sealed(agency: scope.number, code: code) else { return nil }
        return opened(sealed).map(ComplaintRecord.init(waiting:))
    }

    /// What the spool keeps, opened; `nil` for what no key of the agency opens.
    func opened(_ sealed: [UInt8]) -> Acceptance? {
        guard let plain = try? keys.open(sealed, of: scope, about: SpoolShelter.about) else { return nil }
        return try? JSONCoding.decoder.decode(Acceptance.self, from: Data(plain))
    }

    /// Whether the very complaint is in the database.
    func hasComplaint(_ acceptance: Acceptance) async throws -> Bool {
        try await database.query(
            scope,
            """
            SELECT 1 AS one FROM intake.complaint
            WHERE agency = directory.me() AND tracking_code = \(acceptance.trackingCode)
                AND access_key_hash = \(acceptance.accessKeyHash)
            """
        ).first != nil
    }
}
