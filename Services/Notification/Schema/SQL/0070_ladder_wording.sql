-- What offices are told when time runs short or out, when dates move, and when parts end. No word of the case: it is read in the workspace.
-- note: only of a moved date, why it moved.
SET LOCAL ROLE sinergi_migrator;

INSERT INTO notification.template (agency, audience, event, channel, language, valid_from, subject, body)
SELECT 0, 'office', w.event, 'mail', w.language, '2026-01-01', w.subject,
    w.body || CASE w.language
        WHEN 'id' THEN E'\n{{#note}}\n{{note}}\n{{/note}}\nNomor laporan: {{code}}\nKantor: {{office}}\n'
            'Silakan masuk ke ruang kerja Sinergi untuk membacanya.\n'
        ELSE E'\n{{#note}}\n{{note}}\n{{/note}}\nReport number: {{code}}\nOffice: {{office}}\n'
            'Please log in to the Sinergi workspace to read it.\n'
    END
FROM (VALUES
    ('due_changed', 'id', 'Batas waktu laporan {{code}} berubah', 'Batas waktu sebuah laporan di kantor Anda berubah.'),
    ('due_changed', 'en', 'The due date of report {{code}} has changed', 'The due date of a report at your office has changed.'),
    ('due_soon', 'id', 'Laporan {{code}} segera jatuh tempo', 'Batas waktu sebuah laporan di kantor Anda sudah dekat.'),
    ('due_soon', 'en', 'Report {{code}} is due soon', 'The due date of a report at your office is near.'),
    ('overdue', 'id', 'Laporan {{code}} lewat batas waktu', 'Batas waktu laporan ini lewat. Mohon penyelia menindaklanjuti.'),
    ('overdue', 'en', 'Report {{code}} is overdue', 'The due date of this report has passed. Its supervisor should see to it.'),
    ('escalated', 'id', 'Laporan {{code}} masih lewat batas waktu', 'Laporan ini masih lewat batas waktu. Mohon koordinator turun tangan.'),
    ('escalated', 'en', 'Report {{code}} is still overdue', 'This report is still overdue. Its coordinator should step in.'),
    ('external_consent_asked', 'id', 'Laporan {{code}}: batas terakhir lewat',
     'Batas terakhir lewat. Pelapor ditanya apakah laporannya boleh diteruskan ke Ombudsman.'),
    ('external_consent_asked', 'en', 'Report {{code}}: the last limit has passed',
     'The last limit has passed. The reporter is asked whether the Ombudsman may be told.'),
    ('external_told', 'id', 'Laporan {{code}} diteruskan ke Ombudsman',
     'Pelapor setuju laporannya diteruskan ke Ombudsman. Mohon kirim surat atau tautan dari halaman laporan.'),
    ('external_told', 'en', 'Report {{code}} goes to the Ombudsman',
     'The reporter agreed that the Ombudsman is told. Please send the letter or the link from the page of the report.'),
    ('not_opened', 'id', 'Laporan {{code}} belum dibuka', 'Sebuah laporan untuk kantor Anda belum dibuka. Mohon dibuka hari ini.'),
    ('not_opened', 'en', 'Report {{code}} was not opened', 'A report for your office has not been opened. Please open it today.'),
    ('not_opened_superior', 'id', 'Laporan {{code}} belum dibuka kantor di bawah Anda',
     'Sebuah kantor di bawah Anda belum membuka laporan ini selama dua hari kerja.'),
    ('not_opened_superior', 'en', 'Report {{code}} was not opened by an office under yours',
     'An office under yours has not opened this report for two working days.'),
    ('not_opened_coordinator', 'id', 'Laporan {{code}}: kantor Anda boleh bertindak',
     'Sebuah kantor diam tiga hari kerja. Kantor Anda boleh mengambil alih laporan ini.'),
    ('not_opened_coordinator', 'en', 'Report {{code}}: your office may act',
     'An office was silent for three working days. Your office may take this report over.'),
    ('acted_for', 'id', 'Laporan {{code}} diambil alih', 'Koordinator mengambil alih laporan ini karena kantornya belum membukanya.'),
    ('acted_for', 'en', 'Report {{code}} was taken over', 'The coordinator took over this report because its office did not open it.'),
    ('part_finished', 'id', 'Laporan {{code}}: satu bagian selesai', 'Satu kantor menyelesaikan bagiannya dalam laporan yang Anda pimpin.'),
    ('part_finished', 'en', 'Report {{code}}: one part is done', 'An office has finished its part of a report that you lead.'),
    ('part_withdrawn', 'id', 'Laporan {{code}}: satu kantor mundur', 'Satu kantor melepas bagiannya dalam laporan yang Anda pimpin.'),
    ('part_withdrawn', 'en', 'Report {{code}}: one office has left', 'An office has left its part of a report that you lead.')
) w(event, language, subject, body)
ON CONFLICT DO NOTHING;
