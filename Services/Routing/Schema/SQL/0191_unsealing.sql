-- A report that a machine took for misconduct, though its reporter filed an ordinary one and asked for no secrecy.
SET LOCAL ROLE sinergi_owner;

-- The kind that it was filed as; NULL where it is what its reporter made it, and once somebody has decided.
ALTER TABLE casework."case" ADD COLUMN filed_as text CHECK (length(filed_as) <= 30);

INSERT INTO casework.transition (from_status, move, to_status) VALUES
    ('submitted', 'unseal', 'verified'), ('verified', 'unseal', 'verified'), ('routed', 'unseal', 'verified'),
    ('in_progress', 'unseal', 'verified');
