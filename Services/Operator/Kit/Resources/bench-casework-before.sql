-- Scratch database of `sinergi bench casework`: agencies, units, texts. Run by a superuser with triggers and foreign keys off.
INSERT INTO directory.calendar (code, name, zone, hours) VALUES ('bench', 'Bench', 'Asia/Makassar', '{}');
INSERT INTO directory.agency (number, code, name, prefix)
SELECT 9000 + n, 'BENCH' || n, 'Instansi ' || n, 'BEN' || n FROM generate_series(1, 20) n;
INSERT INTO directory.office (id, agency, code, name, calendar)
SELECT directory.uuid7(), 9000 + n, 'BENCH' || n || CASE WHEN u = 0 THEN '' ELSE '/U' || u END, 'Kantor ' || n || '.' || u, 'bench'
FROM generate_series(1, 20) n, generate_series(0, 10) u;

CREATE TABLE public.bench_office AS
SELECT o.id, o.agency, o.code, (row_number() OVER (PARTITION BY o.agency ORDER BY o.code) - 1)::int AS place FROM directory.office o;
CREATE UNIQUE INDEX ON public.bench_office (agency, place);
GRANT SELECT ON public.bench_office TO sinergi_routing;
-- Two thousand distinct reports: every second one has the word jalan, one in two thousand its own word langkaN.
CREATE TABLE public.bench_text AS
SELECT n AS number, t.title, t.description,
    setweight(to_tsvector('pg_catalog.indonesian', t.title), 'A') || strip(to_tsvector('pg_catalog.indonesian', t.description)) AS words
FROM generate_series(0, 1999) n
CROSS JOIN LATERAL (
    SELECT (ARRAY['Lampu', 'Jalan', 'Sampah', 'Air', 'Jalan', 'Jembatan', 'Jalan', 'Selokan'])[1 + n % 8] || ' di '
            || (ARRAY['Petung', 'Nenang', 'Sepaku', 'Babulu', 'Waru', 'Sotek', 'Lawe-Lawe'])[1 + n % 7] || ' bermasalah' AS title,
        'Sudah ' || (n % 30 + 1) || ' hari ' || (ARRAY['padam', 'rusak', 'menumpuk', 'mati', 'berlubang', 'retak', 'amblas', 'meluap'])[1 + n % 8]
            || ' dan belum ada petugas yang datang. Mohon segera diperiksa sebelum ada warga yang celaka. Dekat langka' || n
            || ', RT ' || (n % 40) || ', sebelah ' || (ARRAY['pasar', 'sekolah', 'masjid', 'puskesmas', 'kantor desa'])[1 + n % 5] || '.' AS description
) t;
CREATE UNIQUE INDEX ON public.bench_text (number);

CREATE FUNCTION public.bench_officer(p_agency int, p_place int) RETURNS uuid LANGUAGE sql IMMUTABLE AS
$$ SELECT md5(p_agency || '/' || p_place)::uuid $$;

