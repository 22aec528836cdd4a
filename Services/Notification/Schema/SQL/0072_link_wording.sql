-- What an office without login is sent: its one-case link, the PIN by another way, a reminder. The facts come sealed with the message:
-- from: who sends it · link, until · pin · sent: the day on which the link went out. The link stands first: an SMS may be cut.
SET LOCAL ROLE sinergi_migrator;

WITH wording (event, subject_id, long_id, short_id, subject_en, long_en, short_en) AS (VALUES
    ('link_sent', 'Pengaduan warga untuk kantor Anda',
     E'{{from}} meneruskan satu pengaduan warga kepada kantor Anda.\nBuka di sini: {{link}}\nPIN menyusul lewat jalan lain. Tautan berlaku sampai {{until}}.',
     'Pengaduan untuk kantor Anda: {{link}} PIN menyusul. {{from}}',
     'A citizen''s report for your office',
     E'{{from}} passes a citizen''s report on to your office.\nOpen it here: {{link}}\nThe PIN comes by another way. The link works until {{until}}.',
     'A report for your office: {{link}} PIN follows. {{from}}'),
    ('link_pin', 'PIN untuk tautan pengaduan', E'PIN untuk tautan dari {{from}}: {{pin}}\nJangan berikan kepada orang lain.',
     'PIN tautan pengaduan: {{pin}}. {{from}}',
     'PIN for the link of a report', E'PIN for the link from {{from}}: {{pin}}\nDo not pass it on.',
     'PIN for the report''s link: {{pin}}. {{from}}'),
    ('link_reminder', 'Pengaduan warga belum dibuka',
     E'Tautan dari {{from}} tanggal {{sent}} belum dibuka. Mohon dibuka hari ini.\nBila hilang, mintalah tautan baru kepada {{from}}.',
     'Tautan pengaduan tanggal {{sent}} belum dibuka. Hilang? Minta lagi ke {{from}}',
     'A citizen''s report was not opened',
     E'The link from {{from}} of {{sent}} was not opened. Please open it today.\nIf it is lost, ask {{from}} for another.',
     'The link of {{sent}} was not opened. Lost? Ask {{from}}')
)
INSERT INTO notification.template (agency, audience, event, channel, language, valid_from, subject, body)
SELECT 0, 'reporter', w.event, c.channel, l.language, DATE '2026-01-01',
    CASE WHEN c.channel = 'mail' THEN CASE l.language WHEN 'id' THEN w.subject_id ELSE w.subject_en END END,
    CASE WHEN c.channel = 'sms' THEN CASE l.language WHEN 'id' THEN w.short_id ELSE w.short_en END
         ELSE CASE l.language WHEN 'id' THEN w.long_id ELSE w.long_en END END
FROM wording w CROSS JOIN (VALUES ('mail'), ('sms'), ('whatsapp')) c(channel) CROSS JOIN (VALUES ('id'), ('en')) l(language)
ON CONFLICT DO NOTHING;

INSERT INTO notification.template (agency, audience, event, channel, language, valid_from, subject, body) VALUES
    (0, 'office', 'link_not_opened', 'mail', 'id', '2026-01-01', 'Laporan {{code}}: tautan belum dibuka',
     E'Kantor tanpa akun belum membuka tautan laporan ini. Mohon hubungi lewat telepon.\n\nNomor laporan: {{code}}\nKantor: {{office}}\n'),
    (0, 'office', 'link_not_opened', 'mail', 'en', '2026-01-01', 'Report {{code}}: the link was not opened',
     E'An office without login has not opened the link of this report. Please telephone it.\n\nReport number: {{code}}\nOffice: {{office}}\n')
ON CONFLICT DO NOTHING;
