"""The shapes of contract.md as small Python values, and the function that holds an answer against one.

A shape is a type, a set of allowed values, a compiled pattern, a dict (every field must be there, more may be), a one-item list
(every item has that shape) or `nullable(shape)`. Fields may be added to an answer, never renamed or dropped.
"""

import re
from datetime import datetime

UUID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
TIME = "RFC 3339 time with zone"
CODE = re.compile(r"^[A-Z]+(/[A-Z-]+)?$")
TRACKING_CODE = re.compile(r"^[A-Z]+-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5,7}(-[0-9A-HJKMNP-TV-Z*~$=U]+)?$")
ACCESS_KEY = re.compile(r"^[A-Za-z0-9_-]{32,}$")
NUMBER = (int, float)


class nullable:
    def __init__(self, shape):
        self.shape = shape


STATUS = {
    "submitted", "verified", "routed", "in_progress", "answered", "closed", "needs_information", "on_hold",
    "in_arbitration", "reopened", "merged", "archived",
}
OUTCOME = nullable({
    "confirmed_solved", "closed_by_silence", "answered", "noted", "committed", "referred", "lapsed_incomplete",
    "withdrawn", "archived", "merged",
})
KIND = {"complaint", "supervisory", "whistleblowing", "aspiration", "information"}
EVENT = {
    "received", "verified", "routed", "handoff_offered", "handoff_accepted", "handoff_declined", "handoff_expired",
    "arbitration_opened", "arbitrated", "assigned", "information_requested", "held", "extended", "answer_published",
    "confirmed", "disputed", "reopened", "closed", "merged", "unmerged", "split",
    # Only where they happened: dates that a calendar or limit moved, an office that was silent, the supervisor outside.
    "due_changed", "acted_for", "external_consent_asked", "external_consent_given", "external_consent_withdrawn", "external_told",
    "objected", "objection_upheld", "objection_kept", "unsealed",
}
NEXT_STEP = nullable({"verify", "accept_handoff", "arbitrate", "answer", "confirm", "reply"})
ROLE = {"lead", "contributor", "monitor"}
PART_STATE = {"offered", "active", "finished", "ended"}

