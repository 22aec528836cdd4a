-- The wording of merged and split reports, and of a surge of like reports. The same form as 0002: agency 0, plain sentences.
SET LOCAL ROLE sinergi_migrator;

WITH wording (event, subject_id, text_id, short_id, subject_en, text_en, short_en) AS (VALUES
    ('merged',
     'Laporan {{code}} digabung', 'Laporan Anda digabung dengan laporan lain yang sama. Anda tetap kami kabari.',
     'Laporan {{code}} digabung dengan laporan yang sama.',
     'Report {{code}} merged', 'Your report was merged with another one of the same matter. We keep you informed.',
     'Report {{code}} was merged with a like report.'),
    ('unmerged',
     'Laporan {{code}} berdiri sendiri lagi', 'Laporan Anda dipisahkan lagi dan ditangani tersendiri.',
     'Laporan {{code}} ditangani tersendiri lagi.',
     'Report {{code}} stands for itself again', 'Your report was taken apart again and is handled by itself.',
     'Report {{code}} is handled by itself again.'),
    ('split',
     'Laporan {{code}} dipecah', 'Laporan Anda memuat beberapa hal. Masing-masing kini punya nomor sendiri, dengan kunci akses yang sama.',
     'Laporan {{code}} dipecah menjadi beberapa laporan.',
     'Report {{code}} split', 'Your report is about several matters. Each has a number of its own now, with the same access key.',
     'Report {{code}} was split into several reports.')
)
INSERT INTO notification.template (agency, audience, event, channel, language, valid_from, subject, body)
SELECT 0, 'reporter', w.event, c.channel, 'id', DATE '2026-01-01', CASE c.channel WHEN 'mail' THEN w.subject_id END,
    w.text_id || E'\n\nNomor laporan: {{code}}\n'
    '{{#office}}Dipegang oleh: {{office}}\n{{/office}}'
    '{{#next}}Berikutnya: {{next}}{{#due}}, paling lambat {{due}}{{/due}}.\n{{/next}}'
    '{{#note}}\nPesan dari kantor:\n{{note}}\n{{/note}}'
    '{{#link}}\nIkuti laporan Anda di {{link}}\n{{/link}}'
    'Siapkan kunci akses Anda. Kami tidak pernah memintanya lewat pesan.\n'
FROM wording w CROSS JOIN (VALUES ('mail'), ('whatsapp')) c(channel)
UNION ALL
SELECT 0, 'reporter', w.event, c.channel, 'en', DATE '2026-01-01', CASE c.channel WHEN 'mail' THEN w.subject_en END,
    w.text_en || E'\n\nReport number: {{code}}\n'
    '{{#office}}Held by: {{office}}\n{{/office}}'
    '{{#next}}Next: {{next}}{{#due}}, at the latest {{due}}{{/due}}.\n{{/next}}'
    '{{#note}}\nMessage from the office:\n{{note}}\n{{/note}}'
    '{{#link}}\nFollow your report at {{link}}\n{{/link}}'
    'Have your access key ready. We never ask for it in a message.\n'
FROM wording w CROSS JOIN (VALUES ('mail'), ('whatsapp')) c(channel)
UNION ALL
SELECT 0, 'reporter', w.event, 'sms', l.language, DATE '2026-01-01', NULL,
    CASE l.language
        WHEN 'id' THEN w.short_id || '{{#office}} Pemegang: {{office}}.{{/office}}'
            '{{#next}} Berikutnya: {{next}}{{#due}}, paling lambat {{due}}{{/due}}.{{/next}}{{#link}} {{link}}{{/link}}'
        ELSE w.short_en || '{{#office}} Holder: {{office}}.{{/office}}'
            '{{#next}} Next: {{next}}{{#due}} by {{due}}{{/due}}.{{/next}}{{#link}} {{link}}{{/link}}'
    END
FROM wording w CROSS JOIN (VALUES ('id'), ('en')) l(language);

-- No word of the reports: the officer opens them.
INSERT INTO notification.template (agency, audience, event, channel, language, valid_from, subject, body) VALUES
    (0, 'office', 'surge_rung', 'mail', 'id', '2026-01-01', 'LONJAKAN: banyak laporan serupa, mulai {{code}}',
     'Banyak warga melaporkan hal yang sama sekaligus. Laporan pertama: {{code}}, untuk {{office}}. Buka halaman Lonjakan untuk menjawab semuanya, dan tekan "Saya tangani".'),
    (0, 'office', 'surge_rung', 'mail', 'en', '2026-01-01', 'SURGE: many like reports, beginning with {{code}}',
     'Many people report the same thing at once. The first report: {{code}}, for {{office}}. Open the page Surges to answer all of them, and press "I take it".'),
    (0, 'office', 'surge_rung', 'sms', 'id', '2026-01-01', NULL, 'LONJAKAN laporan serupa, mulai {{code}}. Buka dan tekan "Saya tangani".'),
    (0, 'office', 'surge_rung', 'sms', 'en', '2026-01-01', NULL, 'SURGE of like reports, beginning with {{code}}. Open it and press "I take it".')
ON CONFLICT DO NOTHING;
