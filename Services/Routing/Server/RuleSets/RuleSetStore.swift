import Foundation
import Postgres
import ServiceKit
import Tenancy

/// Statements about rule sets.
enum RuleSetStore {
    /// Drafts that one agency may have at a time.
    static let mostDrafts = 200

    static func keep(_ actor: String) -> SQL {
        "SELECT casework.keep_rules(directory.me(), \(actor))::int8 AS version"
    }

    static func create(
        _ id: UUID, name: String, note: String?, base: Int?, rules: String, by actor: String
    ) -> SQL {
        """
        INSERT INTO casework.rule_set AS s (agency, id, state, name, note, base_version, source, rules, created_by, updated_by)
        SELECT directory.me(), \(id), 'draft', \(name), \(note), \(base.map(Int32.init(clamping:)))::int4, 'officer', \(rules)::jsonb,
            \(actor), \(actor)
        WHERE (SELECT count(*) FROM casework.rule_set o WHERE o.agency = directory.me() AND o.state = 'draft') < \(mostDrafts)
        RETURNING \(RuleDraft.columns), s.rules::text AS rules
        """
    }

    /// No row: somebody changed it meanwhile, or it is no draft any more.
    static func change(_ id: UUID, revision: Int?, _ change: RuleDraftChange, rules: String, by actor: String) -> SQL {
        """
        UPDATE casework.rule_set AS s
        SET revision = s.revision + 1, name = \(change.name), note = \(change.note), rules = \(rules)::jsonb,
            base_version = CASE WHEN s.base_version IS NOT NULL
                THEN coalesce(\(change.base.map(Int32.init(clamping:)))::int4, s.base_version) END,
            updated_by = \(actor), updated_at = clock_timestamp()
        WHERE s.agency = directory.me() AND s.id = \(id) AND s.state = 'draft'
            AND (\(revision.map(Int32.init(clamping:)))::int4 IS NULL OR s.revision = \(revision.map(Int32.init(clamping:)))::int4)
        RETURNING \(RuleDraft.columns), s.rules::text AS rules
        """
    }

    static func discard(_ id: UUID, revision: Int?, by actor: String) -> SQL {
        """
        UPDATE casework.rule_set AS s
        SET state = 'discarded', revision = s.revision + 1, updated_by = \(actor), updated_at = clock_timestamp()
        WHERE s.agency = directory.me() AND s.id = \(id) AND s.state = 'draft'
            AND (\(revision.map(Int32.init(clamping:)))::int4 IS NULL OR s.revision = \(revision.map(Int32.init(clamping:)))::int4)
        RETURNING s.id
        """
    }

    static func drafts(limit: Int) -> SQL {
        """
        SELECT \(RuleDraft.columns) FROM casework.rule_set s
        WHERE s.agency = directory.me() AND s.state = 'draft' ORDER BY s.updated_at DESC, s.id LIMIT \(limit)
        """
    }

    static func draft(_ id: UUID) -> SQL {
        """
        SELECT \(RuleDraft.columns), s.rules::text AS rules FROM casework.rule_set s
        WHERE s.agency = directory.me() AND s.id = \(id) AND s.state <> 'discarded'
        """
    }

    static func versions(before version: Int?, limit: Int) -> SQL {
        """
        SELECT \(RuleDraft.columns) FROM casework.rule_set s
        WHERE s.agency = directory.me() AND s.version IS NOT NULL
            AND (\(version.map(Int32.init(clamping:)))::int4 IS NULL OR s.version < \(version.map(Int32.init(clamping:)))::int4)
        ORDER BY s.version DESC LIMIT \(limit + 1)
        """
    }

    static func version(_ version: Int) -> SQL {
        """
        SELECT \(RuleDraft.columns), s.rules::text AS rules FROM casework.rule_set s
        WHERE s.agency = directory.me() AND s.version = \(Int32(clamping: version))::int4
        """
    }

    static func areas(_ codes: [String]) -> SQL {
        "SELECT DISTINCT a.code FROM directory.area a WHERE a.code = ANY (\(codes)::text[])"
    }

    static func areaNames(_ codes: [String]) -> SQL {
        """
        SELECT DISTINCT ON (a.code) a.code, a.name FROM directory.area a
        WHERE a.code = ANY (\(codes)::text[]) ORDER BY a.code, a.valid_from DESC
        """
    }

    /// The latest trial of a draft, and whether it was of the draft as it is now against the rules as they are now.
    static func simulation(of draft: UUID) -> SQL {
        """
        SELECT x.id, x.revision::int8 AS revision, x.against::int8 AS against, x.result::text AS result, x.by, x.at,
            x.revision = s.revision AND x.against IS NOT DISTINCT FROM (SELECT a.version FROM casework.rule_set a
                WHERE a.agency = directory.me() AND a.state = 'active') AS is_current
        FROM casework.rule_simulation x JOIN casework.rule_set s ON s.agency = x.agency AND s.id = x.rule_set
        WHERE x.agency = directory.me() AND x.rule_set = \(draft)
        ORDER BY x.at DESC, x.id DESC LIMIT 1
        """
    }
}
