"""A person has the last word: a reporter objects to automatic routing, an officer answers; what was undone is counted and listed."""

import re

import pytest
import requests

import shapes
from client import code_of, eventually

DARK = "Lampu jalan di depan balai desa mati sejak dua minggu, mohon diganti."
REASON = "Ini bukan urusan dinas itu, tiangnya milik PLN."


@pytest.fixture
def routed(demo):
    """A complaint that a rule sent to a unit by itself, and its case."""
    receipt = demo.submit(description=DARK, category="lighting.street", area_code="64.09.04").json()
    row = demo.offer_to(receipt, "PPU/DPUPR")
    eventually(lambda: "object" in demo.follow(receipt)["actions"], what="the reporter may object")
    # An account of the case that is still on its way is older than the objection, and would show the button again for a moment.
    demo.settle()
    return receipt, row


def object_to(demo, receipt, reason=REASON, expect=202, **more):
    return demo.call("POST", "intake", f"/v1/complaints/{receipt['tracking_code']}/objection", token=receipt["access_key"],
                     body={"reason": reason}, expect=expect, **more)


def in_triage(demo, receipt):
    return demo.row(receipt, demo.token("triage"), queue="triage")


def misroutes(demo, role="supervisor", **params):
    return demo.call("GET", "routing", "/v1/misroutes", token=demo.token(role), params={"limit": "200", **params}, expect=200).json()


def undone(demo, receipt):
    cursor = {}
    while True:
        page = misroutes(demo, **cursor)
        found = [row for row in page["data"] if row["tracking_code"] == receipt["tracking_code"]]
        if found or not page["meta"]["has_more"]:
            return found[0] if found else None
        cursor = {"cursor": page["meta"]["cursor"]}


def answer(demo, case_id, upheld, expect=200, role="triage", note="Kami sudah memeriksanya dengan teliti."):
    return demo.call("POST", "routing", f"/v1/cases/{case_id}/objection", token=demo.token(role), body={"upheld": upheld, "note": note},
                     expect=expect, shape=shapes.CASE if expect == 200 else None)


def test_words_of_an_objection_are_erased_by_law(demo, routed):
    receipt, _ = routed
    words = "Bapak Karyono Objeksi di rumah nomor 12 tahu bahwa tiangnya milik PLN."
    object_to(demo, receipt, words)
    waiting = eventually(lambda: in_triage(demo, receipt), what="in the triage queue")
    answer(demo, waiting["case_id"], False, note="Pak Karyono Objeksi sudah kami telepon.")
    entries = demo.case(waiting["case_id"], demo.token("supervisor"))["entries"]
    for entry in [entry for entry in entries if "Karyono" in (entry["body"] or "")]:
        demo.call("POST", "routing", f"/v1/cases/{waiting['case_id']}/entries/{entry['seq']}/erasure", token=demo.token("supervisor"), expect=200,
                  body={"reason": "Permintaan penghapusan menurut hukum."})
    assert demo.sql(f"select count(*) from casework.objection where case_id = '{waiting['case_id']}'") == [["1"]]
    assert demo.sql(f"select count(*) from casework.objection where case_id = '{waiting['case_id']}' and (reason || coalesce(note, '')) like '%Karyono%'") == [["0"]]


def test_an_objection_goes_to_a_person_and_moves_nothing(demo, routed):
    receipt, row = routed
    short = object_to(demo, receipt, "Salah.", expect=422)
    assert short.json()["errors"][0]["code"] == "too_short"
    view = object_to(demo, receipt, headers={"Idempotency-Key": "objection-" + receipt["tracking_code"]}).json()
    assert "object" not in view["actions"]
    # A repeat is the same objection, a second one is none.
    object_to(demo, receipt, headers={"Idempotency-Key": "objection-" + receipt["tracking_code"]})
    assert code_of(object_to(demo, receipt, "Sungguh bukan kantor itu.", expect=409)) == "wrong_state"
    waiting = eventually(lambda: in_triage(demo, receipt), what="in the triage queue")
    case = demo.case(waiting["case_id"], demo.token("triage"))
    entry = next(entry for entry in case["entries"] if entry["type"] == "objected")
    assert entry["body"] == REASON
    # Nothing moved: the same offer to the same office, the same clock.
    assert demo.offer_to(receipt, "PPU/DPUPR")["handoff_id"] == row["handoff_id"]
    assert undone(demo, receipt)["undone"] == ["objected"]

    assert code_of(answer(demo, waiting["case_id"], True, role="handler", expect=403)) == "insufficient_role"
    answer(demo, waiting["case_id"], False)
    assert in_triage(demo, receipt) is None
    assert undone(demo, receipt) is None, "an objection that a person dismissed is no misroute"
    assert code_of(answer(demo, waiting["case_id"], True, expect=409)) == "wrong_state"

    def told():
        steps = {step["event"]: step["note"] for step in demo.follow(receipt)["steps"]}
        return steps.get("objection_kept") == "Kami sudah memeriksanya dengan teliti." and steps.get("objected") == REASON

    eventually(told, what="the reporter is told")
    assert "object" not in demo.follow(receipt)["actions"], "once for each decision"