OFFICE = {"code": CODE, "agency": re.compile(r"^[A-Z]+$"), "name": str}
CREATED = {
    "tracking_code": TRACKING_CODE, "access_key": ACCESS_KEY, "status": {"submitted"}, "agency": OFFICE, "created_at": TIME,
    "missing": [str],
}
STEP = {"seq": int, "at": TIME, "event": EVENT, "status": STATUS, "office": nullable(OFFICE), "note": nullable(str)}
COMPLAINT_PUBLIC = {
    "tracking_code": TRACKING_CODE, "status": STATUS, "outcome": OUTCOME, "kind": KIND, "category": nullable(str), "title": nullable(str),
    "description": nullable(str), "area_code": nullable(str), "created_at": TIME, "updated_at": TIME, "holder": nullable(OFFICE),
    "held_since": nullable(TIME), "next_step": NEXT_STEP, "expected_at": nullable(TIME),
    "clocks": {
        "since_submission": nullable({"due_at": TIME, "working_days_left": nullable(int)}),
        # The legal clock starts with a complete file, later than the reporter's.
        "legal": nullable({"started_at": nullable(TIME), "due_at": nullable(TIME)}),
    },
    "steps": [STEP],
}
COMPLAINT = {
    **COMPLAINT_PUBLIC,
    "answers": [{"answer_id": UUID, "office": OFFICE, "body": str, "interim": bool, "published_at": TIME}],
    "messages": list, "anonymous": bool, "confidential": bool, "lat": nullable(NUMBER), "long": nullable(NUMBER),
    "address": nullable(str), "actions": [str],
}
LIST_ROW = {
    "case_id": UUID, "tracking_code": TRACKING_CODE, "title": str, "status": STATUS, "kind": KIND, "category": nullable(str),
    "area_code": nullable(str), "lead": nullable(OFFICE), "office": OFFICE, "role": ROLE, "part_state": PART_STATE,
    "handoff_id": nullable(UUID), "officer": nullable(object), "priority": str, "received_at": TIME, "due_at": nullable(TIME),
}
HANDOFF = {
    "handoff_id": UUID, "case_id": UUID, "from": OFFICE, "to": OFFICE, "role": ROLE,
    "state": {"offered", "accepted", "declined", "recalled", "expired", "arbitrated"}, "hop": int, "reason": nullable(str),
    "request": nullable(str), "offered_at": TIME, "due_at": nullable(TIME), "decided_at": nullable(TIME),
    "reason_code": nullable({"not_our_area", "not_our_duty", "other"}), "decline_reason": nullable(str),
    "suggested_office": nullable(object),
}
ANSWER = {
    "answer_id": UUID, "case_id": UUID, "office": OFFICE, "body": str, "interim": bool,
    "state": {"draft", "approved", "returned", "published"}, "drafted_by": nullable(str), "approved_by": nullable(str),
    "published_at": nullable(TIME),
}
CASE = {
    "case_id": UUID, "tracking_code": TRACKING_CODE, "status": STATUS, "outcome": OUTCOME, "kind": KIND, "category": nullable(str),
    "title": str, "description": str, "description_published": nullable(str), "area_code": nullable(str), "lat": nullable(NUMBER),
    "long": nullable(NUMBER), "address": nullable(str), "event_date": nullable(str), "anonymous": bool, "confidential": bool,
    "reporter": nullable(dict), "origin": OFFICE, "lead": nullable(OFFICE), "interim_holder": nullable(OFFICE), "hops": int,
    "created_at": TIME, "updated_at": TIME,
    "participations": [{
        "office": OFFICE, "role": ROLE, "part_state": PART_STATE, "since": TIME, "until": nullable(TIME), "due_at": nullable(TIME),
        "officer": nullable(object), "external_reference": nullable(str),
    }],
    "handoffs": [HANDOFF], "arbitration": nullable(dict), "answers": [ANSWER],
    "clocks": [{
        "step": str, "office": nullable(OFFICE), "started_at": TIME, "due_at": TIME, "state": str, "provisional": bool,
        "legal_basis": nullable(str),
    }],
    "decision": nullable({
        "decision_id": UUID, "mode": str, "rule": nullable(str),
        "suggestions": [{"office": OFFICE, "role": ROLE, "probability": NUMBER, "reasons": [str]}],
    }),
    "entries": [{
        "seq": int, "at": TIME, "office": nullable(OFFICE), "actor": nullable(str), "type": str, "visibility": str,
        "body": nullable(str),
    }],
    "actions": [str],
}
ARBITRATION = {
    "arbitration_id": UUID, "case": LIST_ROW, "opened_at": TIME, "due_at": TIME,
    "why": {"third_refusal", "no_holder", "requested"}, "advice": list,
}
SUMMARY = {
    "agency": str, "from": str, "to": str, "as_of": TIME, "received": int, "open": int, "automatic": int,
    "handoffs": {"offered": int, "accepted": int, "declined": int, "expired": int, "arbitrated": int}, "answered": int,
    "reopened": int, "closed": {"confirmed_solved": int, "closed_by_silence": int}, "overdue": int,
    "within_limit": nullable(NUMBER),
    "median_hours": {"accepted": nullable(NUMBER), "first_answer": nullable(NUMBER), "close": nullable(NUMBER)},
}
PROBLEM = {
    "type": re.compile(r"^urn:sinergi:problem:[a-z0-9_]+$"), "title": str, "status": int, "detail": str,
    "instance": re.compile(r"^urn:uuid:[0-9a-f-]{36}$"),
}


def page(row):
    return {"data": [row], "meta": {"limit": int, "has_more": bool, "cursor": nullable(str)}}


def differences(value, shape, at="#"):
    """Every way in which `value` does not have the shape, as lines "pointer: what is wrong"."""
    if isinstance(shape, nullable):
        return [] if value is None else differences(value, shape.shape, at)
    if shape is TIME:
        return [] if is_time(value) else [f"{at}: {value!r} is no {TIME}"]
    if isinstance(shape, re.Pattern):
        return [] if isinstance(value, str) and shape.match(value) else [f"{at}: {value!r} does not match {shape.pattern}"]
    if isinstance(shape, set):
        return [] if isinstance(value, str) and value in shape else [f"{at}: {value!r} is none of {sorted(shape)}"]
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return [f"{at}: {value!r} is no object"]
        found = []
        for name, inner in shape.items():
            found += differences(value[name], inner, f"{at}/{name}") if name in value else [f"{at}/{name}: missing"]
        return found
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [f"{at}: {value!r} is no list"]
        return [line for index, item in enumerate(value) for line in differences(item, shape[0], f"{at}/{index}")]
    if shape is object:
        return []
    wanted = shape if isinstance(shape, tuple) else (shape,)
    if isinstance(value, bool) and bool not in wanted:
        return [f"{at}: {value!r} is a boolean, not {shape}"]
    return [] if isinstance(value, wanted) else [f"{at}: {value!r} is no {shape}"]


def is_time(value):
    if not isinstance(value, str):
        return False
    try:
        return datetime.fromisoformat(value.replace("Z", "+00:00")).tzinfo is not None
    except ValueError:
        return False


def require(value, shape):
    found = differences(value, shape)
    assert not found, "not the shape of the contract:\n  " + "\n  ".join(found)
    return value
