"""The issue's "done when": one case, three agencies, from danger to a confirmed joint answer, and a history that shows who tampers with it.

Story B of product.md §2 in one piece (its single rules stand in test_stories_b_c_g.py), then story H on the same case.
"""

import hashlib
import os
import subprocess

import pytest

import shapes
from client import eventually, events_of
from test_stories_b_c_g import SARI, act, arbitration, publish, steps

ROADS, WATER, POWER, DISTRICT = "KALTIM/DPUPR", "PPU/PERUMDA-AM", "PLN", "PPU/KEC-SEPAKU"


def evidence(demo, case_id, token, agency, perceptual, **more):
    body = {"kind": "after", "caption": "Sesudah diperbaiki", "sha256": hashlib.sha256(os.urandom(32)).hexdigest(),
            "perceptual_hash": perceptual, **more}
    return demo.call("POST", "routing", f"/v1/cases/{case_id}/evidence", agency, token=token, body=body, expect=201).json()


@pytest.fixture(scope="module")
def story(demo):
    """The whole way until the reporter has confirmed. Receipt, case id, and the due dates that she was shown on the way."""
    receipt = demo.submit(description=SARI, category="roads.damage", lat=-1.071, long=116.690, area_code="64.09.04.2015",
                          reporter={"name": "Sari", "email": "sari.joint@example.org"}).json()
    row = demo.offer_to(receipt, "PPU/DPUPR")
    case_id, due = row["case_id"], [demo.follow(receipt)["clocks"]["since_submission"]["due_at"]]

    # Danger rings until somebody goes; a barricade is news at once and no answer.
    eventually(lambda: "danger_rung" in events_of(demo.mails(receipt, "ppu.bpbd")))
    bpbd = demo.office_token("PPU/BPBD")
    eventually(lambda: demo.call("POST", "routing", f"/v1/cases/{case_id}/alarm/take", token=bpbd, body={"note": "Kami berangkat."})
               .status_code == 200)

    # Three refusals, three times another destination.
    demo.decline(receipt, "PPU/DPUPR", ROADS, code="not_our_area", reason="Ruas ini jalan provinsi")
    demo.decline(receipt, ROADS, WATER, reason="Amblas karena galian pipa")
    demo.decline(receipt, WATER, ROADS, reason="Pipa pecah karena badan jalan turun")
    view = eventually(lambda: (v := demo.follow(receipt))["status"] == "in_arbitration" and v)
    assert view["holder"]["code"] == DISTRICT and steps(view).count("handoff_declined") == 3
    publish(demo, case_id, DISTRICT, "Lokasi sudah dipagari dan dijaga sejak kemarin sore.", interim=True)
    panrb = demo.token("arbiter", "PANRB")
    opened = eventually(lambda: arbitration(demo, receipt, "PANRB", panrb))
    demo.call("POST", "routing", f"/v1/arbitrations/{opened['arbitration_id']}/decide", "PANRB", token=panrb, expect=200, shape=shapes.CASE,
              body={"lead": ROADS, "contributors": [{"office": WATER, "request": "Ganti pipa."}, {"office": POWER, "request": "Tegakkan tiang."}],
                    "monitor": DISTRICT, "reason": "Jalan provinsi; pipa dan tiang oleh pemiliknya.", "multi_agency": True})
    view = eventually(lambda: (v := demo.follow(receipt))["status"] == "in_progress" and v)
    due.append(view["clocks"]["since_submission"]["due_at"])

    # More time, with the reason to her.
    roads = demo.office_token(ROADS)
    act(demo, case_id, "KALTIM", roads, "part/extend", {"days": 5, "reason": "Menunggu aspal panas dari pabrik."})
    view = eventually(lambda: (v := demo.follow(receipt)) and "extended" in steps(v) and v)
    due.append(view["clocks"]["since_submission"]["due_at"])
    assert any("aspal panas" in answer["body"] and answer["interim"] for answer in view["answers"])
    assert view["status"] == "in_progress", "no silence clock"

    # Parts come in with evidence; an old picture is found out.
    water, power = demo.office_token(WATER), demo.token("liaison", "PLN")
    used = os.urandom(8).hex()
    august = demo.submit(description="Pipa di Nenang bocor dan airnya menggenangi jalan.", category="water.outage", area_code="64.09.01").json()
    before = demo.offer_to(august, WATER)
    demo.decide(before, WATER, "accept", {"note": None, "external_reference": None})
    evidence(demo, before["case_id"], water, "PPU", used)
    old = evidence(demo, case_id, water, "PPU", used)
    flag = next(flag for flag in old["flags"] if flag["code"] == "near_duplicate")
    assert flag["tracking_code"] == august["tracking_code"]
    demo.call("POST", "routing", f"/v1/cases/{case_id}/evidence/{old['evidence_id']}/return", token=water, expect=200,
              body={"note": "Foto ini sudah dipakai."})
    now = demo.case(case_id, water)["updated_at"]
    fresh = evidence(demo, case_id, water, "PPU", os.urandom(8).hex(), captured_at=now, lat=-1.0711, long=116.6901)
    assert fresh["flags"] == []
    early = publish(demo, case_id, ROADS, "Jalan sudah ditimbun, dipadatkan dan diaspal ulang.", expect=409)
    assert early["type"].endswith("wrong_state"), "each named one answers first"
    act(demo, case_id, "PPU", water, "part/finish", {"result": "Pipa sudah diganti dan diuji."})
    act(demo, case_id, "PLN", power, "part/finish", {"result": "Tiang sudah ditegakkan kembali."})
    case = eventually(lambda: (c := demo.case(case_id, roads, "KALTIM")) and sum(p["part_state"] == "finished" for p in c["participations"]) >= 2 and c)
    results = [p["result"] for p in case["participations"] if p.get("result")]
    assert {"Pipa sudah diganti dan diuji.", "Tiang sudah ditegakkan kembali."} <= set(results), "gathered for the lead"
    ready = next(a for a in case["answers"] if a["state"] == "approved")
    act(demo, case_id, "KALTIM", roads, f"answers/{ready['answer_id']}/publish", {"note": None})
    eventually(lambda: demo.follow(receipt)["status"] == "answered")

    # "Belum": one part opens again, and only that one.
    demo.call("POST", "intake", f"/v1/complaints/{receipt['tracking_code']}/dispute", token=receipt["access_key"], expect=202,
              body={"reason": "Tiang masih miring.", "part": POWER})
    case = eventually(lambda: (c := demo.case(case_id, roads, "KALTIM"))["status"] == "reopened" and c)
    assert {p["office"]["code"]: p["part_state"] for p in case["participations"] if p["role"] == "contributor"} == {
        WATER: "finished", POWER: "active"}
    act(demo, case_id, "PLN", power, "part/finish", {"result": "Tiang ditegakkan dan dicor kakinya."})
    publish(demo, case_id, ROADS, "Tiang listrik sudah ditegakkan dan dicor oleh PLN.")
    eventually(lambda: demo.follow(receipt)["status"] == "answered")
    demo.call("POST", "intake", f"/v1/complaints/{receipt['tracking_code']}/confirmation", token=receipt["access_key"], expect=202,
              body={"rating": 5, "comment": None})
    eventually(lambda: demo.follow(receipt)["outcome"] == "confirmed_solved")
    return receipt, case_id, due


