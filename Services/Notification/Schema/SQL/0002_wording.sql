-- The common wording (agency 0) for every step of the contract, in both languages. Plain sentences of at most 20 words.
-- code: tracking code · office: name of the office · next: what comes next · due: by when · note: what the office wrote
-- · link: where to follow. Each may be missing but code. Short messages drop the link when the text outgrows 160 characters.
SET LOCAL ROLE sinergi_migrator;

WITH wording (event, subject_id, text_id, short_id, subject_en, text_en, short_en) AS (VALUES
    ('received',
     'Laporan {{code}} diterima', 'Laporan Anda sudah kami terima. Terima kasih.',
     'Laporan {{code}} diterima.',
     'Report {{code}} received', 'We have received your report. Thank you.',
     'Report {{code}} received.'),
    ('verified',
     'Laporan {{code}} sudah diperiksa', 'Petugas sudah memeriksa laporan Anda.',
     'Laporan {{code}} sudah diperiksa.',
     'Report {{code}} checked', 'An officer has checked your report.',
     'Report {{code}} checked.'),
    ('routed',
     'Laporan {{code}} diteruskan', 'Kami sudah menentukan kantor yang dituju.',
     'Laporan {{code}} diteruskan.',
     'Report {{code}} passed on', 'We have chosen the office for your report.',
     'Report {{code}} passed on.'),
    ('handoff_offered',
     'Laporan {{code}} ditawarkan ke kantor tujuan', 'Laporan Anda ditawarkan ke kantor tujuan. Kami menunggu jawabannya.',
     'Laporan {{code}} menunggu jawaban kantor tujuan.',
     'Report {{code}} offered to an office', 'Your report was offered to an office. We await its reply.',
     'Report {{code}} was offered to an office.'),
    ('handoff_accepted',
     'Laporan {{code}} mulai ditangani', 'Laporan Anda diterima untuk ditangani.',
     'Laporan {{code}} mulai ditangani.',
     'Report {{code}} is being handled', 'Your report was accepted.',
     'Report {{code}} is being handled.'),
    ('handoff_declined',
     'Laporan {{code}} dialihkan', 'Satu kantor menyatakan bukan kewenangannya. Kami mengalihkan laporan Anda.',
     'Laporan {{code}} dialihkan ke kantor lain.',
     'Report {{code}} goes to another office', 'One office says that it is not in charge. Your report goes on to another.',
     'Report {{code}} goes to another office.'),
    ('handoff_expired',
     'Laporan {{code}} belum dijawab kantor tujuan', 'Kantor tujuan tidak menjawab pada waktunya. Kami mencari jalan lain.',
     'Laporan {{code}}: kantor tujuan tidak menjawab.',
     'Report {{code}} had no reply', 'The office did not reply in time. We look for another way.',
     'Report {{code}}: the office did not reply.'),
    ('arbitration_opened',
     'Laporan {{code}} menunggu putusan', 'Kantor pemutus akan menentukan siapa yang menangani laporan Anda.',
     'Laporan {{code}} menunggu putusan.',
     'Report {{code}} awaits a decision', 'An arbiter will decide who handles your report.',
     'Report {{code}} awaits a decision.'),
    ('arbitrated',
     'Laporan {{code}} sudah diputuskan', 'Sudah diputuskan siapa yang menangani laporan Anda.',
     'Laporan {{code}} sudah diputuskan.',
     'Report {{code}} was decided', 'It was decided who handles your report.',
     'Report {{code}} was decided.'),
    ('assigned',
     'Petugas ditunjuk untuk laporan {{code}}', 'Seorang petugas sudah ditunjuk untuk laporan Anda.',
     'Laporan {{code}}: petugas ditunjuk.',
     'An officer for report {{code}}', 'An officer was named for your report.',
     'Report {{code}}: an officer was named.'),
    ('information_requested',
     'Kami perlu keterangan untuk {{code}}', 'Kami memerlukan keterangan tambahan dari Anda.',
     'Laporan {{code}} perlu keterangan Anda.',
     'We need information for {{code}}', 'We need more information from you.',
     'Report {{code}} needs information from you.'),
    ('held',
     'Laporan {{code}} ditunda', 'Penanganan laporan Anda ditunda untuk sementara.',
     'Laporan {{code}} ditunda.',
     'Report {{code}} is on hold', 'Your report was put on hold for now.',
     'Report {{code}} is on hold.'),
    ('information_given',
     'Keterangan untuk {{code}} diterima', 'Keterangan Anda sudah kami terima. Penanganan dilanjutkan.',
     'Keterangan untuk {{code}} diterima.',
     'Information for {{code}} received', 'We have your information. Work on your report goes on.',
     'Information for {{code}} received.'),
    ('resumed',
     'Laporan {{code}} dilanjutkan', 'Penanganan laporan Anda dilanjutkan.',
     'Laporan {{code}} dilanjutkan.',
     'Work on {{code}} goes on', 'Work on your report goes on.',
     'Work on report {{code}} goes on.'),
    ('extended',
     'Laporan {{code}} perlu waktu lebih lama', 'Kantor pemegang memerlukan waktu lebih lama.',
     'Laporan {{code}} perlu waktu lebih lama.',
     'Report {{code}} needs more time', 'The holding office needs more time.',
     'Report {{code}} needs more time.'),
    ('answer_published',
     'Laporan {{code}} sudah dijawab', 'Laporan Anda sudah dijawab. Silakan baca jawabannya.',
     'Laporan {{code}} sudah dijawab.',
     'Report {{code}} was answered', 'Your report was answered. Please read the answer.',
     'Report {{code}} was answered.'),
    ('confirmed',
     'Terima kasih atas tanggapan untuk {{code}}', 'Terima kasih. Anda menyatakan masalahnya sudah selesai.',
     'Laporan {{code}}: tanggapan Anda dicatat. Terima kasih.',
     'Thank you for your word on {{code}}', 'Thank you. You told us that the problem is solved.',
     'Report {{code}}: your word was noted. Thank you.'),
    ('disputed',
     'Laporan {{code}} ditangani lagi', 'Anda menyatakan masalahnya belum selesai. Laporan Anda ditangani lagi.',
     'Laporan {{code}} ditangani lagi.',
     'Report {{code}} is taken up again', 'You told us that the problem is not solved. Your report is taken up again.',
     'Report {{code}} is taken up again.'),
    ('reopened',
     'Laporan {{code}} dibuka lagi', 'Laporan Anda dibuka lagi.',
     'Laporan {{code}} dibuka lagi.',
     'Report {{code}} opened again', 'Your report was opened again.',
     'Report {{code}} opened again.'),
    ('closed',
     'Laporan {{code}} ditutup', 'Laporan Anda sudah ditutup.',
     'Laporan {{code}} ditutup.',
     'Report {{code}} closed', 'Your report is closed.',
     'Report {{code}} closed.'),
    ('part_disputed',
     'Laporan {{code}}: satu bagian dibuka lagi', 'Bagian yang Anda nyatakan belum selesai dibuka lagi.',
     'Laporan {{code}}: satu bagian dibuka lagi.',
     'Report {{code}}: one part opened again', 'The part that you called unsolved was opened again.',
     'Report {{code}}: one part opened again.'),
    ('appealed',
     'Keberatan atas laporan {{code}}', 'Keberatan Anda sekarang ditangani kantor di atasnya.',
     'Laporan {{code}}: keberatan ditangani kantor di atasnya.',
     'Appeal in report {{code}}', 'Your appeal is now handled by the office above.',
     'Report {{code}}: the office above handles your appeal.'),
    ('acted_for',
     'Laporan {{code}} diambil alih', 'Kantor di atasnya mengambil alih laporan Anda.',
     'Laporan {{code}} diambil alih kantor di atasnya.',
     'Report {{code}} was taken over', 'The office above has taken over your report.',
     'Report {{code}} was taken over by the office above.'),
    ('commitment_due',
     'Laporan {{code}}: hari yang dijanjikan tiba', 'Hari yang dijanjikan tiba. Kantor itu memeriksa lagi laporan Anda.',
     'Laporan {{code}}: hari yang dijanjikan tiba.',
     'Report {{code}}: the promised day has come', 'The promised day has come. The office looks at your report again.',
     'Report {{code}}: the promised day has come.'),
    ('due_changed',
     'Batas waktu laporan {{code}} berubah', 'Kalender atau aturan berubah. Batas waktu laporan Anda ikut berubah.',
     'Laporan {{code}}: batas waktu berubah.',
     'Due date of report {{code}} changed', 'A calendar or a rule has changed, and with it your due date.',
     'Report {{code}}: the due date changed.'),
    ('external_consent_asked',
     'Laporan {{code}}: bolehkah ke Ombudsman?', 'Batas terakhir lewat. Bolehkah kami meneruskan laporan Anda ke Ombudsman?',
     'Laporan {{code}}: bolehkah diteruskan ke Ombudsman?',
     'Report {{code}}: may it go to the Ombudsman?', 'The last limit has passed. May we take your report to the Ombudsman?',
     'Report {{code}}: may it go to the Ombudsman?'),
    ('external_consent_given',
     'Persetujuan untuk laporan {{code}}', 'Anda setuju laporan ini diteruskan ke Ombudsman bila perlu.',
     'Laporan {{code}}: persetujuan Anda dicatat.',
     'Consent in report {{code}}', 'You agreed that this report may go to the Ombudsman.',
     'Report {{code}}: your consent was recorded.'),
    ('external_consent_withdrawn',
     'Persetujuan untuk laporan {{code}} ditarik', 'Anda menarik persetujuan untuk meneruskan laporan ini.',
     'Laporan {{code}}: persetujuan Anda ditarik.',
     'Consent in report {{code}} taken back', 'You took back your consent to pass this report on.',
     'Report {{code}}: your consent was taken back.'),
    ('external_told',
     'Laporan {{code}} diteruskan ke Ombudsman', 'Laporan Anda diteruskan ke Ombudsman dengan persetujuan Anda.',
     'Laporan {{code}} diteruskan ke Ombudsman.',
     'Report {{code}} taken to the Ombudsman', 'Your report was taken to the Ombudsman with your consent.',
     'Report {{code}} was taken to the Ombudsman.')
)
INSERT INTO notification.template (agency, audience, event, channel, language, valid_from, subject, body)
-- Mail and WhatsApp have room for who holds it, what comes next and what the office wrote.
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

