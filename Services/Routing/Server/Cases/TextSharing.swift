import Foundation
import Identity
import Logging
import Postgres
import ServiceKit
import ServiceLifecycle
import SinergiCore
import Tenancy

/// Gives the words of sealed cases to agencies that have got a part: opens the own copy and seals one to their key.
///
/// It asks again and again instead of following each move: arbitrations, links and expiring offers give parts too.
struct TextSharing: Service {
    private static let pause: Duration = .seconds(1)

    let database: AgencyDatabase
    let agencies: [AgencyScope]
    let directory: DirectoryStore
    let texts: SealedTexts
    let logger: Logger

    func run() async throws {
        await AgencyRounds(agencies, pause: Self.pause, failure: "sealed texts not shared", logger: logger).run {
            try await share($0)
        }
    }

    /// One batch.
    func share(_ scope: AgencyScope) async throws {
        let wanted = try await database.query(
            scope,
            """
            SELECT w.case_id, w.agency::int8 AS agency, t.sealed FROM casework.texts_wanted(50) w
            JOIN casework.sealed_text t ON t.agency = directory.me() AND t.case_id = w.case_id
            """)
        let directory = try await directory.current()
        for row in wanted {
            let id = try row.decode("case_id", as: UUID.self)
            let agency = try row.decode("agency", as: Int.self)
            guard let key = directory.sealingKey(of: agency, at: Date()),
                let publicKey = Data(base64Encoded: key.publicKey)
            else {
                logger.error("an agency with a part has no sealing key", metadata: ["agency": "\(agency)"])
                continue
            }
            let plain = try texts.keys.open(try row.decode("sealed", as: [UInt8].self), of: scope, about: id.text)
            let sealed = try Sealer.seal(plain, to: Array(publicKey), about: id.text)
            do {
                _ = try await database.query(
                    scope,
                    "SELECT casework.share_text(\(id), \(Int32(agency)), \(key.kid), \(sealed))::text AS done")
            } catch let error as PostgresError where Problem(error)?.code == Problem.notFound.code {
                // Its part ended meanwhile: nothing to share.
            }
        }
    }
}
