import Foundation
import Postgres
import RoutingAPI
import ServiceKit
import SinergiCore
import Tenancy

/// Statements about an agency's routing rules.
enum RuleStore {
    /// The rules that decide now.
    static let active: SQL = """
        SELECT id, version::int8 AS version, priority::int8 AS priority, name, category, area_code, kind,
            conditions::text AS conditions, lead, contributors, hold
        FROM casework.rule
        WHERE agency = directory.me() AND state = 'active' AND valid_from <= now() AND (valid_to IS NULL OR valid_to > now())
        """

    private static let columns: SQL = """
        r.id, r.version::int8 AS version, r.priority::int8 AS priority, r.name, r.category, r.area_code, r.kind,
        r.conditions::text AS conditions, r.lead, r.contributors, r.hold, r.state, r.valid_from, r.valid_to, r.created_by,
        r.created_at
        """

    /// All rules and versions in the order in which they are tried, newest version first.
    static func list(after cursor: RuleCursor?, limit: Int) -> SQL {
        let follows: SQL =
            cursor.map {
                "(r.priority, r.id, -r.version) > (\(Int32($0.priority))::int4, \($0.id), \(Int32(-$0.version))::int4)"
            }
            ?? "true"
        return """
            SELECT \(columns)
            FROM casework.rule r
            WHERE r.agency = directory.me() AND \(follows)
            ORDER BY r.priority, r.id, -r.version
            LIMIT \(limit + 1)
            """
    }

    /// Makes a rule, or the next version of one and retires the former. No row: the area is unknown.
    static func create(_ id: UUID, _ rule: RuleBody, by author: String) throws -> [SQL] {
        let conditions = try JSONWriter.text(of: RuleConditions(words: rule.words).json)
        return [
            """
            UPDATE casework.rule SET state = 'retired', valid_to = now()
            WHERE agency = directory.me() AND id = \(id) AND state <> 'retired'
                AND (\(rule.area)::text IS NULL OR EXISTS (SELECT FROM directory.area a WHERE a.code = \(rule.area)))
            """,
            """
            INSERT INTO casework.rule AS r (agency, id, version, priority, name, category, area_code, kind, conditions, lead,
                contributors, hold, created_by)
            SELECT directory.me(), \(id), coalesce((SELECT max(o.version) FROM casework.rule o
                    WHERE o.agency = directory.me() AND o.id = \(id)), 0) + 1,
                \(Int32(rule.priority))::int4, \(rule.name), \(rule.category), \(rule.area), \(rule.kind?.rawValue), \(conditions)::jsonb,
                \(rule.lead), \(rule.contributors)::text[], \(rule.hold), \(author)
            WHERE \(rule.area)::text IS NULL OR EXISTS (SELECT FROM directory.area a WHERE a.code = \(rule.area))
            RETURNING \(columns)
            """,
        ]
    }
}

/// Where a list of rules was left.
struct RuleCursor: Sendable, Equatable {
    let priority: Int
    let id: UUID
    let version: Int

    init(priority: Int, id: UUID, version: Int) {
        self.priority = priority
        self.id = id
        self.version = version
    }

    init?(_ text: String) {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 3, let priority = Int(parts[0]), let id = UUID(uuidString: String(parts[1])),
            let version = Int(parts[2]), (0...100_000).contains(priority), (1...1_000_000).contains(version)
        else { return nil }
        self.init(priority: priority, id: id, version: version)
    }

    var text: String { "\(priority)_\(id.uuidString.lowercased())_\(version)" }
}

extension RuleView {
    init(row: PostgresRow, directory: Directory) throws {
        let stored = RuleConditions(json: try row.decode("conditions", as: String.self))
        self.init(
            ruleID: try row.decode("id", as: UUID.self).uuidString.lowercased(),
            version: try row.decode("version", as: Int.self), priority: try row.decode("priority", as: Int.self),
            name: try row.decode("name", as: String.self),
            category: try row.decodeIfPresent("category", as: String.self),
            areaCode: try row.decodeIfPresent("area_code", as: String.self),
            kind: try row.decodeIfPresent("kind", as: String.self), words: stored.words,
            lead: directory.reference(code: try row.decodeIfPresent("lead", as: String.self)),
            contributors: try row.decode("contributors", as: [String].self).compactMap {
                directory.reference(code: $0)
            },
            hold: try row.decode("hold", as: Bool.self), state: try row.decode("state", as: String.self),
            validFrom: try row.decode("valid_from", as: Date.self),
            validTo: try row.decodeIfPresent("valid_to", as: Date.self),
            createdBy: try row.decode("created_by", as: String.self),
            createdAt: try row.decode("created_at", as: Date.self))
    }
}
