-- To the reporter: what a machine took for a secret report goes the ordinary way.
SET LOCAL ROLE sinergi_migrator;

INSERT INTO notification.template (agency, audience, event, channel, language, valid_from, subject, body)
SELECT t.* FROM (VALUES
    ('unsealed',
     'Laporan {{code}} ditangani biasa', 'Laporan Anda ternyata laporan biasa dan tidak lagi disegel. Balas kami bila Anda keberatan.',
     'Laporan {{code}} ditangani sebagai laporan biasa. Balas bila keberatan.',
     'Report {{code}} handled as usual', 'Your report turned out to be an ordinary one and is no longer sealed. Write to us if you mind.',
     'Report {{code}} is handled as an ordinary one. Write to us if you mind.')
) w(event, subject_id, text_id, short_id, subject_en, text_en, short_en),
    notification.standard_wording(w.event, w.subject_id, w.text_id, w.short_id, w.subject_en, w.text_en, w.short_en) t;
