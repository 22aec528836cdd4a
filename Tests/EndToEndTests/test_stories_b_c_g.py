"""Stories B, C and G of product.md: a case that crosses borders until somebody decides, between units, and a promise."""

import re

import pytest
import requests

import shapes
from client import code_of, eventually

SARI = "Pak, jalan depan SD di Telemow amblas habis hujan semalam. Pipa air ikut pecah, tiang listrik miring ke arah sekolah. " \
       "Senin anak-anak masuk. Tolong sebelum ada yang celaka."
WASTE = "Sampah di samping Pasar Petung dua minggu tidak diangkut, baunya masuk rumah. Kata pasar urusan kelurahan, " \
        "kata kelurahan urusan dinas."
FARM = "Mohon jalan tani ke sawah disemen."


def steps(view):
    return [step["event"] for step in view["steps"]]


def arbitration(demo, receipt, agency, token, **query):
    listed = demo.call("GET", "routing", "/v1/arbitrations", agency, token=token, expect=200, params=query,
                       shape=shapes.page(shapes.ARBITRATION)).json()["data"]
    return next((a for a in listed if a["case"]["tracking_code"] == receipt["tracking_code"]), None)


def act(demo, case_id, agency, token, verb, body, expect=200):
    return demo.call("POST", "routing", f"/v1/cases/{case_id}/{verb}", agency, token=token, body=body, expect=expect).json()


def publish(demo, case_id, office, text, interim=False, expect=200):
    agency = office.partition("/")[0]
    token = demo.office_token(office)
    draft = act(demo, case_id, agency, token, "answers", {"body": text, "interim": interim}, 201)
    act(demo, case_id, agency, token, f"answers/{draft['answer_id']}/approve", {"note": None})
    return act(demo, case_id, agency, token, f"answers/{draft['answer_id']}/publish", {"note": None}, expect)


@pytest.fixture(scope="module")
def disputed(demo):
    """Story B until arbitration: three hops between DPUPR, KALTIM/DPUPR and PERUMDA-AM. Receipt and case id."""
    receipt = demo.submit(description=SARI, category="roads.damage", lat=-1.071, long=116.690, area_code="64.09.04.2015").json()
    row = demo.offer_to(receipt, "PPU/DPUPR")
    due = demo.follow(receipt)["clocks"]["since_submission"]["due_at"]
    demo.decline(receipt, "PPU/DPUPR", "KALTIM/DPUPR", code="not_our_area", reason="Ruas ini jalan provinsi")
    demo.decline(receipt, "KALTIM/DPUPR", "PPU/PERUMDA-AM", reason="Amblas karena galian pipa")
    demo.decline(receipt, "PPU/PERUMDA-AM", "KALTIM/DPUPR", reason="Pipa pecah karena badan jalan turun")
    view = eventually(lambda: (v := demo.follow(receipt))["status"] == "in_arbitration" and v)
    assert view["clocks"]["since_submission"]["due_at"] == due, "the reporter's clock never restarts"
    # She sees who said so and where it went.
    assert steps(view).count("handoff_declined") == 3
    assert "Ruas ini jalan provinsi" in [step["note"] for step in view["steps"]]
    # Until it is decided, the district of the place owns safety and news.
    assert view["holder"]["code"] == "PPU/KEC-SEPAKU" and view["next_step"] == "arbitrate"
    return receipt, row["case_id"]


