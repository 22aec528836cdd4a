"""Bad input: each a problem document that says what to do, and nothing half-stored."""

import uuid

import pytest

from client import code_of, eventually, key

GOOD = {"description": "Lampu jalan padam sejak kemarin malam, gelap sekali.", "category": "lighting.street", "area_code": "64.09.01"}


@pytest.fixture(autouse=True)
def nothing_is_stored(demo, request):
    """Around every test of this file that is not marked otherwise: the same number of complaints and messages before and after."""
    if "stores" in request.keywords:
        yield
        return
    count = "select (select count(*) from intake.complaint), (select count(*) from intake.reporter), (select count(*) from casework.\"case\")"
    demo.settle()  # what earlier tests filed becomes cases a moment later
    before = demo.sql(count)
    yield
    demo.settle()
    assert demo.sql(count) == before


def refused(demo, expect, code, pointer=None, error=None, raw=None, headers=None, **fields):
    answer = demo.call("POST", "intake", "/v1/complaints", body=None if raw is not None else fields, raw=raw, expect=expect, headers=headers)
    problem = answer.json()
    assert code_of(answer) == code, problem
    assert len(problem["detail"]) > 10, "says what to do"
    if error:
        assert {"pointer": pointer, "code": error} in [{"pointer": e["pointer"], "code": e["code"]} for e in problem["errors"]], problem
        assert all(e["detail"] for e in problem["errors"])
    return problem


@pytest.mark.parametrize("raw", [b"{", b"", b"[1,2", b"\xff\xfe", b'{"description":'])
def test_malformed_json(demo, raw):
    refused(demo, 400, "malformed_json", raw=raw)


@pytest.mark.parametrize("changes, pointer, error", [
    ({"description": None}, "#/description", "required"),
    ({"description": "pendek"}, "#/description", "too_short"),
    ({"description": "x" * 10_001}, "#/description", "too_long"),
    ({"title": "x" * 201}, "#/title", "too_long"),
    ({"address": "x" * 501}, "#/address", "too_long"),
    ({"colour": "red"}, "#/colour", "unknown_field"),
    ({"reporter": {"name": "Sari", "nik": "6409"}}, "#/reporter/nik", "unknown_field"),
    ({"reporter": {"email": "bukan surel"}}, "#/reporter/email", "bad_format"),
    ({"reporter": {"phone": "nol delapan"}}, "#/reporter/phone", "bad_format"),
    ({"description": 17}, "#/description", "bad_format"),
    ({"kind": "rumour"}, "#/kind", "bad_format"),
    ({"language": "fr"}, "#/language", "bad_format"),
    ({"event_date": "kemarin"}, "#/event_date", "bad_format"),
    ({"area_code": "99.99"}, "#/area_code", "unknown_area"),
    ({"area_code": None, "lat": 51.5, "long": -0.1}, "#/lat", "outside_indonesia"),
    ({"area_code": None, "lat": 116.690, "long": -1.071}, "#/lat", "coordinates_swapped"),
    ({"area_code": "64.02", "lat": -1.25, "long": 116.60}, "#/area_code", "area_mismatch"),
    ({"category": "roads.rainbow"}, "#/category", "unknown_category"),
    ({"addressed_office": "PPU/NOWHERE"}, "#/addressed_office", "unknown_office"),
])
def test_invalid_fields(demo, changes, pointer, error):
    body = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    refused(demo, 422, "validation", pointer, error, **body)


def test_a_place_is_required(demo):
    problem = refused(demo, 422, "validation", description=GOOD["description"])
    assert any(e["code"] == "required" for e in problem["errors"])


def test_half_a_coordinate_is_no_place(demo):
    problem = refused(demo, 422, "validation", description=GOOD["description"], lat=-1.0)
    assert {"pointer": "#/long", "code": "required"} in [{"pointer": e["pointer"], "code": e["code"]} for e in problem["errors"]]


def test_all_errors_at_once(demo):
    problem = refused(demo, 422, "validation", description="pendek", category="roads.rainbow", area_code="99.99")
    assert {"#/description", "#/category", "#/area_code"} <= {e["pointer"] for e in problem["errors"]}


def test_other_media_types_and_sizes(demo):
    refused(demo, 415, "unsupported_media_type", raw=b"description=x", headers={"Content-Type": "text/plain"})
    answer = demo.call("POST", "intake", "/v1/complaints", raw=b'{"description":"' + b"x" * 2_000_000 + b'"}')
    assert answer.status_code == 413 and code_of(answer) == "too_large"


