-- What officers at the desk choose from, as data: why a report is archived. Public; changed by the operator, never in code.
SET LOCAL ROLE sinergi_owner;

CREATE TABLE directory.archive_reason (
    code       text PRIMARY KEY CHECK (code ~ '^[a-z][a-z_]{0,39}$'),
    -- A sentence to the reporter.
    name_id    text NOT NULL CHECK (length(name_id) BETWEEN 1 AND 200),
    name_en    text NOT NULL CHECK (length(name_en) BETWEEN 1 AND 200),
    -- Whether the officer must say more than the sentence.
    needs_note boolean NOT NULL DEFAULT false,
    valid_from date NOT NULL DEFAULT '2000-01-01',
    valid_to   date
);
ALTER TABLE directory.archive_reason ENABLE ROW LEVEL SECURITY;
ALTER TABLE directory.archive_reason FORCE ROW LEVEL SECURITY;
CREATE POLICY everyone_reads ON directory.archive_reason FOR SELECT USING (true);
GRANT SELECT ON directory.archive_reason
    TO sinergi_intake, sinergi_routing, sinergi_notification, sinergi_analytics, sinergi_platform, sinergi_gate;
GRANT SELECT, INSERT, UPDATE, DELETE ON directory.archive_reason TO sinergi_migrator;

SET LOCAL ROLE sinergi_migrator;
INSERT INTO directory.archive_reason (code, name_id, name_en, needs_note) VALUES
    ('not_a_complaint', 'Isinya bukan pengaduan, aspirasi atau permintaan informasi.', 'It is no complaint, wish or request for information.', false),
    ('test', 'Ini kiriman uji coba.', 'This was sent as a test.', false),
    ('insult', 'Isinya hanya hinaan atau fitnah.', 'It holds nothing but insults.', true),
    ('advertising', 'Isinya iklan.', 'It is advertising.', false),
    ('in_court', 'Perkaranya sedang diperiksa pengadilan.', 'The matter is before a court.', true),
    ('answered_before', 'Hal yang sama dari pelapor yang sama sudah dijawab tuntas.', 'The same from the same reporter has been answered in full.', true),
    ('other', 'Laporan ini tidak dapat ditangani.', 'This report cannot be handled.', true);

-- How long a reporter has for an answer to a question, and the longest that work may wait (product decision 10).
INSERT INTO directory.service_level (kind, step, amount, unit, legal_basis) VALUES
    ('*', 'information', 30, 'calendar_days', 'Aturan kerja sama Sinergi'),
    ('*', 'hold', 180, 'calendar_days', 'Aturan kerja sama Sinergi');
