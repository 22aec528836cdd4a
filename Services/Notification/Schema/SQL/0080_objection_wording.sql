-- The wording of an objection to a routing by machine, and of what an officer made of it. The same form as 0002.
SET LOCAL ROLE sinergi_migrator;

WITH wording (event, subject_id, text_id, short_id, subject_en, text_en, short_en) AS (VALUES
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