def test_details_speak_the_readers_language(demo):
    texts = {
        language: refused(demo, 422, "validation", "#/category", "unknown_category", headers={"Accept-Language": language},
                          **{**GOOD, "category": "roads.rainbow"})["detail"]
        for language in ("id", "en", "fr;q=0.9, *;q=0.1")
    }
    assert texts["id"] != texts["en"] and texts["fr;q=0.9, *;q=0.1"] == texts["id"]


@pytest.mark.stores
def test_an_idempotency_key_belongs_to_one_body(demo):
    one = key()
    first = demo.submit(headers={"Idempotency-Key": one}, **GOOD).json()
    problem = refused(demo, 422, "idempotency_key_reused", headers={"Idempotency-Key": one}, **{**GOOD, "category": "roads.damage"})
    assert not problem.get("errors")
    assert demo.submit(headers={"Idempotency-Key": one}, **GOOD).json() == first


def test_an_anonymous_callers_key_is_a_uuid(demo):
    answer = demo.call("POST", "intake", "/v1/complaints", body=GOOD, headers={"Idempotency-Key": "1"})
    assert answer.status_code in (400, 422) and answer.json()["detail"]


def test_unknown_codes_and_wrong_keys_look_the_same(demo):
    wrong = "A" * 43
    unknown = "PPU-00000-00000-0"
    for code in (unknown, "nonsense"):
        assert demo.call("GET", "intake", f"/v1/complaints/{code}", expect=404).json()["type"].endswith(":not_found")
        answer = demo.call("GET", "intake", f"/v1/complaints/{code}", token=wrong, expect=401)
        assert code_of(answer) == "invalid_access_key" and answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.stores
def test_a_wrong_access_key(demo):
    receipt = demo.submit(**GOOD).json()
    path = f"/v1/complaints/{receipt['tracking_code']}"
    assert code_of(demo.call("GET", "intake", path, token="A" * 43, expect=401)) == "invalid_access_key"
    assert code_of(demo.call("POST", "intake", path + "/confirmation", token="A" * 43, body={"rating": 5}, expect=401)) == "invalid_access_key"
    assert code_of(demo.call("GET", "intake", path, expect=404)) == "not_found", "not published"
    # Case and hyphens of a code do not matter; nothing is confirmed before there is an answer.
    loose = receipt["tracking_code"].lower().replace("-", "")
    demo.call("GET", "intake", f"/v1/complaints/{loose}", token=receipt["access_key"], expect=200)
    answer = demo.call("POST", "intake", path + "/confirmation", token=receipt["access_key"], body={"rating": 5, "comment": None}, expect=409)
    assert code_of(answer) == "wrong_state" and answer.json()["current"]["tracking_code"] == receipt["tracking_code"]
    for body, pointer in (({"rating": 9}, "#/rating"), ({"rating": "five"}, "#/rating")):
        answer = demo.call("POST", "intake", path + "/confirmation", token=receipt["access_key"], body=body, expect=(409, 422))
        assert answer.status_code == 409 or pointer in [e["pointer"] for e in answer.json()["errors"]]


@pytest.mark.stores
def test_a_code_typed_at_another_agencys_intake_says_where_to_go(demo):
    receipt = demo.submit(**GOOD).json()
    answer = demo.call("GET", "intake", f"/v1/complaints/{receipt['tracking_code']}", "KUKAR", token=receipt["access_key"], expect=(401, 404))
    assert "PPU" in answer.text or "Penajam" in answer.text


@pytest.mark.parametrize("method, path", [
    ("GET", "/v1/cases"), ("GET", f"/v1/cases/{uuid.UUID(int=7)}"), ("POST", f"/v1/cases/{uuid.UUID(int=7)}/verify"),
    ("POST", "/v1/handoffs"), ("POST", f"/v1/handoffs/{uuid.UUID(int=7)}/accept"), ("GET", "/v1/arbitrations"),
])
def test_routing_wants_a_token(demo, method, path):
    body = {} if method == "POST" else None
    for token, code in ((None, "invalid_token"), ("x.y.z", "invalid_token"), (demo.environment["SINERGI_DEMO_EXPIRED_TOKEN"], "token_expired")):
        answer = demo.call(method, "routing", path, token=token, body=body, expect=401)
        assert code_of(answer) == code and answer.headers["WWW-Authenticate"].startswith("Bearer")
    answer = demo.call(method, "routing", path, token=demo.token("supervisor", "KUKAR"), body=body, expect=403)
    assert code_of(answer) == "wrong_agency"


