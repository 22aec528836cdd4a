-- The same rows as in bench-intake.sql, all in one statement.
-- One statement, prepared, one round trip: the strongest form that a service without group commit could reach.
-- :agency is the number of the agency whose intake is measured against.
WITH made AS MATERIALIZED (
    SELECT directory.uuid7() AS id, directory.uuid7() AS received, directory.uuid7() AS counted, clock_timestamp() AS at,
        'BENCH-' || translate(upper(left(replace(gen_random_uuid()::text, '-', ''), 13)), 'ILOU', '1101') AS code
), stored AS (
    INSERT INTO intake.complaint (agency, id, tracking_code, access_key_hash, client, received_at, updated_at, kind, title,
        description, category, area_code, address, anonymous, confidential, language)
    SELECT :agency, id, code, sha256(uuid_send(id)), 'anonymous', at, at, 'complaint',
        'Uji beban: lampu di gang kedua padam',
        'Uji beban: lampu di gang kedua padam sejak dua malam, warga berjalan dengan senter. Mohon diperiksa.', NULL,
        '64.09', 'Gang kedua, dekat pos ronda', false, false, 'id'
    FROM made ON CONFLICT DO NOTHING RETURNING id
), outgoing AS (
    SELECT m.received AS id, 'routing' AS service, 'complaint.received' AS type, m.id AS complaint,
        jsonb_build_object('case_id', m.id, 'tracking_code', m.code, 'kind', 'complaint', 'category', NULL,
            'title', 'Uji beban: lampu di gang kedua padam', 'description',
            'Uji beban: lampu di gang kedua padam sejak dua malam, warga berjalan dengan senter. Mohon diperiksa.',
            'area_code', '64.09', 'lat', NULL, 'long', NULL, 'address', 'Gang kedua, dekat pos ronda', 'event_date', NULL,
            'anonymous', false, 'confidential', false, 'language', 'id', 'received_at', m.at, 'addressed_office', NULL) AS data
    FROM made m JOIN stored s ON s.id = m.id
    UNION ALL
    SELECT m.counted, 'analytics', 'complaint.counted', m.id,
        jsonb_build_object('complaint_id', m.id, 'received_at', m.at, 'kind', 'complaint', 'category', NULL, 'confidential', false)
    FROM made m JOIN stored s ON s.id = m.id
), messages AS (
    INSERT INTO exchange.message (id, source, producer, destination, service, lane, number, type, data)
    SELECT id, :agency, 'intake', :agency, service, 'complaint:' || complaint, 1, type, data FROM outgoing
)
INSERT INTO exchange.pending (id, source, producer, destination, service, lane, number, available_at)
SELECT id, :agency, 'intake', :agency, service, 'complaint:' || complaint, 1, now() + interval '1 day' FROM outgoing;
