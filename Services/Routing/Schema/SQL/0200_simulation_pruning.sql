-- Trials of drafts are large and soon outdated; only those by which rules went in force stay, for as long as the version does.
SET LOCAL ROLE sinergi_owner;

ALTER TABLE casework.rule_simulation ADD COLUMN forget_at timestamptz DEFAULT clock_timestamp() + interval '90 days';
GRANT UPDATE (forget_at) ON casework.rule_simulation TO sinergi_routing;

SET LOCAL ROLE sinergi_migrator;
UPDATE casework.rule_simulation x SET forget_at = NULL
WHERE EXISTS (SELECT FROM casework.rule_set s WHERE s.agency = x.agency AND s.simulation = x.id);
INSERT INTO platform.expiring (relation, stamp, keep) VALUES ('casework.rule_simulation', 'forget_at', '0 days');
