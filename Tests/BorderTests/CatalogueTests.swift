import Foundation
import Postgres
import Testing

/// What the catalogue must look like for the border to hold. A new table or function that breaks a rule fails here first.
@Suite("Catalogue", .serialized)
struct CatalogueTests {
    /// Tables that everyone may read, and why.
    private static let publicTables = [
        "casework.transition",  // the rules of the game
        "directory.agency", "directory.agency_key", "directory.archive_reason", "directory.area", "directory.boundary",
        "directory.calendar", "directory.calendar_day", "directory.calendar_year", "directory.category",
        "directory.category_question",
        "directory.jurisdiction", "directory.node", "directory.office",
        "directory.open_interval", "directory.responsibility", "directory.revision", "directory.service_level",
        "directory.workday",  // public by design.md §5
    ]

    /// Every function that runs with the gate's rights. Whoever adds one explains in its file why a policy won't do.
    private static let definers = [
        "analytics.withhold", "casework.accept", "casework.accuse", "casework.act_by_link", "casework.act_for",
        "casework.accept_suggestion", "casework.add_evidence", "casework.advise", "casework.alarms_due",
        "casework.arbitrate", "casework.archive", "casework.ask_information", "casework.assign", "casework.climb",
        "casework.confide", "casework.decide_identity", "casework.decide_publication", "casework.decline",
        "casework.deliver", "casework.deliver_part", "casework.deliveries_to_recall",
        "casework.deliver_identity", "casework.draft_answer", "casework.draft_correction", "casework.erase_history",
        "casework.erase_words",
        "casework.expire", "casework.expire_grants", "casework.extend", "casework.finish_part", "casework.hold",
        "casework.information_given", "casework.judge_evidence", "casework.look_identity", "casework.mark_opened",
        "casework.mark_seen",
        "casework.note", "casework.notice_calendar", "casework.notice_limit", "casework.offer", "casework.open_case",
        "casework.open_link", "casework.overdue",
        "casework.parties", "casework.plan_outcome", "casework.prioritise", "casework.propose_publication",
        "casework.publish_answer",
        "casework.publish_correction",
        "casework.raise_alarm", "casework.recall", "casework.recompute_next", "casework.recompute_preview",
        "casework.recall_delivery", "casework.record_decision", "casework.record_ruled_decision",
        "casework.answer_objection",
        "casework.reporter_confirm", "casework.reporter_consents", "casework.reporter_dispute",
        "casework.reporter_object",
        "casework.reporter_rate",
        "casework.reporter_replied", "casework.reporter_view", "casework.reporter_withdraw",
        "casework.request_arbitration", "casework.request_identity", "casework.require_readable", "casework.resume",
        "casework.review_answer",
        "casework.revoke_identity", "casework.ring_again", "casework.rungs_due", "casework.search",
        "casework.set_reference", "casework.share_text", "casework.sweep", "casework.take_alarm", "casework.tell_on",
        "casework.tell_state",
        "casework.texts_wanted", "casework.verify", "casework.verify_history", "casework.withdraw_part",
        "casework.words_of",
        "directory.heartbeat", "directory.put_jurisdiction", "directory.put_officer", "directory.put_position",
        "directory.put_responsibility", "directory.put_unit", "exchange.claim", "exchange.depth", "exchange.done",
        "exchange.drop_parked",
        "exchange.lease", "exchange.park", "exchange.put", "exchange.requeue", "exchange.retry", "exchange.waiting",
        "intake.forget_follower", "intake.search_published", "intake.similar_published", "media.append", "media.begin",
        "media.claim",
        "media.finish", "media.keep", "media.postpone", "media.refuse", "media.settle", "media.tidy",
        "platform.ensure_partitions", "platform.prune",
        "casework.answer_member", "casework.gather_surges", "casework.merge_into", "casework.note_matter",
        "casework.place_in_cluster", "casework.reporter_leaves", "casework.review_cluster_answer", "casework.similar",
        "casework.split_off", "casework.unmerge", "casework.raise_secret_alarm", "casework.unseal",
    ]