-- Confidential: only that there is news about a code. Somebody else may read the reporter's telephone.
INSERT INTO notification.template (agency, audience, event, channel, language, valid_from, subject, body)
SELECT 0, 'reporter', 'news', c.channel, l.language, '2026-01-01',
    CASE WHEN c.channel = 'mail' THEN CASE l.language WHEN 'id' THEN 'Kabar tentang {{code}}' ELSE 'News about {{code}}' END END,
    CASE l.language WHEN 'id' THEN 'Ada kabar tentang {{code}}.' ELSE 'There is news about {{code}}.' END
FROM (VALUES ('mail'), ('sms'), ('whatsapp')) c(channel) CROSS JOIN (VALUES ('id'), ('en')) l(language);

-- To offices, by mail: no word of the case itself, it is read in the workspace.
INSERT INTO notification.template (agency, audience, event, channel, language, valid_from, subject, body)
SELECT 0, 'office', w.event, 'mail', w.language, '2026-01-01', w.subject,
    w.body || CASE w.language
        WHEN 'id' THEN E'\n\nNomor laporan: {{code}}\nKantor: {{office}}\n'
            '{{#next}}Berikutnya: {{next}}{{#due}}, paling lambat {{due}}{{/due}}.\n{{/next}}'
            'Silakan masuk ke ruang kerja Sinergi untuk membacanya.\n'
        ELSE E'\n\nReport number: {{code}}\nOffice: {{office}}\n'
            '{{#next}}Next: {{next}}{{#due}}, at the latest {{due}}{{/due}}.\n{{/next}}'
            'Please log in to the Sinergi workspace to read it.\n'
    END