@pytest.fixture(scope="module")
def decided(demo, disputed):
    """Story B after PANRB's decision."""
    receipt, case_id = disputed
    # KALTIM is the nearest common office but a party: skipped, its advice attached.
    kaltim = demo.token("liaison", "KALTIM")
    assert arbitration(demo, receipt, "KALTIM", demo.token("arbiter", "KALTIM")) is None
    mine = eventually(lambda: arbitration(demo, receipt, "KALTIM", kaltim, **{"for": "advice"}))
    path = f"/v1/arbitrations/{mine['arbitration_id']}"
    advised = demo.call("POST", "routing", path + "/advice", "KALTIM", token=kaltim, expect=201,
                        body={"office": "KALTIM/BIRO-ORG", "body": "Ruas ini tercatat sebagai jalan provinsi."}).json()
    assert [a["office"]["code"] for a in advised["advice"]] == ["KALTIM/BIRO-ORG"]
    panrb = demo.token("arbiter", "PANRB")
    seen = eventually(lambda: (a := arbitration(demo, receipt, "PANRB", panrb)) and a["advice"] and a)
    assert seen["why"] == "third_refusal" and seen["advice"][0]["body"] == "Ruas ini tercatat sebagai jalan provinsi."
    # The interim holder tells her what is done meanwhile: no silence clock.
    publish(demo, case_id, "PPU/KEC-SEPAKU", "Lokasi sudah kami pagari dan jaga sejak kemarin sore.", interim=True)
    case = demo.call("POST", "routing", path + "/decide", "PANRB", token=panrb, expect=200, shape=shapes.CASE, body={
        "lead": "KALTIM/DPUPR", "contributors": [{"office": "PPU/PERUMDA-AM", "request": "Perbaiki pipa."},
                                                 {"office": "PLN", "request": "Tegakkan tiang."}],
        "monitor": "PPU/KEC-SEPAKU", "reason": "Jalan provinsi; pipa dan tiang oleh pemiliknya.", "multi_agency": True}).json()
    assert case["status"] == "in_progress" and case["lead"]["code"] == "KALTIM/DPUPR"
    view = eventually(lambda: (v := demo.follow(receipt))["status"] == "in_progress" and v)
    assert view["holder"]["code"] == "KALTIM/DPUPR"
    assert [a["interim"] for a in view["answers"]] == [True]
    return receipt, case_id


def test_story_b_the_decision_is_offered_as_a_rule(demo, decided):
    """To the agency that had routed it, and to those that refused it; nothing decides by it before they have tried it."""
    _, case_id = decided
    for agency in ("PPU", "KALTIM"):
        token = demo.token("admin", agency)
        drafts = demo.call("GET", "routing", "/v1/rules/drafts", agency, token=token, expect=200).json()["data"]
        mine = next(d for d in drafts if d["case_id"] == case_id)
        assert mine["source"] == "arbitration" and mine["note"] == "Jalan provinsi; pipa dan tiang oleh pemiliknya."
        path = f"/v1/rules/drafts/{mine['draft_id']}"
        rule, = demo.call("GET", "routing", path, agency, token=token, expect=200).json()["rules"]
        assert (rule["category"], rule["area_code"], rule["lead"]) == ("roads.damage", "64.09.04.2015", "KALTIM/DPUPR")
        assert rule["contributors"] == ["PPU/PERUMDA-AM", "PLN"]
        trial = demo.call("POST", "routing", path + "/simulate", agency, token=token, body={"cases": 600}, expect=200).json()
        assert trial["current"] and (agency != "PPU" or trial["changed"] >= 1)
    pln = demo.call("GET", "routing", "/v1/rules/drafts", "PLN", token=demo.token("admin", "PLN"), expect=200).json()["data"]
    assert case_id not in [d["case_id"] for d in pln], "it refused nothing"


def test_story_b_the_decision_binds(demo, decided):
    _, case_id = decided
    kaltim = demo.office_token("KALTIM/DPUPR")
    case = eventually(lambda: demo.case(case_id, kaltim, "KALTIM"))
    assert "decline" not in case["actions"]
    bound = {p["office"]["code"] for p in case["participations"] if p["bound"] and p["part_state"] == "active"}
    assert bound == {"KALTIM/DPUPR", "PPU/PERUMDA-AM", "PLN", "PPU/KEC-SEPAKU"}
    handoff = next(h for h in case["handoffs"] if h["state"] == "arbitrated" and h["to"]["code"] == "KALTIM/DPUPR" and h["from"]["code"] == "PANRB")
    refused = demo.call("POST", "routing", f"/v1/handoffs/{handoff['handoff_id']}/decline", "KALTIM", token=kaltim, expect=409,
                        body={"reason_code": "not_our_duty", "reason": "Tidak mau", "suggested_office": "PPU"})
    assert code_of(refused) == "handoff_already_decided" and refused.json()["current"]["state"] == "arbitrated"
    # Nor can it be passed on to another agency, or left by a contributor.
    refused = demo.call("POST", "routing", "/v1/handoffs", "KALTIM", token=kaltim, expect=409,
                        body={"case_id": case_id, "to": "PPU/DPUPR", "role": "lead", "reason": "Tidak mau", "request": None})
    assert code_of(refused) == "wrong_state"
    act(demo, case_id, "PLN", demo.token("liaison", "PLN"), "part/withdraw", {"reason": "Tidak mau"}, 409)
    # Not even in psql.
    url = demo.environment["SINERGI_KALTIM_DATABASE_URL"]
    for statement in (f"select casework.decline('{handoff['handoff_id']}', gen_random_uuid(), null, 'x', 'other', 'x', 'PPU')",
                      f"update casework.handoff set state = 'declined' where id = '{handoff['handoff_id']}'",
                      f"update casework.participation set state = 'ended' where case_id = '{case_id}'",
                      f"select casework.expire(id) from casework.clock where case_id = '{case_id}'; select 1/0"):
        assert demo.sql(statement, url, check=False).returncode != 0, statement
    assert demo.case(case_id, kaltim, "KALTIM")["lead"]["code"] == "KALTIM/DPUPR"


