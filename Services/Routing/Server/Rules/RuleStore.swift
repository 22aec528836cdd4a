import Foundation
import Postgres
import ServiceKit
import SinergiCore
import Synchronization
import Tenancy

/// Statements about an agency's routing rules.
enum RuleStore {
    /// The rules that decide now, with the version that they are on record as; no row without rules.
    static let active: SQL = """
        SELECT r.version::int8 AS version, casework.rule_document(r)::text AS document,
            (SELECT s.version::int8 FROM casework.rule_set s WHERE s.agency = directory.me() AND s.state = 'active') AS rules_version
        FROM casework.rule r
        WHERE r.agency = directory.me() AND r.state = 'active' AND r.valid_from <= now() AND (r.valid_to IS NULL OR r.valid_to > now())
        """

    private static let columns: SQL = """
        r.id, r.version::int8 AS version, r.priority::int8 AS priority, casework.rule_document(r)::text AS document, r.state,
        r.created_by, r.created_at
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
    static func create(_ rule: RuleBody, by author: String) throws -> [SQL] {
        let conditions = try JSONWriter.text(of: JSONValue.object(rule.conditions.json))
        return [
            """
            UPDATE casework.rule SET state = 'retired', valid_to = now()
            WHERE agency = directory.me() AND id = \(rule.id) AND state <> 'retired'
            """,
            """
            INSERT INTO casework.rule AS r (agency, id, version, priority, name, category, area_code, kind, conditions, lead,
                contributors, hold, case_priority, valid_from, valid_to, created_by)
            SELECT directory.me(), \(rule.id), coalesce((SELECT max(o.version) FROM casework.rule o
                    WHERE o.agency = directory.me() AND o.id = \(rule.id)), 0) + 1,
                \(Int32(rule.priority))::int4, \(rule.name), \(rule.category), \(rule.area), \(rule.kind?.rawValue), \(conditions)::jsonb,
                \(rule.lead), \(rule.contributors)::text[], \(rule.hold), \(rule.casePriority?.rawValue),
                coalesce(\(rule.validFrom)::timestamptz, now()), \(rule.validTo)::timestamptz, \(author)
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

/// An agency's decision table as it stands, with its version.
struct RuleTable: Sendable {
    let rules: [RoutingRule]
    /// `nil` where it is not on record.
    let version: Int?

    /// Of rows of `RuleStore.active`.
    init(_ rows: PostgresRows) throws {
        rules = try rows.map {
            Self.read(try $0.decode("document", as: String.self), version: try $0.decode("version", as: Int.self))
        }
        version = try rows.first?.decodeIfPresent("rules_version", as: Int.self)
    }

    /// Rules change seldom and are read for every complaint.
    private static let known = Mutex<[String: RoutingRule]>([:])
    private static let most = 5000

    private static func read(_ document: String, version: Int) -> RoutingRule {
        let key = "\(version) \(document)"
        if let rule = known.withLock({ $0[key] }) { return rule }
        let rule = RuleDocument(.stored(document), version: version).rule
        known.withLock {
            if $0.count >= most { $0.removeAll() }
            $0[key] = rule
        }
        return rule
    }
}

extension JSONValue {
    /// JSON as the database wrote it.
    static func stored(_ text: String) -> JSONValue { (try? JSONParser.parse(Array(text.utf8))) ?? .null }
}
