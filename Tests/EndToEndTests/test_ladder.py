"""The last rung of the ladder: the supervisor outside, told with the reporter's consent and never without; and offices that stay silent."""

import re

import requests

from client import code_of, eventually, events_of
from test_stories_b_c_g import act


def steps(view):
    return [step["event"] for step in view["steps"]]


def climb(demo, case_id, step, times=1):
    """The next rungs are due now; the agency climbs them as its sweep would, one by one."""
    where = f"case_id = '{case_id}' and step = '{step}' and state = 'running'"
    for _ in range(times):
        demo.sql(f"update casework.clock set rung_at = now() - interval '1 second' where {where}")
        # The sweep may have been quicker: then there is nothing left to climb.
        demo.sql(f"select casework.climb(id) from casework.clock where {where}", demo.environment["SINERGI_PPU_DATABASE_URL"])


def test_the_ombudsman_is_told_with_consent_and_only_then(demo):
    receipt = demo.submit(description="Jembatan kayu di Maridan rusak berat sejak Maret, belum juga diperbaiki.", category="roads.bridge",
                          area_code="64.09.04", reporter={"name": "Rudi", "email": "rudi.ladder@example.org"}).json()
    row = demo.offer_to(receipt, "PPU/DPUPR")
    demo.decide(row, "PPU/DPUPR", "accept", {"note": None, "external_reference": None})
    case_id, path = row["case_id"], f"/v1/complaints/{receipt['tracking_code']}/consent"
    office = demo.office_token("PPU/DPUPR")
    key = receipt["access_key"]
    state = demo.call("GET", "intake", path, token=key, expect=200).json()
    assert state["asked"] is False and state["given"] is False and "Ombudsman" in state["text"]

    climb(demo, case_id, "resolve", 4)
    view = eventually(lambda: (v := demo.follow(receipt)) and "consent" in v["actions"] and v)
    assert steps(view)[-1] == "external_consent_asked" and "withdraw_consent" not in view["actions"]
    # Both were told on the way: the office and its superior.
    eventually(lambda: {"due_soon", "overdue", "escalated"} <= set(events_of(demo.mails(receipt, "ppu.dpupr"))))
    eventually(lambda: {"overdue", "escalated"} <= set(events_of(demo.mails(receipt, "ppu.sekda"))))
    eventually(lambda: "external_consent_asked" in events_of(demo.mails(receipt, "rudi.ladder")))
    refused = demo.call("POST", "routing", f"/v1/cases/{case_id}/deliveries", token=office, expect=409, body={"office": "ORI", "means": "letter"})
    assert code_of(refused) == "wrong_state"

    demo.call("POST", "intake", path, token=key, expect=422, body={"given": True})
    demo.call("POST", "intake", path, token=key, expect=422, body={"given": True, "wording": "2019-01"})
    demo.call("POST", "intake", path, expect=401, body={"given": True, "wording": state["wording"]})
    given = demo.call("POST", "intake", path, token=key, expect=202, body={"given": True, "wording": state["wording"]}).json()
    assert "withdraw_consent" in given["actions"] and "consent" not in given["actions"]
    again = demo.call("POST", "intake", path, token=key, expect=409, body={"given": True, "wording": state["wording"]})
    assert code_of(again) == "wrong_state"
    case = eventually(lambda: (c := demo.case(case_id, office)) and any(p["office"]["code"] == "ORI" for p in c["participations"]) and c)
    assert "deliver" in case["actions"]
    sent = act(demo, case_id, "PPU", office, "deliveries", {"office": "ORI", "means": "letter"}, 201)
    assert "Ombudsman" in sent["letter"] and "<svg" in sent["letter"] and "Maridan" not in sent["letter"]
    eventually(lambda: "external_told" in steps(demo.follow(receipt)))
    # What the Ombudsman opens: the report, with nobody's name.
    browser = requests.Session()
    page = browser.get(sent["link"], timeout=10)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
    page = browser.post(sent["link"], data={"csrf_token": token, "pin": sent["pin"]}, timeout=10)
    assert "Maridan" in page.text and "Rudi" not in page.text
    # Taken back: the link is over, and the history keeps both with the wording.
    demo.call("POST", "intake", path, token=key, expect=202, body={"given": False})
    eventually(lambda: browser.get(sent["link"], timeout=10).status_code == 404)
    kept = demo.sql("select (b.body::jsonb #>> '{given}') || ' ' || (b.body::jsonb #>> '{wording}') from casework.history h"
                    " join casework.history_body b using (case_id, number)"
                    f" where h.case_id = '{case_id}' and h.kind = 'external_consent' order by number")
    assert kept == [[f"true {state['wording']}"], [f"false {state['wording']}"]]
    public = demo.call("GET", "intake", f"/v1/complaints/{receipt['tracking_code']}", expect=(200, 404))
    assert "consent" not in public.text


