import Foundation
import Identity
import Postgres
import RoutingAPI
import SinergiCore
import Tenancy

/// Statements about likely duplicates and merged cases.
enum MergeStore {
    /// Likely duplicates, best first; none of them secret, all readable by the caller.
    static func similar(to id: CaseID, limit: Int, caller: Caller) -> SQL {
        """
        SELECT s.score, s.likeness, s.metres, s.hours, s.same_area, s.same_matter, o.id, o.tracking_code, o.title, o.status,
            o.category, o.area_code, o.received_at, o.lead_office
        FROM casework.similar(\(id.uuid), \(caller.principal.subject), \(caller.office?.id)::uuid, \(caller.answersForOffice),
            \(Int32(limit))::int4) s
        JOIN casework."case" o ON o.id = s.case_id
        ORDER BY s.score DESC, o.id
        """
    }

    /// A case by its id or by its tracking code, of those in which the caller's agency has a part.
    static func find(_ id: UUID?, code: String?) -> SQL {
        """
        SELECT p.case_id FROM casework.participation p
        WHERE p.agency = directory.me() AND p.state <> 'ended' AND (p.case_id = \(id)::uuid OR p.tracking_code = \(code)::text)
        LIMIT 1
        """
    }

    static func merge(_ id: CaseID, into other: UUID, reason: String, expected: Int32?, caller: Caller) -> SQL {
        MoveResult.statement(
            """
            casework.merge_into(c.id, \(expected)::int4, t.id, \(caller.actor), \(reason), \(caller.trace))
            """,
            from: "casework.\"case\" c JOIN casework.\"case\" t ON t.id = \(other)",
            where: """
                \(CaseScope.leads(id, caller)) AND (\(caller.unit)::uuid IS NULL OR t.lead_office = \(caller.unit)::uuid)
                AND casework.may_read(t.id, t.confidential, \(caller.principal.subject), \(caller.office?.id)::uuid,
                    \(caller.answersForOffice))
                """)
    }

    static func unmerge(_ id: CaseID, reason: String, expected: Int32?, caller: Caller) -> SQL {
        MoveResult.statement(
            "casework.unmerge(c.id, \(expected)::int4, \(caller.actor), \(reason), \(caller.trace))",
            from: "casework.\"case\" c", where: CaseScope.leads(id, caller))
    }

    /// - Parameter parts: JSON as `casework.split_off` takes it.
    static func split(_ id: CaseID, parts: String, reason: String, expected: Int32?, caller: Caller) -> SQL {
        MoveResult.statement(
            """
            casework.split_off(c.id, \(expected)::int4, \(caller.actor), \(parts)::jsonb, \(reason), \(caller.trace))
            """, from: "casework.\"case\" c", where: CaseScope.leads(id, caller))
    }

    /// Offers a part that has just been split off. None where the case itself could not be split.
    static func offer(_ child: UUID, to office: String, reason: String, caller: Caller) -> SQL {
        """
        SELECT casework.offer(\(UUID.v7()), s.child, NULL, \(caller.actor), \(office), 'lead', \(reason), NULL, \(caller.trace))::text
            AS moved
        FROM casework.split s WHERE s.child = \(child)
        """
    }

    /// What a case was split off from, and what was split off it.
    static func splits(of id: SQL) -> SQL {
        """
        SELECT s.child = \(id) AS is_child, coalesce(nullif(s.parent, \(id)), s.child) AS other, x.tracking_code, x.title, x.status,
            s.split_at AS linked_at, s.split_by AS linked_by, s.reason
        FROM casework.split s
        LEFT JOIN casework."case" x ON x.id = coalesce(nullif(s.parent, \(id)), s.child)
        WHERE s.child = \(id) OR s.parent = \(id)
        ORDER BY s.split_at, s.child
        """
    }

    /// What a case was merged into, and what was merged into it.
    static func links(of id: SQL) -> SQL {
        """
        SELECT m.child = \(id) AS is_child, coalesce(nullif(m.parent, \(id)), m.child) AS other, x.tracking_code, x.title, x.status,
            m.merged_at AS linked_at, m.merged_by AS linked_by, m.reason
        FROM casework.merge m
        LEFT JOIN casework."case" x ON x.id = coalesce(nullif(m.parent, \(id)), m.child)
        WHERE m.undone_at IS NULL AND (m.child = \(id) OR m.parent = \(id))
        ORDER BY m.merged_at, m.child LIMIT 501
        """
    }
}

extension LinkedCase {
    init(row: PostgresRow) throws {
        self.init(
            caseID: CaseID(try row.decode("other", as: UUID.self)),
            trackingCode: try row.decodeIfPresent("tracking_code", as: String.self),
            title: try row.decodeIfPresent("title", as: String.self),
            status: try row.decodeIfPresent("status", as: String.self),
            linkedAt: try row.decode("linked_at", as: Date.self),
            linkedBy: try row.decode("linked_by", as: String.self),
            reason: try row.decode("reason", as: String.self))
    }
}

extension SimilarCase {
    init(row: PostgresRow, language: Language, canMerge: Bool, caller: Caller) throws {
        let lead = try row.decode("lead_office", as: UUID.self)
        let status = try row.decode("status", as: String.self)
        self.init(
            caseID: CaseID(try row.decode("id", as: UUID.self)),
            trackingCode: try row.decode("tracking_code", as: String.self),
            title: try row.decode("title", as: String.self), status: status,
            category: try row.decodeIfPresent("category", as: String.self),
            areaCode: try row.decodeIfPresent("area_code", as: String.self),
            receivedAt: try row.decode("received_at", as: Date.self), lead: caller.directory.reference(lead),
            score: try row.decode("score", as: Double.self), reasons: try Self.reasons(row).map { $0[language] },
            canMerge: canMerge && caller.acts(for: lead) && (CaseStatus(rawValue: status)?.isOpen ?? false))
    }

    private static func reasons(_ row: PostgresRow) throws -> [Localized] {
        var reasons: [Localized] = []
        let likeness = try row.decode("likeness", as: Double.self)
        if likeness >= 0.15 {
            let percent = Int((likeness * 100).rounded())
            reasons.append(Localized(id: "Kata-katanya \(percent) % sama.", en: "\(percent) % of the words agree."))
        }
        if let metres = try row.decodeIfPresent("metres", as: Double.self) {
            let distance = metres < 950 ? "\(Int(metres / 10) * 10) m" : "\(Int((metres / 1000).rounded())) km"
            reasons.append(Localized(id: "Jaraknya \(distance).", en: "It is \(distance) away."))
        } else if try row.decode("same_area", as: Bool.self) {
            reasons.append(Localized(id: "Tempatnya sama.", en: "It is the same place."))
        }
        if try row.decode("same_matter", as: Bool.self) {
            reasons.append(Localized(id: "Perkaranya sama.", en: "It is about the same matter."))
        }
        let hours = Int(try row.decode("hours", as: Double.self))
        reasons.append(
            hours < 48
                ? Localized(id: "Selisih \(hours) jam.", en: "\(hours) hours apart.")
                : Localized(id: "Selisih \(hours / 24) hari.", en: "\(hours / 24) days apart."))
        return reasons
    }
}