def test_she_read_it_all_in_order(demo, story):
    receipt, _, _ = story
    events = steps(eventually(lambda: (v := demo.follow(receipt)) and steps(v)[-1] == "closed" and v))
    wanted = ["received", "routed", "handoff_declined", "handoff_declined", "handoff_declined", "arbitration_opened", "answer_published",
              "arbitrated", "extended", "answer_published", "disputed", "reopened", "answer_published", "confirmed", "closed"]
    places = iter(events)
    assert all(event in places for event in wanted), events


def test_her_clock_never_restarted(demo, story):
    _, case_id, (first, decided, extended) = story
    assert first == decided < extended
    rows = demo.sql(f"select count(*), count(distinct started_at) from casework.clock where case_id = '{case_id}' and step = 'resolve'")
    assert rows == [["1", "1"]]


def test_holding_times_add_up_to_the_cases_life(demo, story):
    _, case_id, _ = story
    assert demo.sql("select sum(until - since) = (select c.closed_at - c.received_at from casework.\"case\" c"
                    f" where c.id = '{case_id}') from casework.holding where case_id = '{case_id}'") == [["t"]]


def test_nobody_without_a_part_ever_saw_it(demo, story):
    receipt, case_id, _ = story
    assert demo.call("GET", "routing", f"/v1/cases/{case_id}", "KUKAR", token=demo.token("liaison", "KUKAR")).status_code == 404
    assert demo.row(receipt, demo.token("liaison", "KUKAR"), "KUKAR") is None
    url = demo.environment["SINERGI_KUKAR_DATABASE_URL"]
    for table in ("\"case\"", "participation", "entry", "answer", "handoff", "history", "clock", "evidence"):
        column = "id" if table == "\"case\"" else "case_id"
        assert demo.sql(f"select count(*) from casework.{table} where {column} = '{case_id}'", url) == [["0"]], table


def test_the_history_is_green_and_one_edited_row_turns_it_red(demo, story):
    receipt, case_id, _ = story
    demo.settle()

    def verify():
        return subprocess.run([demo.environment["SINERGI_CLI"], "history", "verify", "--code", receipt["tracking_code"]], timeout=60,
                              env={"PATH": "/usr/bin:/bin", **demo.environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    green = verify()
    assert green.returncode == 0 and "1 histories checked, 0 broken." in green.stdout, green
    number = demo.sql(f"select number from casework.history where case_id = '{case_id}' and kind = 'arbitrated'")[0][0]
    where = f"where case_id = '{case_id}' and number = {number}"
    kept = demo.sql(f"select encode(convert_to(body, 'UTF8'), 'hex') from casework.history_body {where}")[0][0]
    # Somebody with every right rewrites who decided what.
    demo.sql(f"update casework.history_body set body = replace(body, '{ROADS}', 'PPU/DPUPR') {where}")
    red = verify()
    assert red.returncode == 1 and f"entry {number}" in red.stdout and receipt["tracking_code"] in red.stdout, red
    demo.sql(f"update casework.history_body set body = convert_from(decode('{kept}', 'hex'), 'UTF8') {where}")
    assert verify().returncode == 0
    # What an agency saw cannot be cut off either: it keeps the head.
    assert demo.sql(f"select count(*) > 0 from casework.kept_head where case_id = '{case_id}'",
                    demo.environment["SINERGI_KALTIM_DATABASE_URL"]) == [["t"]]