def test_a_silent_office_is_reminded_and_its_coordinator_may_act(demo):
    receipt = demo.submit(description="Sampah menumpuk di pinggir jalan Girimukti sejak pekan lalu.", category="waste.collection",
                          area_code="64.09.01").json()
    row = demo.offer_to(receipt, "PPU/DLH")
    case_id = row["case_id"]
    opened = act(demo, case_id, "PPU", demo.token("liaison"), "arbitration", {"reason": "Mohon diputuskan."}, 201)
    arbiter = demo.token("arbiter")
    demo.call("POST", "routing", f"/v1/arbitrations/{opened['arbitration_id']}/decide", token=arbiter, expect=200, body={
        "lead": "PPU/KEL-PETUNG", "contributors": [], "monitor": None, "reason": "Wilayah kelurahan."})
    # Its part ended with the decision: nothing can be done behind the office's back.
    demo.call("POST", "routing", f"/v1/cases/{case_id}/part/act-for", token=arbiter, expect=403,
              body={"office": "PPU/KEL-PETUNG", "reason": "Belum dibuka"})
    climb(demo, case_id, "open", 2)
    eventually(lambda: "not_opened" in events_of(demo.mails(receipt, "ppu.kel-petung")))
    eventually(lambda: "not_opened_superior" in events_of(demo.mails(receipt, "ppu.sekda")))
    climb(demo, case_id, "open")
    case = eventually(lambda: (c := demo.case(case_id, arbiter)) and "act_for" in c["actions"] and c)
    assert next(c for c in case["clocks"] if c["step"] == "open")["rung"] == 3
    case = act(demo, case_id, "PPU", arbiter, "part/act-for", {"office": "PPU/KEL-PETUNG", "reason": "Tiga hari kerja belum dibuka."})
    assert case["lead"]["code"] == "PPU/SEKDA"
    view = eventually(lambda: (v := demo.follow(receipt)) and "acted_for" in steps(v) and v)
    assert view["holder"]["code"] == "PPU/SEKDA" and "PPU/KEL-PETUNG" in view["steps"][-1]["note"]


def test_an_office_that_looks_at_its_list_is_not_called_silent(demo):
    receipt = demo.submit(description="Pohon tumbang menutup gang di Petung sejak tadi malam.", category="waste.collection",
                          area_code="64.09.01").json()
    row = demo.offer_to(receipt, "PPU/DLH")
    opened = act(demo, row["case_id"], "PPU", demo.token("liaison"), "arbitration", {"reason": "Mohon diputuskan."}, 201)
    demo.call("POST", "routing", f"/v1/arbitrations/{opened['arbitration_id']}/decide", token=demo.token("arbiter"), expect=200, body={
        "lead": "PPU/KEL-PETUNG", "contributors": [], "monitor": None, "reason": "Wilayah kelurahan."})
    where = f"where case_id = '{row['case_id']}' and step = 'open' and office = (select id from directory.office where code = 'PPU/KEL-PETUNG')"
    # The head of the agency and its auditor only watch.
    demo.case(row["case_id"], demo.token("auditor"))
    demo.case(row["case_id"], demo.token("liaison"))
    assert demo.sql(f"select state from casework.clock {where}") == [["running"]]
    assert demo.row(receipt, demo.office_token("PPU/KEL-PETUNG"), queue="office")
    assert demo.sql(f"select state from casework.clock {where}") == [["stopped"]]