FROM (VALUES
    ('handoff_offered', 'id', 'Laporan {{code}} ditawarkan kepada kantor Anda',
     'Sebuah laporan ditawarkan kepada kantor Anda. Mohon terima, atau tolak dengan alasan dan tujuan.'),
    ('handoff_offered', 'en', 'Report {{code}} is offered to your office',
     'A report is offered to your office. Please accept it, or decline with a reason and a destination.'),
    ('arbitration_opened', 'id', 'Laporan {{code}} menunggu putusan kantor Anda',
     'Beberapa kantor menolak laporan ini. Mohon putuskan siapa yang menanganinya.'),
    ('arbitration_opened', 'en', 'Report {{code}} awaits the decision of your office',
     'Several offices declined this report. Please decide who handles it.'),
    ('disputed', 'id', 'Laporan {{code}}: pelapor menyatakan belum selesai',
     'Pelapor menyatakan masalahnya belum selesai. Mohon ditangani lagi.'),
    ('disputed', 'en', 'Report {{code}}: the reporter says it is not solved',
     'The reporter says that the problem is not solved. Please take it up again.'),
    ('reopened', 'id', 'Laporan {{code}} dibuka lagi', 'Sebuah laporan di kantor Anda dibuka lagi. Mohon ditangani lagi.'),
    ('reopened', 'en', 'Report {{code}} was opened again', 'A report at your office was opened again. Please take it up again.')
) w(event, language, subject, body);
INSERT INTO notification.template (agency, audience, event, channel, language, valid_from, subject, body) VALUES
    (0, 'office', 'news', 'mail', 'id', '2026-01-01', 'Kabar tentang {{code}}',
     E'Ada kabar tentang {{code}}.\nSilakan masuk ke ruang kerja Sinergi untuk membacanya.\n'),
    (0, 'office', 'news', 'mail', 'en', '2026-01-01', 'News about {{code}}',
     E'There is news about {{code}}.\nPlease log in to the Sinergi workspace to read it.\n');
