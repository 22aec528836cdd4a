import Foundation
import Postgres
import ServiceKit
import Tenancy

/// Reads and writes the rules about callers.
struct CallerRuleStore: Sendable {
    let database: AgencyDatabase

    /// Those that hold now, newest first.
    func active(in scope: AgencyScope) async throws -> [CallerRules.Rule] {
        try await database.query(
            scope,
            """
            \(Self.columns) WHERE agency = directory.me() AND ended_at IS NULL AND expires_at > clock_timestamp()
            ORDER BY created_at DESC, id DESC LIMIT 1000
            """
        ).map(CallerRules.Rule.init(row:))
    }

    /// One page of all, those that have ended too, newest first.
    func list(_ page: Page, in scope: AgencyScope) async throws -> [CallerRules.Rule] {
        let (at, id) = try Self.place(page)
        return try await database.query(
            scope,
            """
            \(Self.columns) WHERE agency = directory.me()
                AND (\(at)::timestamptz IS NULL OR (created_at, id) < (\(at)::timestamptz, \(id)::uuid))
            ORDER BY created_at DESC, id DESC LIMIT \(Int64(page.limit + 1))
            """
        ).map(CallerRules.Rule.init(row:))
    }

    private static func place(_ page: Page) throws(Problem) -> (Date?, UUID?) {
        guard let cursor = page.cursor else { return (nil, nil) }
        guard cursor.values.count == 2, let at = cursor.values[0].flatMap(Timestamp.date),
            let id = cursor.values[1].flatMap(UUID.init(uuidString:))
        else { throw .invalid("#/cursor", "bad_format") }
        return (at, id)
    }

    func find(_ id: UUID, in scope: AgencyScope) async throws -> CallerRules.Rule? {
        try await database.query(scope, "\(Self.columns) WHERE agency = directory.me() AND id = \(id)").first
            .map(CallerRules.Rule.init(row:))
    }

    private static let columns: SQL = """
        SELECT id, effect, network, contact, client, reason, expires_at, created_by, created_at, ended_at, ended_by,
            ended_at IS NULL AND expires_at > clock_timestamp() AS active
        FROM intake.caller_rule
        """

    /// - Returns: `false` when a rule of this id is there already.
    func add(_ rule: CallerRules.Rule, in scope: AgencyScope) async throws -> Bool {
        var (network, contact, client): (String?, [UInt8]?, String?)
        switch rule.subject {
        case .address(let text): network = text
        case .contact(let hash): contact = hash
        case .client(let name): client = name
        }
        return try await !database.query(
            scope,
            """
            INSERT INTO intake.caller_rule (agency, id, effect, network, contact, client, reason, expires_at, created_by, created_at)
            VALUES (directory.me(), \(rule.id), \(rule.effect.rawValue), \(network), \(contact), \(client), \(rule.reason),
                \(rule.expiresAt), \(rule.createdBy), \(rule.createdAt))
            ON CONFLICT DO NOTHING RETURNING id
            """
        ).isEmpty
    }

    /// - Returns: `false` when there is no such rule, or it has ended.
    @discardableResult func end(_ id: UUID, by officer: String, in scope: AgencyScope) async throws -> Bool {
        try await !database.query(
            scope,
            """
            UPDATE intake.caller_rule SET ended_at = clock_timestamp(), ended_by = \(officer)
            WHERE agency = directory.me() AND id = \(id) AND ended_at IS NULL AND expires_at > clock_timestamp()
            RETURNING id
            """
        ).isEmpty
    }
}

extension CallerRules.Rule {
    fileprivate init(row: PostgresRow) throws {
        id = try row.decode("id")
        effect = CallerRules.Effect(rawValue: try row.decode("effect")) ?? .block
        if let network = try row.decodeIfPresent("network", as: String.self) {
            subject = .address(network)
        } else if let hash = try row.decodeIfPresent("contact", as: [UInt8].self) {
            subject = .contact(hash)
        } else {
            subject = .client(try row.decode("client"))
        }
        reason = try row.decode("reason")
        expiresAt = try row.decode("expires_at")
        createdBy = try row.decode("created_by")
        createdAt = try row.decode("created_at")
        endedAt = try row.decodeIfPresent("ended_at")
        endedBy = try row.decodeIfPresent("ended_by")
        isActive = try row.decode("active")
    }
}
