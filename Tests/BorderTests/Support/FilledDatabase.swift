import Foundation
import Postgres
import SinergiCore
import Tenancy

/// Leaves rows of the regency in every table, so that "sees nothing" is never true for want of something to see.
enum FilledDatabase {
    /// Done once for all tests that look for leaks.
    static func ready() async throws { try await filled.value }

    /// Cases of its own: rows hung on another suite's case would change what that suite sees.
    private static let answered = UUID(uuidString: "00000000-0000-7000-8000-00000000f111") ?? UUID()
    private static let secret = UUID(uuidString: "00000000-0000-7000-8000-00000000f112") ?? UUID()

    private static let filled = Task {
        let disputed = UUID.v7()
        let officer = BorderFixture.officer(of: Border.regency)
        try await Border.as(Border.regency) { client in
            let moves = Moves(client: client)
            _ = try await moves.open(answered)
            _ = try await client.query(
                """
                SELECT casework.record_decision(\(UUID.v7()), \(answered), 'suggested', NULL, '[]'::jsonb, '{}'::jsonb)::text AS value
                """)
            let handoff = UUID.v7()
            _ = try await moves.offer(answered, to: "BKABA/DPU", handoff: handoff)
            _ = try await moves.accept(handoff)
            _ = try await moves.assign(answered, officer: officer)
            _ = try await moves.answer(answered, officer: officer)
            _ = try await moves.open(disputed)
            _ = try await client.query(
                "SELECT casework.request_arbitration(\(UUID.v7()), \(disputed), NULL, 'Ani', 'Sulit')::text AS value")
            _ = try await moves.open(secret, kind: "supervisory", confidential: true)
        }
        try await Border.superuser { client in
            for statement in others { _ = try await client.query(statement) }
        }
    }

