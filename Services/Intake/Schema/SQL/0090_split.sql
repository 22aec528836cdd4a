-- A part that an officer split off a complaint: a complaint of its own, with the same reporter and the same access key.
SET LOCAL ROLE sinergi_owner;
ALTER TABLE intake.complaint ADD COLUMN split_from uuid;
CREATE INDEX complaint_split ON intake.complaint (agency, split_from) WHERE split_from IS NOT NULL;
