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
        p.received_at, p.due_at AS part_due, p.state = 'active' AND p.opened_at IS NULL AS unseen
        """

    /// One page. Where the rest of a queue that is kept in several orders is asked for, a page of each is read and merged.
    static func list(_ filter: QueueFilter, after cursor: DueCursor?, limit: Int, caller: Caller) -> SQL {
        let pages = branches(filter, caller).map { branch in
            """
            (SELECT p.* FROM \(source(filter, after: cursor, limit: limit, caller: caller)) p
             WHERE p.agency = directory.me()
                AND \(branch)
                AND \(narrowed(filter, caller))
                AND \(CaseScope.readablePart(caller))
                AND \(DueCursor.follows(cursor, due: "p.due_at", id: "p.id"))
             ORDER BY p.due_at, p.id
             LIMIT \(limit + 1))
            """ as SQL
        }
        return """
            SELECT \(columns), \(DueCursor.column("p.due_at"))
            FROM (\(pages.dropFirst().reduce(pages[0]) { "\($0) UNION ALL \($1)" })) p
            ORDER BY p.due_at, p.id
            LIMIT \(limit + 1)
            """
    }

    /// The table itself or, for words and for what no order of its indexes has, the function that finds them. It narrows by the
    /// same filter and reader, so that its page is full; the conditions outside then hold anyway.
    private static func source(_ filter: QueueFilter, after cursor: DueCursor?, limit: Int, caller: Caller) -> SQL {
        guard filter.isSearch else { return "casework.participation" }
        let office = filter.queue == .office ? caller.office?.id : filter.queue == .offered ? caller.unit : nil
        let after: SQL
        if let cursor, cursor.isUndated {
            after = "timestamptz 'infinity'"
        } else if let cursor {
            after = "timestamptz 'epoch' + \(cursor.microseconds)::int8 * interval '1 microsecond'"
        } else {
            after = "NULL"
        }
        return """
            casework.search(\(filter.text)::text, jsonb_strip_nulls(jsonb_build_object('queue', \(filter.queue.rawValue)::text,
                'finished', \(filter.showsFinished), 'tracking_code', \(filter.trackingCode)::text, 'status', \(filter.status)::text,
                'kind', \(filter.kind)::text, 'priority', \(filter.priority)::text, 'category', \(filter.category)::text,
                'area_code', \(filter.area)::text, 'due_from', \(filter.dueFrom)::timestamptz, 'due_to', \(filter.dueTo)::timestamptz,
                'office', \(office)::uuid, 'officer', \(worker(filter, caller)),
                'reader', jsonb_build_object('subject', \(caller.principal.subject)::text, 'office', \(caller.office?.id)::uuid,
                                             'handles', \(caller.answersForOffice)::boolean))),
                \(after),
                \(cursor?.id)::uuid, \(Int32(limit + 1))::int4)
            """
    }

    /// Id of the officer whose work is asked for; NULL for everybody's.
    private static func worker(_ filter: QueueFilter, _ caller: Caller) -> SQL {
        guard let name = filter.queue == .mine ? caller.principal.subject : filter.officer else { return "NULL::uuid" }
        return """
            coalesce((SELECT o.id FROM directory.officer o
                      WHERE o.agency = directory.me() AND (o.id::text = lower(\(name)) OR o.username = \(name))),
                     '00000000-0000-0000-0000-000000000000')
            """
    }

    /// What belongs to the queue, as one condition or as several that exclude each other, each with an order of its own.
    private static func branches(_ filter: QueueFilter, _ caller: Caller) -> [SQL] {
        let parts = parts(filter)
        switch filter.queue {
        case .triage where !filter.isSearch && !filter.showsFinished:
            // An objection is answered where the case came in, wherever it is now.
            return led(["submitted", "verified", "needs_information"]) + [
                """
                p.state = 'active' AND \(objected)
                AND (p.role = 'lead' AND p.status NOT IN ('submitted', 'verified', 'needs_information')
                     OR p.role = 'origin' AND NOT EXISTS (
                        SELECT FROM casework.participation q
                        WHERE q.agency = directory.me() AND q.case_id = p.case_id AND q.state = 'active' AND q.role = 'lead'))
                """
            ]
        case .waiting where !filter.isSearch && !filter.showsFinished:
            return led(["routed", "needs_information", "in_arbitration"]) + [
                """
                p.state = 'active' AND p.role = 'lead' AND p.status NOT IN ('routed', 'needs_information', 'in_arbitration')
                AND p.case_id IN (SELECT h.case_id FROM casework.handoff h WHERE h.from_agency = directory.me() AND h.state = 'offered')
                AND \(asked)
                """
            ]
        default: return ["\(parts) AND \(queue(filter, caller))"]
        }
    }

    private static func led(_ statuses: [String]) -> [SQL] {
        statuses.map { "p.state = 'active' AND p.role = 'lead' AND p.status = \($0)" }
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

    /// The reporter objects to where a machine sent it, and nobody has answered yet.
    private static let objected: SQL = """
        p.case_id IN (SELECT o.case_id FROM casework.objection o WHERE o.agency = directory.me() AND o.answered_at IS NULL)
        """

    /// The office has asked another one and waits for its answer.
    private static let asked: SQL = """
        EXISTS (SELECT FROM casework.handoff h
                WHERE h.case_id = p.case_id AND h.state = 'offered' AND h.from_office = p.office)
        """

    private static func queue(_ filter: QueueFilter, _ caller: Caller) -> SQL {
        switch filter.queue {
        case .agency: "true"
        case .office: "p.office = \(caller.office?.id)::uuid"
        case .triage:
            """
            p.state = 'active' AND (p.role = 'lead' AND p.status IN ('submitted', 'verified', 'needs_information')
                OR p.role IN ('lead', 'origin') AND \(objected))
            """
        case .offered: "p.state = 'offered' AND (\(caller.unit)::uuid IS NULL OR p.office = \(caller.unit)::uuid)"
        case .mine: "p.officer = \(worker(filter, caller))"
        case .overdue: "p.due_at < now()"
        case .waiting:
            """
            p.state = 'active' AND p.role = 'lead' AND (p.status IN ('routed', 'needs_information', 'in_arbitration') OR \(asked))
            """
        }
    }

    private static func narrowed(_ filter: QueueFilter, _ caller: Caller) -> SQL {
        var condition: SQL = "true"
        if let code = filter.trackingCode { condition = "\(condition) AND p.tracking_code = \(code)" }
        if let status = filter.status { condition = "\(condition) AND p.status = \(status)" }
        if let category = filter.category {
            condition = "\(condition) AND (p.category = \(category) OR starts_with(p.category, \(category + ".")))"
        }
        if let area = filter.area {
            condition = "\(condition) AND (p.area_code = \(area) OR starts_with(p.area_code, \(area + ".")))"
        }
        if let kind = filter.kind { condition = "\(condition) AND p.kind = \(kind)" }
        if let priority = filter.priority { condition = "\(condition) AND p.priority = \(priority)" }
        if filter.officer != nil { condition = "\(condition) AND p.officer = \(worker(filter, caller))" }
        if let from = filter.dueFrom { condition = "\(condition) AND p.due_at >= \(from)" }
        if let to = filter.dueTo { condition = "\(condition) AND p.due_at < \(to)" }
        return condition
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
