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

-- Filled without them, built once afterwards.
DROP INDEX casework.participation_queue, casework.participation_office, casework.participation_code, casework.participation_words,
    casework.clock_case, casework.handoff_case;
