-- The wording of merged and split reports, of objections to a routing by machine, and of a surge of like reports: agency 0, plain sentences.
SET LOCAL ROLE sinergi_migrator;

INSERT INTO notification.template (agency, audience, event, channel, language, valid_from, subject, body)
SELECT t.* FROM (VALUES
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
     'Report {{code}} was split into several reports.'),
    ('objected',
     'Keberatan atas laporan {{code}} diterima', 'Keberatan Anda atas tujuan laporan sudah kami terima. Seorang petugas memeriksanya.',
     'Keberatan atas {{code}} diterima. Petugas memeriksanya.',
     'Objection to report {{code}} received', 'We have your objection to where your report went. An officer looks at it.',
     'Objection to {{code}} received. An officer looks at it.'),
    ('objection_upheld',
     'Keberatan atas laporan {{code}} disetujui', 'Petugas setuju dengan keberatan Anda. Kami mencari tujuan yang tepat.',
     'Keberatan atas {{code}} disetujui. Tujuan baru dicari.',
     'Objection to report {{code}} upheld', 'An officer agrees with your objection. We look for the right destination.',
     'Objection to {{code}} upheld. We look for the right office.'),
    ('objection_kept',
     'Tujuan laporan {{code}} tetap', 'Petugas sudah memeriksa keberatan Anda. Tujuan laporan tetap sama.',
     'Keberatan atas {{code}} diperiksa. Tujuan tetap.',
     'Destination of report {{code}} stays', 'An officer has looked at your objection. Your report stays where it is.',
     'Objection to {{code}} looked at. The office stays.')
) w(event, subject_id, text_id, short_id, subject_en, text_en, short_en),
    notification.standard_wording(w.event, w.subject_id, w.text_id, w.short_id, w.subject_en, w.text_en, w.short_en) t;


-- No word of the reports: the officer opens them.
INSERT INTO notification.template (agency, audience, event, channel, language, valid_from, subject, body) VALUES
    (0, 'office', 'surge_rung', 'mail', 'id', '2026-01-01', 'LONJAKAN: banyak laporan serupa, mulai {{code}}',
     'Banyak warga melaporkan hal yang sama sekaligus. Laporan pertama: {{code}}, untuk {{office}}. Buka halaman Lonjakan untuk menjawab semuanya, dan tekan "Saya tangani".'),
    (0, 'office', 'surge_rung', 'mail', 'en', '2026-01-01', 'SURGE: many like reports, beginning with {{code}}',
     'Many people report the same thing at once. The first report: {{code}}, for {{office}}. Open the page Surges to answer all of them, and press "I take it".'),
    (0, 'office', 'surge_rung', 'sms', 'id', '2026-01-01', NULL, 'LONJAKAN laporan serupa, mulai {{code}}. Buka dan tekan "Saya tangani".'),
    (0, 'office', 'surge_rung', 'sms', 'en', '2026-01-01', NULL, 'SURGE of like reports, beginning with {{code}}. Open it and press "I take it".')
ON CONFLICT DO NOTHING;
