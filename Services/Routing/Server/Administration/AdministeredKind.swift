import Foundation
import Postgres
import ServiceKit

/// What an agency's administrator edits of the directory. The rows are public or the agency's own; writing is a definer
/// function's for each (`directory.put_…`), which asks the role whose they are.
enum AdministeredKind: String, Sendable, CaseIterable {
    case units, officers, positions, jurisdictions, responsibilities

    /// Name of the part of the address that says which one.
    var parameter: String {
        switch self {
        case .units: "unit"
        case .officers: "officer_id"
        case .positions: "position_id"
        case .jurisdictions: "jurisdiction_id"
        case .responsibilities: "responsibility_id"
        }
    }

    /// The agency's rows: `key`, `version` and the JSON `document`.
    private var rows: SQL {
        switch self {
        case .units:
            """
            SELECT split_part(o.code, '/', 2) AS key, o.version::int8 AS version, jsonb_build_object('code', o.code, 'name', o.name,
                'parent', p.code, 'calendar', o.calendar, 'area_code', o.area_code, 'email', o.email, 'duties', o.duties,
                'dangers', o.dangers, 'duty_phone', o.duty_phone, 'is_arbiter', o.is_arbiter, 'is_coordinator', o.is_coordinator,
                'is_triage', o.is_triage, 'joined', o.joined, 'valid_from', o.valid_from, 'valid_to', o.valid_to)::text AS document
            FROM directory.office o LEFT JOIN directory.office p ON p.id = o.parent
            WHERE o.agency = directory.me() AND strpos(o.code, '/') > 0
            """
        case .officers:
            """
            SELECT o.id::text AS key, o.version::int8 AS version, jsonb_build_object('officer_id', o.id, 'username', o.username,
                'name', o.name, 'email', o.email, 'active', o.active, 'has_password', o.password_hash IS NOT NULL)::text AS document
            FROM directory.officer o WHERE o.agency = directory.me()
            """
        case .positions:
            """
            SELECT p.id::text AS key, p.version::int8 AS version, jsonb_build_object('position_id', p.id, 'officer', p.officer,
                'office', o.code, 'roles', p.roles, 'acting', p.acting, 'valid_from', p.valid_from, 'valid_to', p.valid_to)::text AS document
            FROM directory.position p JOIN directory.office o ON o.id = p.office WHERE p.agency = directory.me()
            """
        case .jurisdictions:
            """
            SELECT j.id::text AS key, j.version::int8 AS version, jsonb_build_object('jurisdiction_id', j.id, 'office', o.code,
                'area_code', j.area_code, 'valid_from', j.valid_from, 'valid_to', j.valid_to)::text AS document
            FROM directory.jurisdiction j JOIN directory.office o ON o.id = j.office WHERE j.agency = directory.me()
            """
        case .responsibilities:
            """
            SELECT r.id::text AS key, r.version::int8 AS version, jsonb_build_object('responsibility_id', r.id, 'office', o.code,
                'category', r.category, 'area_code', r.area_code, 'valid_from', r.valid_from, 'valid_to', r.valid_to)::text AS document
            FROM directory.responsibility r JOIN directory.office o ON o.id = r.office WHERE r.agency = directory.me()
            """
        }
    }

    func list(after key: String?, limit: Int) -> SQL {
        """
        SELECT x.key, x.version, x.document FROM (\(rows)) x
        WHERE \(key)::text IS NULL OR x.key COLLATE "C" > \(key)::text
        ORDER BY x.key COLLATE "C" LIMIT \(limit + 1)
        """
    }

    func read(_ key: String) -> SQL { "SELECT x.key, x.version, x.document FROM (\(rows)) x WHERE x.key = \(key)" }

    /// - Parameter version: The one that the caller saw; 0 for whichever, `nil` for a new row.
    func put(_ key: String, version: Int?, values: JSONValue, agency: String, by author: String) throws -> SQL {
        let json = JSONText(text: try JSONWriter.text(of: values))
        let seen = version.map { Int32(clamping: $0) }
        return switch self {
        case .units:
            "SELECT directory.put_unit(\(agency + "/" + key), \(seen)::int4, \(json)::jsonb, \(author))::text AS done"
        case .officers:
            "SELECT directory.put_officer(\(key)::uuid, \(seen)::int4, \(json)::jsonb, \(author))::text AS done"
        case .positions:
            "SELECT directory.put_position(\(key)::uuid, \(seen)::int4, \(json)::jsonb, \(author))::text AS done"
        case .jurisdictions:
            "SELECT directory.put_jurisdiction(\(key)::uuid, \(seen)::int4, \(json)::jsonb, \(author))::text AS done"
        case .responsibilities:
            "SELECT directory.put_responsibility(\(key)::uuid, \(seen)::int4, \(json)::jsonb, \(author))::text AS done"
        }
    }
}
