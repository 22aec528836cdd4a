-- The common wording (agency 0) for people who follow somebody else's published complaint. what: the step, in words · office: who took it
-- · title: as published · link: where to confirm, read and stop.
SET LOCAL ROLE sinergi_migrator;

INSERT INTO notification.template (agency, audience, event, channel, language, valid_from, subject, body) VALUES
    (0, 'reporter', 'follow_confirm', 'mail', 'id', '2026-01-01', 'Ikuti laporan {{code}}?',
     E'Alamat ini diminta untuk menerima kabar laporan {{code}}.\n\nSetujui di halaman ini:\n{{link}}\n\n'
     'Bukan Anda yang meminta? Abaikan surat ini. Kami tidak mengirim apa-apa lagi.\n'),
    (0, 'reporter', 'follow_confirm', 'mail', 'en', '2026-01-01', 'Follow report {{code}}?',
     E'Somebody asked to have news of report {{code}} sent to this address.\n\nAgree on this page:\n{{link}}\n\n'
     'Was it not you? Ignore this message. We send nothing more.\n'),
    (0, 'reporter', 'follow_confirm', 'sms', 'id', '2026-01-01', NULL, 'Ikuti laporan {{code}}? Setujui: {{link}} Bukan Anda? Abaikan.'),
    (0, 'reporter', 'follow_confirm', 'sms', 'en', '2026-01-01', NULL, 'Follow report {{code}}? Agree: {{link}} Not you? Ignore this.'),
    (0, 'reporter', 'follow_news', 'mail', 'id', '2026-01-01', 'Kabar laporan {{code}}',
     E'Ada kabar tentang laporan {{code}} yang Anda ikuti.\n\n{{#title}}{{title}}\n{{/title}}{{what}}{{#office}} · {{office}}{{/office}}\n\n'
     'Baca, atau berhenti mengikuti:\n{{link}}\n'),
    (0, 'reporter', 'follow_news', 'mail', 'en', '2026-01-01', 'News of report {{code}}',
     E'There is news of report {{code}}, which you follow.\n\n{{#title}}{{title}}\n{{/title}}{{what}}{{#office}} · {{office}}{{/office}}\n\n'
     'Read it, or stop following:\n{{link}}\n'),
    (0, 'reporter', 'follow_news', 'sms', 'id', '2026-01-01', NULL, 'Laporan {{code}}: {{what}}. {{link}}'),
    (0, 'reporter', 'follow_news', 'sms', 'en', '2026-01-01', NULL, 'Report {{code}}: {{what}}. {{link}}');
