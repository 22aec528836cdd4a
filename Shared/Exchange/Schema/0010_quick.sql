-- definitions 1
-- Functions of 0002 that every batch calls, in PL/pgSQL: it keeps their plans for the session (docs/adr/0045).
SET LOCAL ROLE sinergi_gate;

-- Delivered: gone. Returns how many. Only what the caller's relay produced inside the agency, or what crossed the border to it.
CREATE OR REPLACE FUNCTION exchange.done(p_ids uuid[]) RETURNS int
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET enable_seqscan = off AS $$
DECLARE
    v_me int := directory.me();
    v_service text := directory.my_service();
    v_count int;
BEGIN
    DELETE FROM exchange.pending p
    WHERE p.id = ANY (p_ids) AND p.destination = v_me
      AND (p.source = v_me AND p.producer = v_service OR p.source <> v_me AND p.service = v_service);
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END
$$;
