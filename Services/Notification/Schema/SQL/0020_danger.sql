-- Words that ring a duty officer. The text of the report is not repeated: the officer opens the case.
SET LOCAL ROLE sinergi_migrator;

INSERT INTO notification.template (agency, audience, event, channel, language, valid_from, subject, body) VALUES
    (0, 'office', 'danger_rung', 'mail', 'id', '2026-01-01', 'BAHAYA: laporan {{code}}',
     'Ada bahaya bagi orang. Laporan {{code}} menunggu {{office}}. Buka laporannya dan tekan "Saya tangani".'),
    (0, 'office', 'danger_rung', 'mail', 'en', '2026-01-01', 'DANGER: report {{code}}',
     'People are in danger. Report {{code}} waits for {{office}}. Open it and press "I take it".'),
    (0, 'office', 'danger_rung', 'sms', 'id', '2026-01-01', NULL, 'BAHAYA: laporan {{code}}. Buka dan tekan "Saya tangani".'),
    (0, 'office', 'danger_rung', 'sms', 'en', '2026-01-01', NULL, 'DANGER: report {{code}}. Open it and press "I take it".'),
    (0, 'office', 'news', 'sms', 'id', '2026-01-01', NULL, 'Ada kabar tentang laporan {{code}}.'),
    (0, 'office', 'news', 'sms', 'en', '2026-01-01', NULL, 'There is news about report {{code}}.')
ON CONFLICT DO NOTHING;
