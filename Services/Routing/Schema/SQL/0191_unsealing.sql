-- A report that a machine took for misconduct, though its reporter filed an ordinary one and asked for no secrecy.
SET LOCAL ROLE sinergi_owner;

-- The kind that it was filed as; NULL where it is what its reporter made it, and once somebody has decided.
ALTER TABLE casework."case" ADD COLUMN filed_as text CHECK (length(filed_as) <= 30);

-- The owner is held to the policies of a table of which nothing is ever changed.
SET LOCAL ROLE sinergi_migrator;
INSERT INTO casework.transition (from_status, move, to_status) VALUES
    ('submitted', 'unseal', 'verified'), ('verified', 'unseal', 'verified'), ('routed', 'unseal', 'verified'),
    ('in_progress', 'unseal', 'verified');
