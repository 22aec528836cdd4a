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

-- One batch, made once and copied into every table.
CREATE UNLOGGED TABLE public.bench_batch (
    n int, id uuid, agency int, office uuid, office_code text, front uuid, front_code text, is_open boolean, received_at timestamptz,
    due_at timestamptz, code text, title text, description text, words tsvector
);

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
