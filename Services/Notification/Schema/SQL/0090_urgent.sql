-- A ring for a secret case says that something urgent waits and nothing of what it is. Without a duty phone it is mail only.
SET LOCAL ROLE sinergi_migrator;

INSERT INTO notification.template (agency, audience, event, channel, language, valid_from, subject, body) VALUES
    (0, 'office', 'urgent', 'mail', 'id', '2026-01-01', 'MENDESAK: laporan {{code}}',
     'Laporan {{code}} mendesak dan menunggu Anda. Buka sekarang dan tekan "Saya tangani".'),
    (0, 'office', 'urgent', 'mail', 'en', '2026-01-01', 'URGENT: report {{code}}',
     'Report {{code}} is urgent and waits for you. Open it now and press "I take it".'),
    (0, 'office', 'urgent', 'sms', 'id', '2026-01-01', NULL, 'MENDESAK: laporan {{code}}. Buka sekarang dan tekan "Saya tangani".'),
    (0, 'office', 'urgent', 'sms', 'en', '2026-01-01', NULL, 'URGENT: report {{code}}. Open it now and press "I take it".')
ON CONFLICT DO NOTHING;