    /// Rows that no move makes.
    private static let others: [SQL] = [
        "INSERT INTO casework.external_body (office, area_code) SELECT id, '97' FROM directory.office WHERE code = 'BASING' ON CONFLICT DO NOTHING",
        """
        INSERT INTO casework.objection (agency, id, case_id, decision, at, reason)
        SELECT 9102, directory.uuid7(), c.id, directory.uuid7(), now(), 'Bukan kantor itu.' FROM casework."case" c WHERE c.id = \(answered) LIMIT 1
        """,
        """
        INSERT INTO casework.recomputation (id, reason, noticed_at, finished_at)
        VALUES (directory.uuid7(), 'Kalender kerja berubah.', now(), now())
        """,
        """
        INSERT INTO directory.change (agency, id, at, by, what, key)
        VALUES (9102, directory.uuid7(), now(), 'Ani', 'unit', 'BKABA/DPU')
        """,
        """
        INSERT INTO casework.publication (agency, case_id, title, description, made_at)
        SELECT 9102, c.id, 'Jalan rusak', 'Jalan rusak di depan pasar', now() FROM casework."case" c
        WHERE c.id = \(answered) LIMIT 1
        """,
        """
        INSERT INTO casework.merge (child, number, parent, agency, reason, merged_by, merged_at, snapshot, undone_at)
        SELECT min(c.id::text)::uuid, 1, max(c.id::text)::uuid, 9102, 'Sama', 'Ani', now(), '{}', now()
        FROM casework."case" c WHERE c.origin = 9102
        """,
        """
        INSERT INTO casework.split (child, parent, agency, reason, split_by, split_at)
        SELECT min(c.id::text)::uuid, max(c.id::text)::uuid, 9102, 'Dua hal', 'Ani', now() FROM casework."case" c WHERE c.origin = 9102
        """,
        """
        INSERT INTO casework.matter (agency, case_id, received_at, region, words)
        SELECT 9102, c.id, now(), '99.01', 'jalan rusak' FROM casework."case" c WHERE c.id = \(answered) LIMIT 1
        ON CONFLICT DO NOTHING
        """,
        "INSERT INTO casework.surge_limit (agency, code, reports, minutes, quiet) VALUES (9102, 'uji', 5, 60, 60)",
        """
        INSERT INTO casework.cluster (agency, id, code, region, state, first_case, office, opened_at, alarm_at)
        SELECT 9102, '00000000-0000-7000-8000-00000000c105', 'uji', '99.01', 'closed', c.id, c.lead_office, now(), 5
        FROM casework."case" c WHERE c.id = \(answered) LIMIT 1
        """,
        """
        INSERT INTO casework.cluster_answer (agency, id, cluster, office, body, interim, drafted_by)
        SELECT 9102, k.id, k.id, k.office, 'Air sudah mengalir lagi sejak pagi.', false, 'Ani' FROM casework.cluster k WHERE k.code = 'uji'
        """,
        """
        INSERT INTO casework.cluster_reached (agency, answer, case_id, at)
        SELECT 9102, k.id, k.first_case, now() FROM casework.cluster k WHERE k.code = 'uji'
        """,
        """
        INSERT INTO casework.sealed_text (agency, case_id, key_id, sealed, given_by, given_at)
        SELECT 9102, c.id, 'k', 'x', 9102, now() FROM casework."case" c WHERE c.id = \(secret) LIMIT 1
        """,
        """
        INSERT INTO casework.alarm (agency, case_id, office, words, rings, rung_at)
        SELECT 9102, c.id, c.lead_office, 'kabel putus', 1, now() FROM casework."case" c WHERE c.id = \(answered) LIMIT 1
        """,
        """
        INSERT INTO casework.delivery (agency, id, case_id, office, monitor_office, means, reference, created_by, created_at)
        SELECT 9102, directory.uuid7(), c.id, c.lead_office, c.lead_office, 'elsewhere', 'Surat 12', 'Ani', now()
        FROM casework."case" c WHERE c.id = \(answered) LIMIT 1
        """,
        """
        INSERT INTO casework.task (agency, id, case_id, office, title, created_by)
        SELECT 9102, directory.uuid7(), c.id, c.lead_office, 'Ukur lubang', 'Ani' FROM casework."case" c WHERE c.id = \(answered) LIMIT 1
        """,
        """
        INSERT INTO casework.clock_change (id, case_id, clock, at, change, agency, reason, due_before, due_after)
        SELECT directory.uuid7(), k.case_id, k.id, now(), 'paused', 9102, 'Menunggu suku cadang', k.due_at, k.due_at
        FROM casework.clock k JOIN casework."case" c ON c.id = k.case_id AND c.id = \(answered) LIMIT 1
        """,
        """
        INSERT INTO casework.information_request (id, case_id, agency, office, asked_by, asked_at, items, due_at)
        SELECT directory.uuid7(), c.id, 9102, c.lead_office, 'Ani', now(), ARRAY['Kapan?'], now() FROM casework."case" c
        WHERE c.id = \(answered) LIMIT 1
        """,
        """
        INSERT INTO casework.routing_signal (agency, id, case_id, decision, at, kind, suggested, chosen, by)
        SELECT 9102, directory.uuid7(), c.id, directory.uuid7(), now(), 'corrected', 'BKABA/DPU', 'BKABA/DLH', 'Ani'
        FROM casework."case" c WHERE c.id = \(answered) LIMIT 1
        """,
        """
        INSERT INTO casework.rule (agency, id, priority, name, lead, created_by)
        VALUES (9102, directory.uuid7(), 1, 'Aturan', 'BKABA/DPU', 'Ani')
        """,
        """
        INSERT INTO casework.rule_set (agency, id, state, name, source, rules, created_by, updated_by)
        VALUES (9102, directory.uuid7(), 'draft', 'Rancangan', 'officer', '[]', 'Ani', 'Ani')
        """,
        """
        INSERT INTO casework.rule_simulation (agency, id, rule_set, revision, result, by)
        SELECT 9102, directory.uuid7(), s.id, 1, '{}', 'Ani' FROM casework.rule_set s WHERE s.agency = 9102 LIMIT 1
        """,
        """
        INSERT INTO casework.saved_view (agency, id, name, filter, created_by)
        VALUES (9102, directory.uuid7(), 'Terlambat', '{}', 'Ani')
        """,
        """
        INSERT INTO casework.model (agency, version, status, bytes, sha256, card, rows, trained_through, trained_by, note)
        VALUES (9102, 1, 'candidate', 'x', sha256('x'), '{}', 0, now(), 'Ani', 'Uji')
        """,
        "INSERT INTO casework.model_training (agency) VALUES (9102)",
        """
        INSERT INTO casework.model_opinion (agency, case_id, version, office, probability, certain, acted)
        SELECT 9102, c.id, 1, 'BKABA/DPU', 0.9, true, false FROM casework."case" c WHERE c.id = \(answered) LIMIT 1
        """,
        "INSERT INTO casework.model_office (agency, office, state, judged, correct) VALUES (9102, 'BKABA/DPU', 'shadow', 1, 1)",
        """
        INSERT INTO casework.presence (agency, case_id, subject, name, editing)
        SELECT 9102, c.id, 'ani', 'Ani', true FROM casework."case" c WHERE c.id = \(answered) LIMIT 1 ON CONFLICT DO NOTHING
        """,
        """
        INSERT INTO casework.confidant (agency, case_id, officer, named_by)
        SELECT 9102, c.id, directory.uuid7(), 'Ani' FROM casework."case" c WHERE c.id = \(answered) LIMIT 1
        """,
        """
        INSERT INTO casework.accused (id, case_id, office, set_by)
        SELECT directory.uuid7(), c.id, o.id, 'Ani' FROM casework."case" c, directory.office o
        WHERE c.id = \(secret) AND o.code = 'BKABA/DLH' LIMIT 1
        """,
        """
        INSERT INTO casework.evidence (id, case_id, agency, office, kind, sha256, added_by, created_at)
        SELECT directory.uuid7(), c.id, 9102, c.lead_office, 'after', sha256('x'), 'Ani', now()
        FROM casework."case" c WHERE c.id = \(answered) LIMIT 1
        """,
        """
        INSERT INTO casework.identity_grant (id, case_id, agency, origin, purpose, fields, state, requested_by, requested_at)
        SELECT directory.uuid7(), c.id, 9102, 9102, 'Menghubungi pelapor', '{phone}', 'ended', 'Ani', now()
        FROM casework."case" c WHERE c.id = \(answered) LIMIT 1
        """,
        """
        INSERT INTO casework.identity_look (id, grant_id, agency, origin, officer, why, at)
        SELECT directory.uuid7(), g.id, 9102, 9102, 'Budi', 'Menelepon pelapor', now()
        FROM casework.identity_grant g WHERE g.agency = 9102 AND g.origin = 9102 AND g.case_id = \(answered) LIMIT 1
        """,
        "INSERT INTO casework.practice (agency, changed_by) VALUES (9102, 'Ani') ON CONFLICT DO NOTHING",
        """
        INSERT INTO casework.answer_template (agency, id, name, body, created_by)
        VALUES (9102, directory.uuid7(), 'Jalan', 'Jalan sudah kami perbaiki: [[apa]]', 'Ani')
        """,
        """
        INSERT INTO casework.idempotency (agency, caller, key, request_hash, status, response)
        VALUES (9102, 'ani', 'kunci', sha256('x'), 200, '{}')
        """,
        """
        INSERT INTO intake.complaint (agency, id, tracking_code, access_key_hash, kind, title, description, anonymous, confidential,
            language, client, received_at, updated_at)
        VALUES (9102, directory.uuid7(), 'BKABA-00000-00000-0', sha256('x'), 'complaint', 'Judul', 'Jalan rusak berat', false, false,
            'id', 'web', now(), now())
        """,
        """
        INSERT INTO intake.message (agency, complaint, id, at, body)
        SELECT 9102, c.id, directory.uuid7(), now(), 'Masih padam' FROM intake.complaint c WHERE c.agency = 9102 LIMIT 1
        """,
        """
        INSERT INTO intake.rating (agency, complaint, rating, at)
        SELECT 9102, c.id, 4, now() FROM intake.complaint c WHERE c.agency = 9102 LIMIT 1
        """,
        """
        INSERT INTO intake.reporter (agency, complaint, key_id, sealed, has_email, has_phone)
        VALUES (9102, directory.uuid7(), 'k', 'x', true, false)
        """,
        """
        INSERT INTO intake.idempotency (agency, caller, key, request_hash, complaint, created_at)
        VALUES (9102, 'web', 'kunci', sha256('x'), directory.uuid7(), now())
        """,
        """
        INSERT INTO intake.conversation (agency, id, channel, contact, sealed, language, state)
        VALUES (9102, directory.uuid7(), 'sms', sha256('x'), 'x', 'id', 'idle')
        """,
        """
        INSERT INTO intake.channel_message (agency, channel, provider_id, conversation, kind, sealed)
        VALUES (9102, 'sms', 'm1', directory.uuid7(), 'text', 'x')
        """,
        """
        INSERT INTO intake.sms_part (agency, provider_id, contact, reference, part, parts, sealed)
        VALUES (9102, 'p1', sha256('x'), '1', 1, 2, 'x')
        """,
        """
        INSERT INTO intake.caller_rule (agency, id, effect, network, reason, created_by, created_at, expires_at)
        VALUES (9102, directory.uuid7(), 'block', '203.0.113.0/24', 'Ratusan laporan palsu.', 'admin', now(), now() + interval '1 day')
        """,
        """
        INSERT INTO intake.contact_check (agency, id, complaint, channel, contact, sealed, code_hash, created_at, expires_at)
        SELECT 9102, directory.uuid7(), c.id, 'sms', sha256('x'), 'x', sha256('x'), now(), now() + interval '10 minutes'
        FROM intake.complaint c WHERE c.agency = 9102 LIMIT 1
        """,
        """
        INSERT INTO intake.spent_challenge (agency, id, request_hash, at) VALUES (9102, 'AAAAAAAAAAAAAAAA', sha256('x'), now())
        """,
        """
        INSERT INTO intake.channel_complaint (agency, tracking_code, conversation)
        VALUES (9102, 'BKABA-00000-00000-0', directory.uuid7())
        """,
        """
        INSERT INTO intake.follower (agency, id, complaint, contact, channel, language, sealed)
        VALUES (9102, directory.uuid7(), directory.uuid7(), sha256('x'), 'mail', 'id', 'x')
        """,
        """
        INSERT INTO intake.channel_media (agency, id, conversation, kind, sealed)
        VALUES (9102, directory.uuid7(), directory.uuid7(), 'image', 'x')
        """,
        "INSERT INTO intake.emergency_number (agency, number, place, name_id, name_en) VALUES (9102, '112', 1, 'darurat', 'emergency')",
        "INSERT INTO intake.screening_phrase (agency, kind, phrase) VALUES (9102, 'danger', 'jembatan goyang')",
        "INSERT INTO intake.channel_word (agency, word) VALUES (9102, 'BKABA')",
        """
        INSERT INTO notification.message (agency, id, step_id, recipient, channel, reference, tracking_code, event, language,
            confidential, content)
        VALUES (9102, directory.uuid7(), directory.uuid7(), 'reporter', 'mail', 'referensi-1', 'BKABA-00000-00000-0', 'received', 'id',
            false, '{}')
        """,
        """
        INSERT INTO notification.attempt (agency, id, message, outcome, duration_ms)
        VALUES (9102, directory.uuid7(), directory.uuid7(), 'accepted', 1)
        """,
        """
        INSERT INTO notification.template (agency, audience, event, channel, language, valid_from, body)
        VALUES (9102, 'reporter', 'received', 'sms', 'id', current_date, 'Halo')
        """,
        """
        INSERT INTO analytics.case_fact (agency, case_id, version, origin, own_intake, received_at, kind, status, automatic)
        VALUES (9102, directory.uuid7(), 1, 'BKABA', true, now(), 'complaint', 'submitted', false)
        """,
        """
        INSERT INTO analytics.step_fact (agency, id, case_id, seq, at, event)
        VALUES (9102, directory.uuid7(), directory.uuid7(), 1, now(), 'received')
        """,
        "INSERT INTO analytics.withheld (agency, digest) VALUES (9102, sha256('x'))",
        "INSERT INTO exchange.inbox (agency, service, id) VALUES (9102, 'routing', directory.uuid7())",
        """
        INSERT INTO exchange.parked (id, source, producer, destination, service, lane, number, attempt, problem)
        VALUES (directory.uuid7(), 9102, 'routing', 9102, 'analytics', 'filled', 1, 1, '{}')
        """,
        "INSERT INTO media.content (agency, id, sha256, size) VALUES (9102, '00000000-0000-7000-8000-0000000000aa', sha256('x'), 1)",
        "INSERT INTO media.chunk (agency, content, number, data) VALUES (9102, '00000000-0000-7000-8000-0000000000aa', 0, 'x')",
        """
        INSERT INTO media.item (agency, id, case_id, purpose, shared, state, name, added_by, declared_size, upload, content)
        SELECT 9102, directory.uuid7(), c.id, 'attachment', true, 'ready', 'foto.jpg', 'reporter', 1, directory.uuid7(),
            '00000000-0000-7000-8000-0000000000aa'
        FROM casework."case" c WHERE c.id = \(answered) LIMIT 1
        """,
        "INSERT INTO media.quota (agency, day, items, bytes) VALUES (9102, current_date, 1, 1)",
        "INSERT INTO platform.lease (name, holder, expires) VALUES ('border', 'x', now()) ON CONFLICT DO NOTHING",
    ]
}