    /// A query over the catalogue that must find nothing. `$s` stands for our schemas.
    struct Rule: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let offenders: @Sendable ([String]) -> SQL
    }

    private static let rules: [Rule] = [
        // The migrator's ledger is read by every service when it starts; it is no agency's data.
        Rule(testDescription: "every table forces row-level security") {
            """
            SELECT c.oid::regclass::text AS value FROM pg_class c
            WHERE c.relnamespace::regnamespace::text = ANY (\($0)) AND c.relkind IN ('r', 'p')
                AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
                AND c.oid NOT IN ('platform.migration'::regclass, 'platform.migration_lock'::regclass)
            """
        },
        // Table-level UPDATE allows LOCK TABLE; REFERENCES lets foreign keys look past policies.
        Rule(testDescription: "agencies have no more than SELECT and INSERT on tables, PUBLIC has nothing") {
            """
            SELECT c.oid::regclass || ' ' || x.grantee::regrole || ' ' || x.privilege_type AS value
            FROM pg_class c, aclexplode(c.relacl) x
            WHERE c.relnamespace::regnamespace::text = ANY (\($0)) AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
                AND (x.grantee = 0 AND c.oid <> 'platform.migration'::regclass
                     OR x.grantee::regrole::text ~ '^(sinergi_(intake|routing|notification|analytics)|[sh]_.*)$'
                        AND x.privilege_type NOT IN ('SELECT', 'INSERT'))
            """
        },
        Rule(testDescription: "rights are given to services' group roles, never to one agency's") {
            """
            SELECT c.oid::regclass || ' ' || x.grantee::regrole AS value FROM pg_class c, aclexplode(c.relacl) x
            WHERE c.relnamespace::regnamespace::text = ANY (\($0)) AND x.grantee::regrole::text ~ '^[sh]_'
            """
        },
        // Operators of enums are not leakproof, so they would not reach an index under a policy.
        Rule(testDescription: "no enum columns") {
            """
            SELECT a.attrelid::regclass || '.' || a.attname AS value
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
            WHERE c.relnamespace::regnamespace::text = ANY (\($0)) AND c.relkind IN ('r', 'p') AND t.typtype = 'e'
            """
        },
        Rule(testDescription: "every text, jsonb and bytea column has a bound") {
            """
            SELECT a.attrelid::regclass || '.' || a.attname AS value
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
            WHERE c.relnamespace::regnamespace::text = ANY (\($0)) AND c.relkind IN ('r', 'p') AND NOT c.relispartition
                AND a.attnum > 0 AND NOT a.attisdropped
                AND a.atttypid = ANY ('{text,jsonb,json,bytea,varchar,text[],jsonb[]}'::regtype[])
                AND NOT EXISTS (
                    SELECT FROM pg_constraint k
                    WHERE k.conrelid = a.attrelid AND a.attnum = ANY (k.conkey)
                        AND (k.contype = 'f'
                             OR k.contype = 'c'
                                AND pg_get_constraintdef(k.oid) ~ '(length|pg_column_size|cardinality)\\(|~ |= ANY|<@'))
            """
        },
        // Otherwise a duplicate key tells one agency what another has.
        Rule(testDescription: "unique keys of tables that agencies write begin with the agency") {
            """
            SELECT i.indexrelid::regclass || ' begins with ' || a.attname AS value
            FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
            WHERE c.relnamespace::regnamespace::text = ANY (\($0)) AND i.indisunique AND NOT c.relispartition
                AND a.attname NOT IN ('agency', 'source')
                AND EXISTS (SELECT FROM pg_roles r
                            WHERE r.rolname ~ '^sinergi_(intake|routing|notification|analytics)$'
                                AND has_any_column_privilege(r.oid, c.oid, 'INSERT'))
            """
        },
        Rule(testDescription: "definer functions have a fixed search_path and belong to the gate") {
            """
            SELECT p.oid::regprocedure::text AS value FROM pg_proc p
            WHERE p.pronamespace::regnamespace::text = ANY (\($0)) AND p.prosecdef
                AND NOT (coalesce('search_path=pg_catalog, pg_temp' = ANY (p.proconfig), false)
                         AND (p.proowner = 'sinergi_gate'::regrole
                              OR p.oid::regprocedure::text = 'platform.ensure_partitions(integer)'))
            """
        },
        Rule(testDescription: "no function of ours is PUBLIC's, and none begins with an underscore for agencies") {
            """
            SELECT p.oid::regprocedure::text AS value FROM pg_proc p
            WHERE p.pronamespace::regnamespace::text = ANY (\($0))
                AND (p.proacl IS NULL
                     OR EXISTS (SELECT FROM aclexplode(p.proacl) x
                                WHERE x.grantee = 0
                                    OR p.proname ~ '^_' AND x.grantee <> p.proowner))
            """
        },
        Rule(testDescription: "views show rows with their reader's rights") {
            """
            SELECT c.oid::regclass::text AS value FROM pg_class c
            WHERE c.relnamespace::regnamespace::text = ANY (\($0)) AND c.relkind IN ('v', 'm')
                AND NOT coalesce('security_invoker=true' = ANY (c.reloptions), false)
            """
        },
        Rule(testDescription: "no role of an agency may do what only operators may") {
            """
            SELECT r.rolname::text AS value FROM pg_roles r
            WHERE (r.rolname ~ '^[sh]_' OR r.rolname ~ '^sinergi_(intake|routing|notification|analytics|platform|owner)$')
                AND r.rolname::text <> ALL (\($0))
                AND (r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication)
            """
        },
        Rule(testDescription: "agencies cannot create anything, anywhere") {
            """
            SELECT r.rolname || ' in ' || n.nspname AS value FROM pg_roles r, pg_namespace n
            WHERE r.rolname ~ '^s_91[0-9]{2}_' AND has_schema_privilege(r.oid, n.oid, 'CREATE')
                AND (n.nspname::text = ANY (\($0)) OR n.nspname = 'public')
            """
        },
        Rule(testDescription: "agencies have no temporary tables, no PL/pgSQL, no advisory locks, no large objects") {
            """
            SELECT r.rolname || ' ' || x.what AS value
            FROM pg_roles r
            CROSS JOIN LATERAL (
                SELECT 'temporary' AS what WHERE has_database_privilege(r.oid, current_database(), 'TEMPORARY')
                UNION ALL
                SELECT 'create' WHERE has_database_privilege(r.oid, current_database(), 'CREATE')
                UNION ALL
                SELECT 'plpgsql' WHERE has_language_privilege(r.oid, 'plpgsql', 'USAGE')
                UNION ALL
                SELECT p.oid::regprocedure::text FROM pg_proc p
                WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname ~ '^(pg_(try_)?advisory_|lo_|loread|lowrite)'
                    -- Letting go of one's own locks is part of DISCARD ALL and harms nobody.
                    AND p.proname <> 'pg_advisory_unlock_all' AND has_function_privilege(r.oid, p.oid, 'EXECUTE')
            ) x
            WHERE r.rolname ~ '^s_91[0-9]{2}_' AND r.rolname::text <> ALL (\($0))
            """
        },
    ]

    @Test("walk", arguments: rules)
    func walk(rule: Rule) async throws {
        let offenders = try await Border.superuser { try await $0.texts(rule.offenders(Border.schemas)) }
        #expect(offenders.isEmpty)
    }

    @Test("only public tables have a policy that lets everyone in")
    func openTables() async throws {
        let open = try await Border.superuser { client async throws in
            try await client.texts(
                """
                SELECT DISTINCT p.polrelid::regclass::text AS value FROM pg_policy p
                JOIN pg_class c ON c.oid = p.polrelid
                WHERE c.relnamespace::regnamespace::text = ANY (\(Border.schemas))
                    AND (pg_get_expr(p.polqual, p.polrelid) = 'true' OR pg_get_expr(p.polwithcheck, p.polrelid) = 'true')
                ORDER BY 1
                """)
        }
        #expect(open == Self.publicTables)
    }

    @Test("the definer functions are these and no others")
    func definerFunctions() async throws {
        let found = try await Border.superuser { client async throws in
            try await client.texts(
                """
                SELECT DISTINCT p.pronamespace::regnamespace || '.' || p.proname AS value FROM pg_proc p
                WHERE p.pronamespace::regnamespace::text = ANY (\(Border.schemas)) AND p.prosecdef ORDER BY 1
                """)
        }
        #expect(found == Self.definers.sorted())
    }

    // Actions name a row of a case by its own id; the check must find the case of every such row.
    @Test("the check who may read a case knows every table whose rows have an id and belong to a case")
    func readableKnowsAll() async throws {
        let forgotten = try await Border.superuser { client async throws in
            try await client.texts(
                """
                SELECT c.oid::regclass::text AS value FROM pg_class c
                WHERE c.relnamespace = 'casework'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
                    AND 2 = (SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname IN ('id', 'case_id')
                                 AND a.atttypid = 'uuid'::regtype AND NOT a.attisdropped)
                    AND strpos((SELECT p.prosrc FROM pg_proc p WHERE p.oid = 'casework._cases_of'::regproc),
                               'FROM casework.' || c.relname || ' x') = 0
                ORDER BY 1
                """)
        }
        #expect(forgotten.isEmpty)
    }

    @Test("what only the gate may call, agencies cannot call")
    func gateOnly() async throws {
        for statement: SQL in [
            "SELECT exchange.put(9103, 'routing', 'x', 1, 'x', '{}', NULL)", "SELECT casework.sweep(1)",
            "SELECT platform.ensure_partitions(1)", "SELECT platform.prune()", "SELECT platform.long_transactions(0)",
            "SELECT casework._fail('SN404', 'x')", "SELECT directory.rebuild_calendar('border')",
        ] {
            let state = await failure { try await Border.as(Border.regency) { _ = try await $0.query(statement) } }
            #expect(state == "42501", "\(statement)")
        }
    }
}