def test_story_b_the_decision_is_data_for_a_rule(demo, decided):
    _, case_id = decided
    rows = demo.sql(f"select trace -> 'rule_draft' ->> 'lead', trace -> 'rule_draft' ->> 'category' from casework.decision"
                    f" where case_id = '{case_id}' and mode = 'arbitrated'")
    assert rows == [["KALTIM/DPUPR", "roads.damage"]]


def test_story_b_holding_times_add_up(demo, decided):
    receipt, case_id = decided
    case = demo.case(case_id, demo.office_token("KALTIM/DPUPR"), "KALTIM")
    spans = case["holding"]
    assert [span["office"]["code"] for span in spans] == ["PPU/DISKOMINFO", "PPU/KEC-SEPAKU", "KALTIM/DPUPR"]
    assert spans[0]["since"] == case["created_at"] and spans[-1]["until"] is None
    assert all(before["until"] == after["since"] for before, after in zip(spans, spans[1:]))


def test_story_b_more_time_comes_with_an_interim_reply(demo, decided):
    receipt, case_id = decided
    kaltim = demo.office_token("KALTIM/DPUPR")
    before = demo.follow(receipt)["clocks"]["since_submission"]["due_at"]
    act(demo, case_id, "KALTIM", kaltim, "part/extend", {"days": 11, "reason": "Menunggu aspal panas dari pabrik."}, 422)
    case = act(demo, case_id, "KALTIM", kaltim, "part/extend", {"days": 5, "reason": "Menunggu aspal panas dari pabrik."})
    view = eventually(lambda: (v := demo.follow(receipt))["clocks"]["since_submission"]["due_at"] != before and v)
    assert view["clocks"]["since_submission"]["due_at"] > before and "extended" in steps(view)
    assert "Menunggu aspal panas" in view["answers"][-1]["body"] and view["answers"][-1]["interim"]
    assert view["status"] == "in_progress" and case["status"] == "in_progress", "an interim answer starts no silence clock"


def test_story_b_the_joint_answer_waits_for_each_named_office_then_only_one_part_reopens(demo, decided):
    receipt, case_id = decided
    kaltim = demo.office_token("KALTIM/DPUPR")
    early = publish(demo, case_id, "KALTIM/DPUPR", "Jalan sudah ditimbun dan diaspal ulang.", expect=409)
    assert early["type"].endswith("wrong_state")
    water = demo.office_token("PPU/PERUMDA-AM")
    act(demo, case_id, "PPU", water, "part/reference", {"external_reference": "PDAM-77"})
    act(demo, case_id, "PPU", water, "part/finish", {"result": "Pipa sudah diganti dan diuji."})
    pln = demo.token("liaison", "PLN")
    act(demo, case_id, "PLN", pln, "part/reference", {"external_reference": "PLN-5"})
    act(demo, case_id, "PLN", pln, "part/finish", {"result": "Tiang sudah ditegakkan kembali."})
    case = demo.case(case_id, kaltim, "KALTIM")
    own = {p["office"]["code"]: p["external_reference"] for p in case["participations"]}
    assert own["PPU/PERUMDA-AM"] == "PDAM-77" and own["PLN"] == "PLN-5"
    approved = next(a for a in case["answers"] if a["state"] == "approved")
    act(demo, case_id, "KALTIM", kaltim, f"answers/{approved['answer_id']}/publish", {"note": None})
    eventually(lambda: demo.follow(receipt)["status"] == "answered")
    # "Belum": only PLN's part opens again.
    demo.call("POST", "intake", f"/v1/complaints/{receipt['tracking_code']}/dispute", token=receipt["access_key"], expect=202,
              body={"reason": "Tiang masih miring.", "part": "PLN"})
    case = eventually(lambda: (c := demo.case(case_id, kaltim, "KALTIM"))["status"] == "reopened" and c)
    states = {(p["office"]["code"], p["role"]): p["part_state"] for p in case["participations"]}
    assert states["PLN", "contributor"] == "active" and states["PPU/PERUMDA-AM", "contributor"] == "finished"
    assert states["KALTIM/DPUPR", "lead"] == "active"
    act(demo, case_id, "PLN", pln, "part/finish", {"result": "Tiang ditegakkan dan dicor kakinya."})
    publish(demo, case_id, "KALTIM/DPUPR", "Tiang listrik sudah ditegakkan dan dicor oleh PLN.")
    eventually(lambda: demo.follow(receipt)["status"] == "answered")
    demo.call("POST", "intake", f"/v1/complaints/{receipt['tracking_code']}/confirmation", token=receipt["access_key"], expect=202,
              body={"rating": 5, "comment": None})
    view = eventually(lambda: (v := demo.follow(receipt))["status"] == "closed" and v)
    assert view["outcome"] == "confirmed_solved"
    life = demo.sql(f"select sum(until - since) = (select c.closed_at - c.received_at from casework.\"case\" c where c.id = '{case_id}')"
                    f" from casework.holding where case_id = '{case_id}'")
    assert life == [["t"]], "holding times add up to the case's life"


