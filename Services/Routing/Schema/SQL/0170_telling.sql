-- The own services hear of a case at the end of the transaction that moved it (docs/adr/0045). On history, because a move adds
-- exactly one entry, which names agency and kind.
SET LOCAL ROLE sinergi_gate;
REVOKE EXECUTE ON FUNCTION casework.tell_state(), casework._tell_offices(int, jsonb, bigint, text),
    casework._tell_standing(casework."case", jsonb, bigint, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION casework.tell_state() TO sinergi_owner;
SET LOCAL ROLE sinergi_owner;
CREATE CONSTRAINT TRIGGER history_tells AFTER INSERT ON casework.history
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.agency > 0) EXECUTE FUNCTION casework.tell_state();
