public import Foundation
public import Postgres

/// Recomputes the chains of commitments of all cases, or of one.
public struct HistoryCheck: Sendable {
    /// The first link of a case that does not fit.
    public struct Break: Sendable, Hashable {
        public let caseID: UUID
        public let trackingCode: String
        public let number: Int
        /// `missing`, `link`, `body`, `erased`, `head` or `kept`.
        public let reason: String
    }

    private let client: PostgresClient

    /// - Parameter client: The migrator's, who sees every case.
    public init(client: PostgresClient) {
        self.client = client
    }

    /// - Parameter trackingCode: Only this case; `nil` for all.
    /// - Returns: How many cases were checked, and what is broken.
    public func run(trackingCode: String?) async throws -> (checked: Int, broken: [Break]) {
        var checked = 0
        var broken: [Break] = []
        var last = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
        while true {
            let rows = try await client.query(
                """
                SELECT c.id, c.tracking_code, v.broken_number, v.reason
                FROM (SELECT id, tracking_code FROM casework."case"
                      WHERE id > \(last) AND (\(trackingCode)::text IS NULL OR tracking_code = \(trackingCode)::text)
                      ORDER BY id LIMIT 500) c
                CROSS JOIN LATERAL casework.verify_history(c.id) v
                ORDER BY c.id
                """)
            guard let end = rows.last else { return (checked, broken) }
            checked += rows.count
            last = try end.decode("id")
            for row in rows {
                guard let number = try row.decodeIfPresent("broken_number", as: Int.self) else { continue }
                broken.append(
                    Break(
                        caseID: try row.decode("id"), trackingCode: try row.decode("tracking_code"), number: number,
                        reason: try row.decodeIfPresent("reason", as: String.self) ?? "?"))
            }
        }
    }

    /// The whole history of one case as a document that can be verified without a database.
    /// - Throws: `OperatorError` where there is no such case.
    public func export(trackingCode: String) async throws -> String {
        let rows = try await client.query(
            """
            SELECT casework.history_document(c.id)::text AS document
            FROM casework."case" c WHERE c.tracking_code = \(trackingCode)
            """)
        guard let document = try rows.first?.decodeIfPresent("document", as: String.self) else {
            throw OperatorError("No case has the tracking code \(trackingCode).")
        }
        return document
    }
}