def test_story_c_between_units(demo):
    receipt = demo.submit(description=WASTE, category="waste.collection", area_code="64.09.01.1003").json()
    demo.decline(receipt, "PPU/DLH", "PPU/DISDAG")
    demo.decline(receipt, "PPU/DISDAG", "PPU/KEL-PETUNG")
    demo.decline(receipt, "PPU/KEL-PETUNG", "PPU/DLH")
    view = eventually(lambda: (v := demo.follow(receipt))["status"] == "in_arbitration" and v)
    assert view["holder"]["agency"] == "PPU" and view["holder"]["code"] != "PPU/KEL-PETUNG", "a party holds nothing meanwhile"
    found = arbitration(demo, receipt, "PPU", demo.token("arbiter"))
    case = demo.call("POST", "routing", f"/v1/arbitrations/{found['arbitration_id']}/decide", token=demo.token("arbiter"), expect=200, body={
        "lead": "PPU/DLH", "contributors": [{"office": "PPU/DISDAG", "request": "Sediakan bak."}], "monitor": None, "reason": "Tugas DLH."}).json()
    assert case["lead"]["code"] == "PPU/DLH"
    # One in the office writes down what is to do; the other units and agencies see none of it.
    dlh = demo.office_token("PPU/DLH")
    task = act(demo, case["case_id"], "PPU", dlh, "tasks", {"title": "Kirim truk", "checklist": [{"text": "Hubungi sopir", "done": False}]}, 201)
    changed = demo.call("POST", "routing", f"/v1/tasks/{task['task_id']}", token=dlh, expect=200,
                        body={"checklist": [{"text": "Hubungi sopir", "done": True}], "state": "done"}).json()
    assert changed["state"] == "done" and changed["checklist"][0]["done"] is True
    demo.call("POST", "routing", f"/v1/tasks/{task['task_id']}", token=demo.office_token("PPU/DISDAG"), body={"state": "open"}, expect=404)


def test_story_g_a_promise_comes_back_on_its_day(demo):
    receipt = demo.submit(description=FARM, kind="aspiration", category="roads.damage", area_code="64.09.03.2007").json()
    row = demo.offer_to(receipt, "PPU/DPUPR")
    demo.decide(row, "PPU/DPUPR", "accept", {"note": None, "external_reference": None})
    office = demo.office_token("PPU/DPUPR")
    act(demo, row["case_id"], "PPU", office, "outcome", {"outcome": "committed", "date": "2027-03-31"}, 422)
    act(demo, row["case_id"], "PPU", office, "outcome", {"outcome": "committed", "date": "2027-03-31", "budget_source": "Musrenbang"})
    publish(demo, row["case_id"], "PPU/DPUPR", "Jalan tani masuk rencana tahun 2027 lewat Musrenbang.")
    eventually(lambda: demo.follow(receipt)["status"] == "answered")
    demo.call("POST", "intake", f"/v1/complaints/{receipt['tracking_code']}/confirmation", token=receipt["access_key"], expect=202,
              body={"rating": None, "comment": None})
    view = eventually(lambda: (v := demo.follow(receipt))["outcome"] == "committed" and v)
    assert view["status"] == "closed"
    clock = demo.sql(f"select (due_at at time zone 'Asia/Makassar')::date, state from casework.clock where case_id = '{row['case_id']}'"
                     " and step = 'commitment'")
    assert clock == [["2027-03-31", "running"]]
    # The day comes.
    demo.sql(f"update casework.clock set due_at = now() where case_id = '{row['case_id']}' and step = 'commitment'")
    view = eventually(lambda: (v := demo.follow(receipt))["status"] == "reopened" and v, 20)
    assert view["outcome"] is None and view["holder"]["code"] == "PPU/DPUPR" and steps(view)[-1] == "reopened"


