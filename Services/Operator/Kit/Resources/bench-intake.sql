-- The rows that intake writes for one complaint, as an ordinary service writes them: one transaction, one INSERT for each table.
-- :agency is the number of the agency whose intake is measured against. Nothing is delivered while this runs (available_at), so
-- the reference has the machine to itself; the measuring command takes the waiting rows away again.
\set a random(0, 4611686018427387903)
\set b random(0, 4611686018427387903)
BEGIN;
INSERT INTO intake.complaint (agency, id, tracking_code, access_key_hash, client, received_at, updated_at, kind, title,
    description, category, area_code, address, anonymous, confidential, language)
VALUES (:agency::int, (lpad(to_hex(:a::bigint), 16, '0') || lpad(to_hex(:b::bigint), 16, '0'))::uuid, 'BENCH-' || :a::bigint,
    sha256(int8send(:b::bigint)), 'anonymous', now(), now(), 'complaint', 'Uji beban: lampu di gang kedua padam',
    'Uji beban: lampu di gang kedua padam sejak dua malam, warga berjalan dengan senter. Mohon diperiksa.', NULL,
    '64.09', 'Gang kedua, dekat pos ronda', false, false, 'id');
INSERT INTO exchange.message (id, source, producer, destination, service, lane, number, type, data)
VALUES (directory.uuid7(), :agency::int, 'intake', :agency::int, 'routing', 'complaint:' || :a::bigint, 1, 'complaint.received',
    '{"kind": "complaint", "title": "Uji beban: lampu di gang kedua padam", "description": "Uji beban: lampu di gang kedua padam sejak dua malam, warga berjalan dengan senter. Mohon diperiksa.", "category": null, "area_code": "64.09", "lat": null, "long": null, "address": "Gang kedua, dekat pos ronda", "event_date": null, "anonymous": false, "confidential": false, "language": "id", "addressed_office": null}'),
    (directory.uuid7(), :agency::int, 'intake', :agency::int, 'analytics', 'complaint:' || :a::bigint, 1, 'complaint.counted',
    '{"kind": "complaint", "category": null, "confidential": false}');
INSERT INTO exchange.pending (id, source, producer, destination, service, lane, number, available_at)
VALUES (directory.uuid7(), :agency::int, 'intake', :agency::int, 'routing', 'complaint:' || :a::bigint, 1, now() + interval '1 day'),
    (directory.uuid7(), :agency::int, 'intake', :agency::int, 'analytics', 'complaint:' || :a::bigint, 1, now() + interval '1 day');
COMMIT;
