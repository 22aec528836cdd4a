-- Links that notification sends: by which way, and when an unopened one is recalled.
SET LOCAL ROLE sinergi_owner;

ALTER TABLE casework.delivery
    ADD COLUMN channel   text CHECK (channel IN ('sms', 'whatsapp', 'mail')),
    ADD COLUMN remind_at timestamptz;
CREATE INDEX delivery_remind ON casework.delivery (agency, remind_at) WHERE remind_at IS NOT NULL AND first_used_at IS NULL;
