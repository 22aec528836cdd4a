-- An arbiter's decision leaves a draft of a rule (0101).
SET LOCAL ROLE sinergi_owner;
GRANT TRIGGER ON casework.arbitration TO sinergi_gate;
SET LOCAL ROLE sinergi_gate;
CREATE TRIGGER arbitration_drafts_rules AFTER UPDATE OF decided_at ON casework.arbitration
    FOR EACH ROW WHEN (OLD.decided_at IS NULL AND NEW.decided_at IS NOT NULL AND NEW.decision IS NOT NULL)
    EXECUTE FUNCTION casework._draft_rules();