def test_an_office_without_login_answers_by_link(demo):
    receipt = demo.submit(description="Gorong-gorong di depan balai desa Telemow tersumbat sejak Senin.", category="roads.damage",
                          area_code="64.09.04.2015").json()
    row = demo.offer_to(receipt, "PPU/DPUPR")
    demo.decide(row, "PPU/DPUPR", "accept", {"note": None, "external_reference": None})
    office = demo.office_token("PPU/DPUPR")
    demo.call("POST", "routing", "/v1/handoffs", token=office, expect=201,
              body={"case_id": row["case_id"], "to": "PPU/DESA-TELEMOW", "role": "contributor", "reason": "Di wilayah desa", "request": "Bersihkan."})
    made = act(demo, row["case_id"], "PPU", office, "deliveries", {"office": "PPU/DESA-TELEMOW", "means": "letter", "sent_to": "+628111"}, 201)
    assert "<svg" in made["letter"] and made["pin"] in made["letter"] and made["link"].startswith(demo.url("routing") + "/l/")
    assert SARI not in made["letter"] and "Gorong-gorong" not in made["letter"], "paper tells nothing of the case"
    stored = demo.sql(f"select octet_length(token_hash), octet_length(pin_hash) from casework.delivery where id = '{made['delivery_id']}'")
    assert stored == [["32", "32"]]

    browser = requests.Session()
    page = browser.get(made["link"], timeout=10)
    assert page.status_code == 200 and "Gorong-gorong" not in page.text, "a preview sees nothing of the case"

    def send(**fields):
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
        return browser.post(made["link"], data={"csrf_token": token, **fields}, timeout=10)

    assert send(pin="x1").status_code == 403
    page = send(pin=made["pin"])
    assert page.status_code == 200 and "Gorong-gorong" in page.text
    before = demo.case(row["case_id"], office)["updated_at"]
    browser.get(made["link"] + "?action=accept", timeout=10)
    assert demo.case(row["case_id"], office)["updated_at"] == before, "a GET never acts"
    page = send(action="accept", person="Pak Kades")
    assert page.status_code == 200 and "done=accept" in page.url
    page = send(action="finish", person="Pak Kades", text="Gorong-gorong sudah dibersihkan warga.")
    assert page.status_code == 200, page.text
    case = demo.case(row["case_id"], office)
    part = next(p for p in case["participations"] if p["office"]["code"] == "PPU/DESA-TELEMOW")
    assert part["part_state"] == "finished" and part["result"] == "Gorong-gorong sudah dibersihkan warga."
    # A link that is guessed at is over after five wrong PINs.
    stranger = requests.Session()
    page = stranger.get(made["link"], timeout=10)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
    for attempt in range(5):
        assert stranger.post(made["link"], data={"csrf_token": token, "pin": f"00000{attempt}x"}, timeout=10).status_code == 403
    assert stranger.get(made["link"], timeout=10).status_code == 404


def test_two_officers_at_once_one_wins(demo):
    receipt = demo.submit(description="Jalan kabupaten di Waru berlubang besar dan dalam.", category="roads.damage", area_code="64.09.02").json()
    row = demo.offer_to(receipt, "PPU/DPUPR")
    token = demo.office_token("PPU/DPUPR")
    case = demo.call("GET", "routing", f"/v1/cases/{row['case_id']}", token=token, expect=200)
    tag = {"If-Match": case.headers["ETag"]}
    demo.call("POST", "routing", f"/v1/handoffs/{row['handoff_id']}/accept", token=token, headers=tag, expect=200,
              body={"note": None, "external_reference": None})
    late = demo.call("POST", "routing", f"/v1/handoffs/{row['handoff_id']}/decline", token=token, headers=tag, expect=(409, 412),
                     body={"reason_code": "other", "reason": "Terlambat", "suggested_office": "unknown"})
    assert late.json()["current"]["state"] == "accepted"
    stale = demo.call("POST", "routing", f"/v1/cases/{row['case_id']}/part/extend", token=token, headers=tag, expect=412,
                      body={"days": 1, "reason": "Menunggu bahan datang."})
    assert code_of(stale) == "changed_meanwhile" and stale.json()["current"]["status"] == "in_progress"
