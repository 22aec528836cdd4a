-- Conversations by chat and SMS: what was said, and what is still missing. Private to the agency that is written to.
-- Numbers stand here only as a keyed hash and sealed to the agency (HPKE, RFC 9180); so do texts and drafts.
SET LOCAL ROLE sinergi_owner;

-- One for each channel and contact. due_at is when silence is answered; version numbers the replies in their lane.
CREATE TABLE intake.conversation (
    agency     int NOT NULL,
    id         uuid NOT NULL,
    channel    text NOT NULL CHECK (channel IN ('whatsapp', 'sms')),
    contact    bytea NOT NULL CHECK (length(contact) = 32),
    sealed     bytea NOT NULL CHECK (length(sealed) <= 2048),
    language   text NOT NULL CHECK (language IN ('id', 'en')),
    state      text NOT NULL CHECK (state IN ('idle', 'describing', 'placing', 'photo', 'confirming', 'submitting', 'paused')),
    draft      bytea CHECK (length(draft) <= 131072),
    flags      text[] NOT NULL DEFAULT '{}' CHECK (cardinality(flags) <= 10),
    reminded   boolean NOT NULL DEFAULT false,
    stopped    boolean NOT NULL DEFAULT false,
    version    bigint NOT NULL DEFAULT 0,
    due_at     timestamptz,
    opened_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (agency, id),
    UNIQUE (agency, channel, contact),
    CHECK (state <> 'submitting' OR draft IS NOT NULL)
);
CREATE INDEX conversation_due ON intake.conversation (agency, due_at) WHERE due_at IS NOT NULL;

-- Every message of a provider, once. What is flagged is kept for an officer's eyes; nothing is dropped in silence.
CREATE TABLE intake.channel_message (
    agency       int NOT NULL,
    channel      text NOT NULL CHECK (channel IN ('whatsapp', 'sms')),
    provider_id  text NOT NULL CHECK (length(provider_id) BETWEEN 1 AND 200),
    conversation uuid NOT NULL,
    kind         text NOT NULL CHECK (length(kind) BETWEEN 1 AND 20),
    flags        text[] NOT NULL DEFAULT '{}' CHECK (cardinality(flags) <= 10),
    sealed       bytea NOT NULL CHECK (length(sealed) <= 65536),
    received_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (agency, channel, provider_id)
);
CREATE INDEX channel_message_age ON intake.channel_message (agency, received_at);
CREATE INDEX channel_message_flagged ON intake.channel_message (agency, received_at DESC) WHERE flags <> '{}';

