-- definitions 2
SET LOCAL ROLE sinergi_gate;

-- Erasure by law of words outside the history: of a timeline's entry (p_seq) or of an answer (p_answer), own ones only. What is left says
-- that there was something; a link of the history says who erased it and why, and the origin's view for its reporter is made anew.
-- A reason that an offer, a refusal or an objection shares with its entry goes with it. Bodies of the history are erased by erase_history.
CREATE OR REPLACE FUNCTION casework.erase_words(p_case uuid, p_seq int, p_answer uuid, p_actor text, p_reason text, p_trace text DEFAULT NULL)
    RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c casework."case" := casework._lock(p_case, NULL);
    v_at timestamptz := clock_timestamp();
    v_words text;
    v_step jsonb;
BEGIN
    IF p_answer IS NOT NULL THEN
        SELECT a.body INTO v_words FROM casework.answer a WHERE a.id = p_answer AND a.case_id = p_case AND a.agency = directory.me();
        IF NOT FOUND THEN
            PERFORM casework._fail('SN404', 'not_found');
        END IF;
        UPDATE casework.answer SET body = 'Isi jawaban ini dihapus menurut hukum.', note = NULL WHERE id = p_answer;
    ELSE
        SELECT e.body INTO v_words FROM casework.entry e WHERE e.case_id = p_case AND e.seq = p_seq AND e.agency = directory.me();
        IF NOT FOUND THEN
            PERFORM casework._fail('SN404', 'not_found');
        END IF;
        IF v_words IS NULL THEN
            PERFORM casework._fail('SN409', 'wrong_state', 'the entry has no words');
        END IF;
        UPDATE casework.entry SET body = NULL WHERE case_id = p_case AND seq = p_seq;
        UPDATE casework.handoff SET reason = nullif(reason, v_words), decline_reason = nullif(decline_reason, v_words)
        WHERE case_id = p_case AND v_words IN (reason, decline_reason);
        UPDATE casework.objection SET note = nullif(note, v_words),
            reason = CASE reason WHEN v_words THEN 'Dihapus menurut hukum.' ELSE reason END
        WHERE agency = directory.me() AND case_id = p_case AND v_words IN (reason, note);
    END IF;
    v_step := jsonb_build_object('id', directory.uuid7(v_at), 'seq', c.entries, 'at', v_at, 'event', 'note', 'status', c.status,
                                 'office', NULL, 'note', NULL);
    RETURN casework._save(c, v_at, jsonb_build_array(v_step), 'words_erased',
        jsonb_build_object('actor', p_actor, 'reason', p_reason, 'entry', p_seq, 'answer', p_answer), '{}', p_trace);
END
$$;
REVOKE EXECUTE ON FUNCTION casework.erase_words(uuid, int, uuid, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION casework.erase_words(uuid, int, uuid, text, text, text) TO sinergi_routing;
