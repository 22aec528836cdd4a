-- Questions that belong to a category, asked of the reporter beside the free text: data, never code. Nothing is refused for a
-- required answer that is missing; the receipt names it.
SET LOCAL ROLE sinergi_owner;

CREATE TABLE directory.category_question (
    category   text NOT NULL REFERENCES directory.category,
    code       text NOT NULL CHECK (code ~ '^[a-z][a-z0-9_]{0,39}$'),
    position   int NOT NULL DEFAULT 0,
    type       text NOT NULL CHECK (type IN ('text', 'number', 'boolean', 'date', 'choice', 'choices')),
    required   boolean NOT NULL DEFAULT false,
    name_id    text NOT NULL CHECK (length(name_id) BETWEEN 1 AND 200),
    name_en    text NOT NULL CHECK (length(name_en) BETWEEN 1 AND 200),
    -- Of choice and choices: [{"code":"…","name_id":"…","name_en":"…"}, …]
    options    jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(options) = 'array' AND length(options::text) <= 8000),
    -- Asked only when another question of the category has this answer: {"question":"…","equals":"…"}
    only_if    jsonb CHECK (jsonb_typeof(only_if) = 'object' AND length(only_if::text) <= 500),
    valid_from date NOT NULL DEFAULT '2000-01-01',
    valid_to   date,
    PRIMARY KEY (category, code)
);
ALTER TABLE directory.category_question ENABLE ROW LEVEL SECURITY;
ALTER TABLE directory.category_question FORCE ROW LEVEL SECURITY;
CREATE POLICY everyone_reads ON directory.category_question FOR SELECT USING (true);
GRANT SELECT ON directory.category_question TO sinergi_intake, sinergi_routing, sinergi_notification, sinergi_analytics,
    sinergi_platform, sinergi_gate;
GRANT SELECT, INSERT, UPDATE, DELETE ON directory.category_question TO sinergi_migrator;