-- Parts of a long SMS that wait for the others.
CREATE TABLE intake.sms_part (
    agency      int NOT NULL,
    provider_id text NOT NULL CHECK (length(provider_id) BETWEEN 1 AND 200),
    contact     bytea NOT NULL CHECK (length(contact) = 32),
    reference   text NOT NULL CHECK (length(reference) BETWEEN 1 AND 100),
    part        int NOT NULL CHECK (part BETWEEN 1 AND 20),
    parts       int NOT NULL CHECK (parts BETWEEN 2 AND 20),
    sealed      bytea NOT NULL CHECK (length(sealed) <= 8192),
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    due_at      timestamptz,
    PRIMARY KEY (agency, provider_id)
);
COMMENT ON COLUMN intake.sms_part.due_at IS 'when the rest is given up; NULL once the parts were joined';
CREATE INDEX sms_part_waiting ON intake.sms_part (agency, contact, reference) WHERE due_at IS NOT NULL;
CREATE INDEX sms_part_due ON intake.sms_part (agency, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX sms_part_age ON intake.sms_part (agency, received_at);

-- Through which conversation a complaint came: news of it goes back the same way, unless they wrote STOP.
CREATE TABLE intake.channel_complaint (
    agency        int NOT NULL,
    tracking_code text NOT NULL CHECK (length(tracking_code) BETWEEN 10 AND 30),
    conversation  uuid NOT NULL,
    PRIMARY KEY (agency, tracking_code)
);

-- Data of each agency; those of agency 0 are everybody's.
CREATE TABLE intake.emergency_number (
    agency  int NOT NULL,
    number  text NOT NULL CHECK (number ~ '^[0-9+]{3,16}$'),
    place   int NOT NULL,
    name_id text NOT NULL CHECK (length(name_id) BETWEEN 2 AND 60),
    name_en text NOT NULL CHECK (length(name_en) BETWEEN 2 AND 60),
    PRIMARY KEY (agency, number)
);
CREATE TABLE intake.screening_phrase (
    agency int NOT NULL,
    kind   text NOT NULL CHECK (kind IN ('emergency', 'danger', 'abuse', 'prank')),
    phrase text NOT NULL CHECK (length(phrase) BETWEEN 2 AND 80),
    PRIMARY KEY (agency, kind, phrase)
);
COMMENT ON TABLE intake.screening_phrase IS 'whole words in small letters; danger is danger to life: the safety lane';
-- The regional word at the beginning of an SMS: a hint where it belongs.
CREATE TABLE intake.channel_word (
    agency    int NOT NULL,
    word      text NOT NULL CHECK (word ~ '^[A-Z0-9]{2,20}$'),
    office    text CHECK (length(office) BETWEEN 2 AND 60),
    area_code text CHECK (length(area_code) BETWEEN 2 AND 20),
    PRIMARY KEY (agency, word)
);

DO $$
DECLARE
    v_table text;
BEGIN
    FOREACH v_table IN ARRAY ARRAY['conversation', 'channel_message', 'sms_part', 'channel_complaint', 'emergency_number',
        'screening_phrase', 'channel_word'] LOOP
        EXECUTE format('ALTER TABLE intake.%I ENABLE ROW LEVEL SECURITY', v_table);
        EXECUTE format('ALTER TABLE intake.%I FORCE ROW LEVEL SECURITY', v_table);
        EXECUTE format('GRANT SELECT ON intake.%I TO sinergi_intake', v_table);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON intake.%I TO sinergi_migrator', v_table);
    END LOOP;
    FOREACH v_table IN ARRAY ARRAY['conversation', 'channel_message', 'sms_part', 'channel_complaint', 'channel_word'] LOOP
        EXECUTE format('CREATE POLICY own_agency ON intake.%I USING (agency = directory.me()) WITH CHECK (agency = directory.me())', v_table);
    END LOOP;
    FOREACH v_table IN ARRAY ARRAY['emergency_number', 'screening_phrase'] LOOP
        EXECUTE format('CREATE POLICY own_or_common ON intake.%I FOR SELECT USING (agency = 0 OR agency = directory.me())', v_table);
    END LOOP;
    FOREACH v_table IN ARRAY ARRAY['conversation', 'channel_message', 'sms_part', 'channel_complaint'] LOOP
        EXECUTE format('GRANT INSERT ON intake.%I TO sinergi_intake', v_table);
    END LOOP;
END
$$;
-- The number behind a conversation never changes.
GRANT UPDATE (sealed, language, state, draft, flags, reminded, stopped, version, due_at, updated_at) ON intake.conversation TO sinergi_intake;
GRANT UPDATE (due_at) ON intake.sms_part TO sinergi_intake;
GRANT SELECT (received_at), DELETE ON intake.channel_message, intake.sms_part TO sinergi_gate;

SET LOCAL ROLE sinergi_migrator;
INSERT INTO platform.expiring (relation, stamp, keep) VALUES
    ('intake.channel_message', 'received_at', '30 days'), ('intake.sms_part', 'received_at', '7 days');

INSERT INTO intake.emergency_number (agency, number, place, name_id, name_en) VALUES
    (0, '112', 1, 'darurat', 'emergency'), (0, '113', 2, 'pemadam', 'fire brigade'), (0, '119', 3, 'ambulans', 'ambulance'),
    (0, '118', 4, 'ambulans', 'ambulance'), (0, '110', 5, 'polisi', 'police');

INSERT INTO intake.screening_phrase (agency, kind, phrase)
SELECT 0, w.kind, unnest(w.phrases) FROM (VALUES
    ('emergency', ARRAY['kebakaran', 'rumah terbakar', 'kecelakaan', 'tabrakan', 'tenggelam', 'pingsan', 'melahirkan', 'serangan jantung',
        'perampokan', 'dirampok', 'penculikan', 'bunuh diri', 'tertimpa', 'kesetrum', 'tersengat listrik', 'longsor', 'banjir bandang',
        'gas bocor', 'on fire', 'accident', 'unconscious', 'drowning', 'robbery', 'electrocuted', 'landslide']),
    ('danger', ARRAY['kabel putus', 'kabel listrik putus', 'kabel menjuntai', 'kabel terkelupas', 'tiang miring', 'tiang listrik miring',
        'tiang roboh', 'pohon tumbang', 'pohon hampir tumbang', 'amblas', 'jembatan putus', 'jembatan roboh', 'jalan putus', 'lubang besar',
        'celaka', 'nyawa', 'ada bayi', 'rumah sakit tutup', 'oksigen habis', 'atap runtuh', 'mau roboh', 'hampir roboh', 'keracunan',
        'live wire', 'wire down', 'power line down', 'bridge collapsed', 'road collapsed', 'sinkhole', 'about to collapse']),
    ('abuse', ARRAY['anjing', 'bangsat', 'bajingan', 'goblok', 'tolol', 'kontol', 'memek', 'ngentot', 'jancok', 'keparat', 'fuck', 'asshole',
        'bitch', 'idiot']),
    ('prank', ARRAY['prank', 'cuma iseng', 'iseng doang', 'test doang', 'tes doang', 'wkwk', 'wkwkwk', 'wkwkwkwk', 'pinjam dulu seratus',
        'transfer pulsa', 'mama minta pulsa', 'just kidding', 'boong', 'cuma becanda'])
) w(kind, phrases);
