-- Wording for senders who are shut out (until, reason, office: whom to ask, numbers: of emergencies), and of one-time codes (code).
SET LOCAL ROLE sinergi_migrator;

WITH wording (event, subject_id, long_id, short_id, subject_en, long_en, short_en) AS (VALUES
    ('chat_blocked', NULL,
     E'Pesan dari nomor ini tidak kami terima sampai {{until}}.\nAlasan: {{reason}}\nTanyakan kepada {{office}}.\nDarurat? Telepon {{numbers}}.',
     'Darurat? Telepon {{numbers}}. Pesan nomor ini ditutup sampai {{until}}. Tanya kantor kami.', NULL,
     E'We take no messages from this number until {{until}}.\nReason: {{reason}}\nAsk {{office}}.\nAn emergency? Call {{numbers}}.',
     'Emergency? Call {{numbers}}. This number is shut out until {{until}}. Ask our office.'),
    ('chat_code', 'Kode Anda',
     E'Kode Anda: {{code}}\n\nKetik kode ini di halaman laporan Anda. Berlaku 10 menit.\nJangan berikan kepada siapa pun, juga petugas.\nTidak meminta kode? Abaikan pesan ini.',
     'Kode Anda: {{code}}. Berlaku 10 menit. Jangan berikan kepada siapa pun, juga petugas.', 'Your code',
     E'Your code: {{code}}\n\nType it on the page of your report. It is valid for 10 minutes.\nGive it to nobody, not even to officers.\nYou asked for no code? Ignore this message.',
     'Your code: {{code}}. Valid for 10 minutes. Give it to nobody, not even to officers.')
), texts AS (
    SELECT event, 'whatsapp' AS channel, 'id' AS language, NULL AS subject, long_id AS body FROM wording
    UNION ALL SELECT event, 'sms', 'id', NULL, short_id FROM wording
    UNION ALL SELECT event, 'whatsapp', 'en', NULL, long_en FROM wording
    UNION ALL SELECT event, 'sms', 'en', NULL, short_en FROM wording
    UNION ALL SELECT event, 'mail', 'id', subject_id, long_id FROM wording WHERE subject_id IS NOT NULL
    UNION ALL SELECT event, 'mail', 'en', subject_en, long_en FROM wording WHERE subject_en IS NOT NULL
)
INSERT INTO notification.template (agency, audience, event, channel, language, valid_from, subject, body)
SELECT 0, 'reporter', event, channel, language, DATE '2026-01-01', subject, body FROM texts;
