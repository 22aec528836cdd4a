SET maintenance_work_mem = '512MB';
CREATE INDEX participation_queue ON casework.participation (agency, due_at, id) WHERE state IN ('offered', 'active');
CREATE INDEX participation_office ON casework.participation (agency, office, due_at, id) WHERE state IN ('offered', 'active');
CREATE INDEX participation_code ON casework.participation (agency, tracking_code);
CREATE INDEX participation_words ON casework.participation USING gin (words);
CREATE INDEX clock_case ON casework.clock (case_id, step);
CREATE INDEX handoff_case ON casework.handoff (case_id, offered_at);
VACUUM (ANALYZE) casework."case", casework.participation, casework.entry, casework.clock, casework.handoff, casework.history, directory.office;
