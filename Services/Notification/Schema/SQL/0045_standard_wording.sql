-- definitions 1
-- What every step's message to the reporter says besides its own sentence: mail and WhatsApp have room for who holds it, what comes
-- next and what the office wrote; an SMS has a short form. The form is that of 0002, for steps that came later.
SET LOCAL ROLE sinergi_owner;

CREATE OR REPLACE FUNCTION notification.standard_wording(p_event text, p_subject_id text, p_text_id text, p_short_id text,
    p_subject_en text, p_text_en text, p_short_en text) RETURNS SETOF notification.template
    LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT 0, 'reporter', p_event, c.channel, 'id', DATE '2026-01-01', CASE c.channel WHEN 'mail' THEN p_subject_id END,
        p_text_id || E'\n\nNomor laporan: {{code}}\n'
        '{{#office}}Dipegang oleh: {{office}}\n{{/office}}'
        '{{#next}}Berikutnya: {{next}}{{#due}}, paling lambat {{due}}{{/due}}.\n{{/next}}'
        '{{#note}}\nPesan dari kantor:\n{{note}}\n{{/note}}'
        '{{#link}}\nIkuti laporan Anda di {{link}}\n{{/link}}'
        'Siapkan kunci akses Anda. Kami tidak pernah memintanya lewat pesan.\n'
    FROM (VALUES ('mail'), ('whatsapp')) c(channel)
    UNION ALL
    SELECT 0, 'reporter', p_event, c.channel, 'en', DATE '2026-01-01', CASE c.channel WHEN 'mail' THEN p_subject_en END,
        p_text_en || E'\n\nReport number: {{code}}\n'
        '{{#office}}Held by: {{office}}\n{{/office}}'
        '{{#next}}Next: {{next}}{{#due}}, at the latest {{due}}{{/due}}.\n{{/next}}'
        '{{#note}}\nMessage from the office:\n{{note}}\n{{/note}}'
        '{{#link}}\nFollow your report at {{link}}\n{{/link}}'
        'Have your access key ready. We never ask for it in a message.\n'
    FROM (VALUES ('mail'), ('whatsapp')) c(channel)
    UNION ALL
    SELECT 0, 'reporter', p_event, 'sms', l.language, DATE '2026-01-01', NULL,
        CASE l.language
            WHEN 'id' THEN p_short_id || '{{#office}} Pemegang: {{office}}.{{/office}}'
                '{{#next}} Berikutnya: {{next}}{{#due}}, paling lambat {{due}}{{/due}}.{{/next}}{{#link}} {{link}}{{/link}}'
            ELSE p_short_en || '{{#office}} Holder: {{office}}.{{/office}}'
                '{{#next}} Next: {{next}}{{#due}} by {{due}}{{/due}}.{{/next}}{{#link}} {{link}}{{/link}}'
        END
    FROM (VALUES ('id'), ('en')) l(language)
$$;
GRANT EXECUTE ON FUNCTION notification.standard_wording(text, text, text, text, text, text, text) TO sinergi_migrator;