def test_it_waits_at_the_origin_while_another_agency_works(demo):
    receipt = demo.submit(description="Lampu jalan di dekat pelabuhan Samboja mati total.", category="lighting.street", lat=-1.0, long=116.95).json()
    demo.accept(receipt, "KUKAR")
    eventually(lambda: "object" in demo.follow(receipt)["actions"], what="the reporter may object")
    object_to(demo, receipt)
    row = eventually(lambda: in_triage(demo, receipt), what="in the origin's triage queue")
    theirs = demo.call("POST", "routing", f"/v1/cases/{row['case_id']}/objection", "KUKAR", token=demo.token("liaison", "KUKAR"),
                       body={"upheld": True, "note": "Kami setuju dengan pelapor."}, expect=409)
    assert code_of(theirs) == "wrong_state"
    assert demo.follow(receipt)["holder"]["code"] == "KUKAR"
    answer(demo, row["case_id"], True, note="Benar, kami carikan kantor lain.")
    assert undone(demo, receipt)["undone"] == ["objected"]


def test_nobody_objects_to_what_a_person_decided_or_what_is_over(demo):
    receipt = demo.submit(description="Ada yang ingin saya tanyakan tentang taman bermain anak.", category="other.other", area_code="64.09.01").json()
    row = eventually(lambda: in_triage(demo, receipt))
    assert "object" not in demo.follow(receipt)["actions"]
    assert code_of(object_to(demo, receipt, expect=409)) == "wrong_state"
    demo.call("POST", "routing", f"/v1/cases/{row['case_id']}/route", token=demo.token("triage"), expect=201,
              body={"to": "PPU/DLH", "role": "lead", "reason": "Taman adalah urusan DLH."})
    demo.accept(receipt, "PPU/DLH")
    eventually(lambda: demo.follow(receipt)["status"] == "in_progress")
    assert "object" not in demo.follow(receipt)["actions"]
    assert code_of(object_to(demo, receipt, expect=409)) == "wrong_state"
    wrong = demo.call("POST", "intake", f"/v1/complaints/{receipt['tracking_code']}/objection", token="x" * 40, body={"reason": REASON}, expect=401)
    assert code_of(wrong) == "invalid_access_key"


def test_declined_and_overruled_decisions_are_listed_with_their_mode(demo, routed):
    receipt, row = routed
    demo.decline(receipt, "PPU/DPUPR", "PLN", reason="Tiang lampu itu milik PLN, bukan kami.")
    listed = eventually(lambda: undone(demo, receipt), what="listed")
    assert listed["undone"] == ["declined"] and listed["mode"] == "automatic" and listed["chosen"]["code"] == "PPU/DPUPR"
    assert listed["rule"] and listed["category"] == "lighting.street" and listed["decline_reason"].startswith("Tiang")

    other = demo.submit(description="Lampu jalan dekat jembatan padam sejak kemarin malam.", category="lighting.street", area_code="64.09.04").json()
    offered = demo.offer_to(other, "PPU/DPUPR")
    demo.call("POST", "routing", f"/v1/handoffs/{offered['handoff_id']}/recall", token=demo.token("supervisor"), body={"reason": "Bukan DPUPR."}, expect=200)
    demo.call("POST", "routing", f"/v1/cases/{offered['case_id']}/route", token=demo.token("supervisor"), expect=201,
              body={"to": "PPU/DLH", "role": "lead", "reason": "Sekarang urusan DLH."})
    assert undone(demo, other)["undone"] == ["overruled"]

    # Like every other list: the next page is named in a header, too.
    first = demo.call("GET", "routing", "/v1/misroutes", token=demo.token("supervisor"), params={"limit": "1"}, expect=200)
    path, query = re.fullmatch(r'<(v1/misroutes)\?([^>]+)>; rel="next"', first.headers["Link"]).groups()
    second = demo.call("GET", "routing", "/" + path, token=demo.token("supervisor"), params=query, expect=200).json()
    assert second["data"] and second["data"][0]["decision_id"] != first.json()["data"][0]["decision_id"]

    figures = misroutes(demo)
    total = figures["total"]
    assert total["undone"] <= total["judged"] <= total["routed"] and (total["rate"] is None) == (total["judged"] < figures["least_for_rate"])
    # Each case counts once in each dimension.
    for rows in figures["by"].values():
        for field in ("routed", "judged", "undone"):
            assert sum(row[field] for row in rows) == total[field]


def test_who_sees_misroutes(demo):
    for role in ("supervisor", "head", "auditor", "admin"):
        misroutes(demo, role)
    for role in ("triage", "handler", "liaison", "developer"):
        assert code_of(demo.call("GET", "routing", "/v1/misroutes", token=demo.token(role), expect=403)) == "insufficient_role"
    for query in ({"from": "kemarin"}, {"from": "2026-12-01", "to": "2026-11-01"}, {"from": "2020-01-01"}, {"cursor": "xx"}):
        demo.call("GET", "routing", "/v1/misroutes", token=demo.token("auditor"), params=query, expect=422)
    assert misroutes(demo, "auditor", **{"from": "2001-01-01", "to": "2001-01-31"})["total"]["routed"] == 0


def test_the_page_has_the_button(demo, routed):
    receipt, _ = routed
    browser, base = requests.Session(), demo.url("intake")
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(base + "/follow", timeout=30).text).group(1)
    page = browser.post(base + "/follow", data={"csrf_token": token, "code": receipt["tracking_code"], "access_key": receipt["access_key"]}, timeout=30)
    assert f"/follow/{receipt['tracking_code']}/object" in page.text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
    sent = browser.post(f"{base}/follow/{receipt['tracking_code']}/object", data={"csrf_token": token, "reason": REASON}, timeout=30)
    assert sent.status_code == 200 and "/object" not in sent.text
    eventually(lambda: in_triage(demo, receipt), what="in the triage queue")