-- Cases p_from to p_to. Case n belongs to agency n modulo 20 and one of its units; every tenth is open: two entries, two clocks, one handoff.
-- Of the open ones every twentieth is offered and every eighth overdue; an officer has forty, in an agency of any size. There are forty
-- categories and forty areas, each on two levels. wargaN is a word of twenty cases of an agency, two of them open. Ids are made
-- of n: a random one costs as much as its row.
CREATE FUNCTION public.bench_fill(p_from int, p_to int) RETURNS void LANGUAGE sql SET work_mem = '1GB' AS $$
    WITH b AS MATERIALIZED (
        SELECT n, n / 20 AS k, overlay(md5('i' || n) PLACING lpad(to_hex((extract(epoch FROM now()) * 1000)::int8 - n::int8 * 1000), 12, '0') FROM 1 FOR 12)::uuid AS id, 9001 + n % 20 AS agency, o.id AS office, o.code AS office_code,
            f.id AS front, f.code AS front_code, n / 20 % 10 = 0 AS is_open, now() - n * interval '1 second' AS received_at,
            now() + ((hashint4(n) & 2147483647) % 5184000 - 648000) * interval '1 second' AS due_at,
            'BENCH-' || lpad(n::text, 10, '0') AS code, t.title, t.description, t.words,
            'group' || (hashint4(n + 1) & 7) || '.kind' || n / 400 % 5 AS category, '64.09.0' || (hashint4(n + 2) & 7) || '.' || n / 200 % 5 AS area,
            CASE WHEN n / 20 % 10 > 0 THEN 'closed'
                 WHEN n / 200 % 20 = 0 THEN 'routed'
                 WHEN n / 200 % 20 = 1 THEN 'submitted'
                 WHEN n / 200 % 100 = 2 THEN 'in_arbitration'
                 ELSE 'in_progress' END AS status
        FROM generate_series(p_from, p_to) n
        JOIN public.bench_text t ON t.number = (hashint4(n) & 2147483647) % 2000
        JOIN public.bench_office o ON o.agency = 9001 + n % 20 AND o.place = n / 200 % 11
        JOIN public.bench_office f ON f.agency = 9001 + n % 20 AND f.place = 0
    ), cases AS (
        INSERT INTO casework."case" (id, origin, tracking_code, version, status, kind, category, title, description, area_code,
            anonymous, confidential, language, lead_office, holder_office, held_since, received_at, resolve_due, created_at,
            updated_at, history_count, history_head)
        SELECT b.id, b.agency, b.code, 3, b.status, 'complaint', b.category, b.title, b.description, b.area, false, false, 'id', b.office, b.office,
            now(), b.received_at, b.due_at, now(), now(), 1, sha256(int4send(b.n))
        FROM b
    ), parts AS (
        INSERT INTO casework.participation (id, agency, case_id, office, office_code, role, state, since, due_at, officer, tracking_code, title,
            status, kind, category, area_code, priority, confidential, lead_office, received_at, case_due_at, updated_at, words)
        SELECT md5(r.leads || 'p' || b.n)::uuid, b.agency, b.id, CASE WHEN r.leads THEN b.office ELSE b.front END,
            CASE WHEN r.leads THEN b.office_code ELSE b.front_code END, CASE WHEN r.leads THEN 'lead' ELSE 'origin' END,
            CASE WHEN NOT b.is_open THEN 'finished' WHEN r.leads AND b.status = 'routed' THEN 'offered' ELSE 'active' END,
            b.received_at, CASE WHEN r.leads THEN b.due_at END, CASE WHEN r.leads THEN public.bench_officer(b.agency, b.k / 400) END, b.code, b.title,
            b.status, 'complaint', b.category, b.area, 'normal', false, b.office, b.received_at, b.due_at, now(),
            CASE WHEN r.leads THEN b.words || array_to_tsvector(ARRAY['§' || b.agency, lower(b.code), 'warga' || lpad((b.k / 20)::text, 8, '0')]) END
        FROM b CROSS JOIN (VALUES (true), (false)) AS r(leads)
    ), entries AS (
        INSERT INTO casework.entry (id, case_id, seq, at, agency, office, type, status, visibility)
        SELECT md5(s.type || b.n)::uuid, b.id, s.seq, b.received_at, b.agency, b.office, s.type, b.status, 'reporter'
        FROM b, (VALUES (1, 'received'), (2, 'verified')) AS s(seq, type)
    ), clocks AS (
        INSERT INTO casework.clock (id, case_id, step, office, started_at, due_at, state, provisional, limit_name, calendar, amount, unit)
        SELECT md5(s.step || 'c' || b.n)::uuid, b.id, s.step, b.office, b.received_at, b.due_at, 'stopped', false, s.step, 'bench', 14, 'working_days'
        FROM b, (VALUES ('verify'), ('resolve')) AS s(step)
    )
    INSERT INTO casework.handoff (id, case_id, from_office, to_office, from_agency, to_agency, role, state, hop, offered_at)
    SELECT md5('h' || b.n)::uuid, b.id, b.office, b.office, b.agency, b.agency, 'lead', 'accepted', 1, b.received_at
    FROM b
$$;

-- Filled without indexes, which are built once afterwards just as they were; what refers to the keys is a scratch database's loss.
CREATE TABLE public.bench_index AS
SELECT i.indexname AS name, i.indexdef AS definition, c.conname AS constraint_name, i.tablename
FROM pg_indexes i LEFT JOIN pg_constraint c ON c.conindid = format('casework.%I', i.indexname)::regclass AND c.contype IN ('p', 'u')
WHERE i.schemaname = 'casework' AND i.tablename IN ('case', 'participation', 'entry', 'clock', 'handoff');
DO $$
DECLARE
    v_index record;
BEGIN
    FOR v_index IN SELECT * FROM public.bench_index LOOP
        IF v_index.constraint_name IS NULL THEN
            EXECUTE format('DROP INDEX casework.%I', v_index.name);
        ELSE
            EXECUTE format('ALTER TABLE casework.%I DROP CONSTRAINT %I CASCADE', v_index.tablename, v_index.constraint_name);
        END IF;
    END LOOP;
    FOR v_index IN SELECT DISTINCT tablename FROM public.bench_index LOOP
        EXECUTE (SELECT coalesce(string_agg(format('ALTER TABLE casework.%I DROP CONSTRAINT %I', v_index.tablename, c.conname), '; '), 'SELECT 1')
                 FROM pg_constraint c WHERE c.conrelid = format('casework.%I', v_index.tablename)::regclass AND c.contype = 'f');
        EXECUTE format('ALTER TABLE casework.%I SET UNLOGGED', v_index.tablename);
    END LOOP;
END
$$;
