import Foundation
import Identity
import Postgres
import RoutingAPI
import SinergiCore
import Tenancy

/// The queues. They read `casework.participation` alone, in the order of its indexes.
enum QueueStore {
    /// The columns of `CaseRow`, of a table named `p`.
    static let columns: SQL = """
        p.id AS part_id, p.case_id AS part_case, p.tracking_code, p.title, p.status, p.kind, p.category, p.area_code, p.lead_office,
        p.office AS part_office, p.role, p.state AS part_state, p.handoff_id, p.officer, p.officer_name, p.priority,
        p.received_at, p.due_at AS part_due
        """

    static func list(_ filter: QueueFilter, after cursor: DueCursor?, limit: Int, caller: Caller) -> SQL {
        """
        SELECT \(columns), \(DueCursor.column("p.due_at"))
        FROM casework.participation p
        WHERE p.agency = directory.me()
            AND \(parts(filter))
            AND \(queue(filter, caller))
            AND \(narrowed(filter))
            AND (NOT p.confidential OR \(caller.unit)::uuid IS NULL OR p.office = \(caller.unit)::uuid)
            AND \(DueCursor.follows(cursor, due: "p.due_at", id: "p.id"))
        ORDER BY p.due_at, p.id
        LIMIT \(limit + 1)
        """
    }

    /// Open parts; all that are not ended where the caller looks for one case or for closed ones.
    private static func parts(_ filter: QueueFilter) -> SQL {
        guard filter.showsFinished else {
            return "p.state IN ('offered', 'active') AND p.role IN ('lead', 'contributor', 'monitor')"
        }
        // The agency that only keeps the case in sight for its reporter finds it by its code, too.
        return """
            p.state <> 'ended' AND (p.role IN ('lead', 'contributor', 'monitor') OR p.role = 'origin' AND NOT EXISTS (
                SELECT FROM casework.participation q
                WHERE q.agency = directory.me() AND q.case_id = p.case_id AND q.state <> 'ended' AND q.role <> 'origin'))
            """
    }

    private static func queue(_ filter: QueueFilter, _ caller: Caller) -> SQL {
        switch filter.queue {
        case .agency: "true"
        case .office: "p.office = \(caller.office?.id)::uuid"
        case .triage:
            "p.state = 'active' AND p.role = 'lead' AND p.status IN ('submitted', 'verified', 'needs_information')"
        case .offered: "p.state = 'offered' AND (\(caller.unit)::uuid IS NULL OR p.office = \(caller.unit)::uuid)"
        case .mine:
            """
            p.officer = (SELECT o.id FROM directory.officer o
                         WHERE o.agency = directory.me()
                             AND (o.id::text = \(caller.principal.subject) OR o.username = \(caller.principal.subject)))
            """
        case .overdue: "p.due_at < now()"
        }
    }

    private static func narrowed(_ filter: QueueFilter) -> SQL {
        var condition: SQL = "true"
        if let code = filter.trackingCode { condition = "\(condition) AND p.tracking_code = \(code)" }
        if let status = filter.status { condition = "\(condition) AND p.status = \(status)" }
        if let category = filter.category {
            condition = "\(condition) AND (p.category = \(category) OR starts_with(p.category, \(category + ".")))"
        }
        if let area = filter.area {
            condition = "\(condition) AND (p.area_code = \(area) OR starts_with(p.area_code, \(area + ".")))"
        }
        if let text = filter.text {
            condition = """
                \(condition) AND (p.title ILIKE \(Self.pattern(text)) OR p.tracking_code = \(text.uppercased()))
                """
        }
        return condition
    }

    /// `%text%` with the pattern's own characters escaped.
    private static func pattern(_ text: String) -> String {
        let escaped = text.reduce(into: "") { result, character in
            if character == "%" || character == "_" || character == "\\" { result.append("\\") }
            result.append(character)
        }
        return "%\(escaped)%"
    }
}

extension CaseRow {
    init(row: PostgresRow, directory: Directory) throws {
        let role = try row.decode("role", as: String.self)
        self.init(
            caseID: CaseID(try row.decode("part_case", as: UUID.self)),
            trackingCode: try row.decode("tracking_code", as: String.self),
            title: try row.decode("title", as: String.self), status: try row.decode("status", as: String.self),
            kind: try row.decode("kind", as: String.self),
            category: try row.decodeIfPresent("category", as: String.self),
            areaCode: try row.decodeIfPresent("area_code", as: String.self),
            lead: directory.reference(try row.decode("lead_office", as: UUID.self)),
            office: directory.reference(try row.decode("part_office", as: UUID.self)),
            // Who received a case for its reporter watches it; the arbiter's line stands beside its arbitration.
            role: PartRole(rawValue: role).map(PartRole.offered.contains) ?? true ? role : PartRole.monitor.rawValue,
            partState: try row.decode("part_state", as: String.self),
            handoffID: try row.decodeIfPresent("handoff_id", as: UUID.self).map { HandoffID($0) },
            officer: try row.decodeIfPresent("officer", as: UUID.self).map { OfficerID($0) },
            officerName: try row.decodeIfPresent("officer_name", as: String.self),
            priority: try row.decode("priority", as: String.self),
            receivedAt: try row.decode("received_at", as: Date.self),
            dueAt: try row.decodeIfPresent("part_due", as: Date.self))
    }
}