def test_a_changed_token_is_invalid(demo):
    head, payload, signature = demo.token("liaison").split(".")
    forged = f"{head}.{payload[:-4]}{'AAAA' if payload[-4:] != 'AAAA' else 'BBBB'}.{signature}"
    assert code_of(demo.call("GET", "routing", "/v1/cases", token=forged, expect=401)) == "invalid_token"


def test_roles_are_checked(demo):
    nowhere = f"/v1/cases/{uuid.UUID(int=7)}"
    for role, path, body in (("auditor", f"{nowhere}/verify", {}), ("handler", f"{nowhere}/route", {"to": "PPU/DLH", "role": "lead", "reason": "x"}),
                             ("triage", f"/v1/arbitrations/{uuid.UUID(int=7)}/decide", {"lead": "PPU/DLH", "reason": "alasan yang cukup"})):
        assert code_of(demo.call("POST", "routing", path, token=demo.token(role), body=body, expect=403)) == "insufficient_role"
    answer = demo.call("GET", "analytics", "/v1/metrics/summary", token=None, expect=401)
    assert code_of(answer) == "invalid_token"


@pytest.mark.stores
def test_a_decision_needs_its_reasons(demo):
    receipt = demo.submit(**{**GOOD, "category": "waste.collection"}).json()
    row = demo.offer_to(receipt, "PPU/DLH")
    path, token = f"/v1/handoffs/{row['handoff_id']}/decline", demo.office_token("PPU/DLH")
    for body, pointer, error in (
        ({"reason_code": "not_our_area", "reason": "Bukan wilayah kami."}, "#/suggested_office", "required"),
        ({"reason_code": "not_our_area", "reason": "Bukan wilayah kami.", "suggested_office": "PPU/NOWHERE"}, "#/suggested_office", "unknown_office"),
        ({"reason_code": "bored", "reason": "Bukan wilayah kami.", "suggested_office": "unknown"}, "#/reason_code", "bad_format"),
        ({"reason_code": "other", "suggested_office": "unknown"}, "#/reason", "required"),
        ({"reason_code": "other", "reason": "Bukan wilayah kami.", "suggested_office": "unknown", "why": 1}, "#/why", "unknown_field"),
    ):
        answer = demo.call("POST", "routing", path, token=token, body=body, expect=422)
        assert {"pointer": pointer, "code": error} in [{"pointer": e["pointer"], "code": e["code"]} for e in answer.json()["errors"]], answer.text
    assert demo.row(receipt, token, queue="offered")["part_state"] == "offered", "still offered"


@pytest.mark.stores
def test_a_stale_etag_is_refused(demo):
    receipt = demo.submit(description="Ada yang aneh di dekat rumah kami, tolong dilihat.", area_code="64.09.01").json()
    triage = demo.token("triage")
    row = eventually(lambda: demo.row(receipt, triage, queue="triage"))
    path = f"/v1/cases/{row['case_id']}"
    tag = demo.call("GET", "routing", path, token=triage, expect=200).headers["ETag"]
    demo.call("POST", "routing", path + "/verify", token=triage, body={"title": "Satu"}, headers={"If-Match": tag}, expect=200)
    answer = demo.call("POST", "routing", path + "/verify", token=triage, body={"title": "Dua"}, headers={"If-Match": tag}, expect=412)
    assert code_of(answer) == "changed_meanwhile" and answer.json()["current"]["title"] == "Satu"


def test_pages_and_cursors_are_checked(demo):
    triage = demo.token("triage")
    for query in ({"limit": "0"}, {"limit": "201"}, {"limit": "many"}, {"cursor": "not-a-cursor"}, {"queue": "elsewhere"}):
        answer = demo.call("GET", "routing", "/v1/cases", token=triage, params=query)
        assert answer.status_code in (400, 422), (query, answer.text)
    assert demo.call("GET", "routing", "/v1/elsewhere", token=triage).status_code == 404
    assert demo.call("DELETE", "intake", "/v1/complaints", documented=False).status_code in (404, 405)
