"""The main job: steps 1 to 6 of the first milestone, with the stories A and C of the product page and every shape of the contract."""

import uuid

import pytest

import shapes
from client import eventually, events_of

LAMP = "Lampu jalan poros Samboja Barat mati tiga minggu, gelap sekali, kemarin ada yang jatuh dari motor."
WASTE = (
    "Sampah di samping Pasar Petung dua minggu tidak diangkut, baunya masuk rumah. "
    "Kata pasar urusan kelurahan, kata kelurahan urusan dinas."
)
ROAD = "Jalan provinsi di depan kantor kelurahan amblas setengah badan jalan, mobil harus bergantian lewat."
ANSWER = "Lampu jalan poros Samboja Barat sudah kami ganti dan menyala kembali sejak semalam."


def reporter():
    """A reporter of a test's own: what went out to an address or number is then that test's alone."""
    mark = uuid.uuid4().int % 10**9
    return {"name": "Ibu Sari", "email": f"sari{mark}@contoh.id", "phone": f"+62812{mark:09d}"}


def steps(view):
    return [step["event"] for step in view["steps"]]


def test_story_a_a_complaint_crosses_the_border_and_is_solved(demo):
    person = reporter()
    answer = demo.submit(description=LAMP, category="lighting.street", lat=-1.00, long=116.95, reporter=person)
    receipt = shapes.require(answer.json(), shapes.CREATED)
    assert answer.headers["Location"] == f"v1/complaints/{receipt['tracking_code']}"
    assert receipt["tracking_code"].startswith("PPU-")
    assert receipt["agency"]["code"] == "PPU"
    assert receipt["missing"] == ["event_date"]

    # Routing decides by rule and offers it across the border; PPU keeps holding it until KUKAR takes it.
    row = demo.offer_to(receipt, "KUKAR")
    assert row["status"] == "routed" and row["role"] == "lead" and row["area_code"].startswith("64.02")
    view = eventually(lambda: (v := demo.follow(receipt))["status"] == "routed" and v)
    assert view["next_step"] == "accept_handoff" and view["holder"]["agency"] == "PPU" and view["expected_at"]
    assert view["clocks"]["since_submission"]["working_days_left"] >= 0
    seen_by_origin = demo.row(receipt, demo.token("triage"))
    case = demo.case(seen_by_origin["case_id"], demo.token("triage"))
    assert case["origin"]["agency"] == "PPU" and case["decision"]["mode"] == "automatic" and case["decision"]["rule"]
    assert case["decision"]["suggestions"][0]["office"]["code"] == "KUKAR" and case["decision"]["suggestions"][0]["reasons"]
    assert [h["state"] for h in case["handoffs"]] == ["offered"] and case["handoffs"][0]["due_at"]

    # KUKAR's liaison accepts. Twice: the second time somebody has decided already.
    handoff = demo.decide(row, "KUKAR", "accept", {"note": None, "external_reference": "KK-17"})
    assert handoff["state"] == "accepted" and handoff["decided_at"]
    again = demo.decide(row, "KUKAR", "accept", {}, expect=409)
    assert again["type"] == "urn:sinergi:problem:handoff_already_decided" and again["current"]["state"] == "accepted"
    view = eventually(lambda: (v := demo.follow(receipt))["holder"]["agency"] == "KUKAR" and v)
    assert view["status"] == "in_progress" and view["next_step"] == "answer" and view["held_since"]

    # Assigned, drafted by the handler, approved and published by the liaison.
    liaison, handler = demo.token("liaison", "KUKAR"), demo.token("handler", "KUKAR")
    case_id = row["case_id"]
    case = demo.call("POST", "routing", f"/v1/cases/{case_id}/assign", "KUKAR", token=liaison,
                     body={"officer": demo.subject(handler), "note": None}, expect=200, shape=shapes.CASE).json()
    part = next(p for p in case["participations"] if p["office"]["agency"] == "KUKAR")
    assert part["officer"] and part["external_reference"] == "KK-17"
    assert eventually(lambda: demo.row(receipt, handler, "KUKAR", queue="mine"))
    draft = demo.call("POST", "routing", f"/v1/cases/{case_id}/answers", "KUKAR", token=handler,
                      body={"body": ANSWER, "interim": False}, expect=201, shape=shapes.ANSWER).json()
    assert draft["state"] == "draft" and draft["office"]["agency"] == "KUKAR"
    path = f"/v1/cases/{case_id}/answers/{draft['answer_id']}"
    # A draft is the office's own: neither the reporter nor the origin sees it.
    assert demo.follow(receipt)["answers"] == []
    assert all(a["state"] == "published" for a in demo.case(case_id, demo.token("triage"))["answers"])
    refused = demo.call("POST", "routing", f"{path}/approve", "KUKAR", token=handler, body={"note": None}, expect=403).json()
    assert refused["type"] == "urn:sinergi:problem:insufficient_role"
    approved = demo.call("POST", "routing", f"{path}/approve", "KUKAR", token=liaison, body={"note": None}, expect=200,
                         shape=shapes.ANSWER).json()
    assert approved["state"] == "approved" and approved["approved_by"]
    published = demo.call("POST", "routing", f"{path}/publish", "KUKAR", token=liaison, body={"note": None}, expect=200,
                          shape=shapes.ANSWER).json()
    assert published["state"] == "published" and published["published_at"]

    # The reporter reads it and confirms.
    view = eventually(lambda: (v := demo.follow(receipt))["status"] == "answered" and v)
    assert view["next_step"] == "confirm" and [a["body"] for a in view["answers"]] == [ANSWER]
    assert not view["answers"][0]["interim"] and view["answers"][0]["office"]["agency"] == "KUKAR"
    demo.call("POST", "intake", f"/v1/complaints/{receipt['tracking_code']}/confirmation", token=receipt["access_key"],
              body={"rating": 5, "comment": None}, expect=202, shape=shapes.COMPLAINT)
    view = eventually(lambda: (v := demo.follow(receipt))["status"] == "closed" and v)
    assert view["outcome"] == "confirmed_solved" and view["next_step"] is None
    late = demo.call("POST", "intake", f"/v1/complaints/{receipt['tracking_code']}/confirmation", token=receipt["access_key"],
                     body={"rating": 5, "comment": None}, expect=409).json()
    assert late["type"] == "urn:sinergi:problem:wrong_state" and late["current"]["status"] == "closed"

    # Every step once, in order, and each told once by mail and once by short message.
    order = steps(view)
    assert order[0] == "received" and order[-1] == "closed"
    for event in ("handoff_offered", "handoff_accepted", "assigned", "answer_published", "confirmed"):
        assert order.count(event) == 1, order
    assert [s["seq"] for s in view["steps"]] == sorted({s["seq"] for s in view["steps"]})
    mails = eventually(lambda: (m := demo.mails(receipt, person["email"])) and events_of(m) == sorted(order) and m,
                       what=f"one mail for each of {order}")
    assert len({m["Message-ID"] for m in mails}) == len(mails)
    assert all(m["Message-ID"] and m["Subject"] and m["From"] for m in mails)
    texts = eventually(lambda: (t := demo.texts(person["phone"])) and len(t) == len(order) and t)
    assert any(receipt["tracking_code"] in str(text) for text in texts)


def test_story_c_the_third_refusal_between_units_goes_to_the_arbiter(demo):
    person = reporter()
    receipt = demo.submit(description=WASTE, category="waste.collection", area_code="64.09.01", reporter=person).json()
    chain = [("PPU/DLH", "PPU/DISDAG"), ("PPU/DISDAG", "PPU/KEL-PETUNG"), ("PPU/KEL-PETUNG", "PPU/DLH")]
    for hop, (office, suggested) in enumerate(chain, start=1):
        handoff = demo.decline(receipt, office, suggested)
        assert handoff["state"] == "declined" and handoff["reason_code"] == "not_our_duty" and handoff["decline_reason"], hop
    view = eventually(lambda: (v := demo.follow(receipt))["status"] == "in_arbitration" and v)
    assert view["next_step"] == "arbitrate" and view["holder"]["agency"] == "PPU" and view["expected_at"]

    arbiter = demo.token("arbiter")
    listed = demo.call("GET", "routing", "/v1/arbitrations", token=arbiter, expect=200, shape=shapes.page(shapes.ARBITRATION)).json()
    mine = [a for a in listed["data"] if a["case"]["tracking_code"] == receipt["tracking_code"]]
    assert len(mine) == 1 and mine[0]["why"] == "third_refusal"
    decision = {
        "lead": "PPU/DLH", "contributors": [{"office": "PPU/DISDAG", "request": "Sediakan bak sampah di samping pasar."}],
        "monitor": "PPU/KEL-PETUNG", "reason": "Pengangkutan sampah adalah tugas DLH.",
    }
    path = f"/v1/arbitrations/{mine[0]['arbitration_id']}/decide"
    refused = demo.call("POST", "routing", path, token=demo.token("liaison"), body=decision, expect=403).json()
    assert refused["type"] == "urn:sinergi:problem:insufficient_role"
    case = demo.call("POST", "routing", path, token=arbiter, body=decision, expect=200, shape=shapes.CASE).json()
    assert case["status"] == "in_progress" and case["lead"]["code"] == "PPU/DLH"
    roles = {(p["office"]["code"], p["role"]) for p in case["participations"] if p["part_state"] == "active"}
    assert {("PPU/DLH", "lead"), ("PPU/DISDAG", "contributor"), ("PPU/KEL-PETUNG", "monitor")} <= roles

    # The decision binds: DLH works, nobody can decline any more.
    view = eventually(lambda: (v := demo.follow(receipt))["status"] == "in_progress" and v)
    assert view["holder"]["code"] == "PPU/DLH" and "arbitrated" in steps(view)
    assert steps(view).count("handoff_declined") == 3
    unit = demo.office_token("PPU/DLH")
    draft = demo.call("POST", "routing", f"/v1/cases/{case['case_id']}/answers", token=unit, expect=201,
                      body={"body": "Sampah di samping pasar sudah diangkut pagi ini.", "interim": False}).json()
    for verb in ("approve", "publish"):
        demo.call("POST", "routing", f"/v1/cases/{case['case_id']}/answers/{draft['answer_id']}/{verb}", token=unit,
                  body={"note": None}, expect=200)
    view = eventually(lambda: (v := demo.follow(receipt))["status"] == "answered" and v)
    # Not solved: disputed, reopened with the same lead, the clock since submission going on.
    clock = view["clocks"]["since_submission"]["due_at"]
    demo.call("POST", "intake", f"/v1/complaints/{receipt['tracking_code']}/dispute", token=receipt["access_key"],
              body={"reason": "Baru separuh yang diangkut.", "part": None}, expect=202, shape=shapes.COMPLAINT)
    view = eventually(lambda: (v := demo.follow(receipt))["status"] == "reopened" and v)
    assert view["holder"]["code"] == "PPU/DLH" and view["outcome"] is None
    assert view["clocks"]["since_submission"]["due_at"] == clock
    order = steps(view)
    eventually(lambda: events_of(demo.mails(receipt, person["email"])) == sorted(order), what=f"one mail for each of {order}")


def test_three_agencies_refuse_and_the_nearest_arbiter_that_is_no_party_decides(demo):
    receipt = demo.submit(description=ROAD, category="roads.provincial", area_code="64.09.01").json()
    demo.decline(receipt, "KALTIM/DPUPR", "PPU/DPUPR")
    demo.decline(receipt, "PPU/DPUPR", "PLN")
    demo.decline(receipt, "PLN", "unknown")
    arbiter = demo.token("arbiter", "PANRB")

    def before_panrb():
        listed = demo.call("GET", "routing", "/v1/arbitrations", "PANRB", token=arbiter, expect=200).json()["data"]
        return next((a for a in listed if a["case"]["tracking_code"] == receipt["tracking_code"]), None)

    arbitration = eventually(before_panrb, what="KALTIM is a party, so PANRB arbitrates")
    decision = {"lead": "KALTIM/DPUPR", "contributors": [], "monitor": None, "reason": "Ruas ini jalan provinsi."}
    demo.call("POST", "routing", f"/v1/arbitrations/{arbitration['arbitration_id']}/decide", "PANRB", token=arbiter, body=decision,
              expect=200, shape=shapes.CASE)
    view = eventually(lambda: (v := demo.follow(receipt))["status"] == "in_progress" and v)
    assert view["holder"]["code"] == "KALTIM/DPUPR"
    row = eventually(lambda: demo.row(receipt, demo.token("liaison", "KALTIM"), "KALTIM"))
    assert row["part_state"] == "active"


@pytest.mark.parametrize("category, place, office", [
    ("roads.damage", {"area_code": "64.09.01"}, "PPU/DPUPR"),
    ("waste.collection", {"area_code": "64.09.01"}, "PPU/DLH"),
    ("water.outage", {"lat": -1.25, "long": 116.60}, "PPU/PERUMDA-AM"),
    ("power.pole", {"area_code": "64.09"}, "PLN"),
    ("roads.provincial", {"lat": -1.071, "long": 116.690}, "KALTIM/DPUPR"),
    ("lighting.street", {"lat": -1.00, "long": 116.95}, "KUKAR"),
])
def test_category_and_area_decide_the_destination(demo, category, place, office):
    receipt = demo.submit(description="Mohon segera ditangani, sudah beberapa hari begini.", category=category, **place).json()
    row = demo.offer_to(receipt, office)
    assert row["category"] == category and row["role"] == "lead"
    if "lat" in place:
        assert row["area_code"].startswith("64.02" if office == "KUKAR" else "64.09")


@pytest.mark.parametrize("category", [None, "other.other"])
def test_without_a_category_a_person_decides(demo, category):
    receipt = demo.submit(description="Ada yang aneh di dekat rumah kami, tolong dilihat.", category=category, area_code="64.09.01").json()
    triage = demo.token("triage")
    row = eventually(lambda: demo.row(receipt, triage, queue="triage"))
    assert row["status"] == "submitted" and row["office"]["code"] == "PPU/DISKOMINFO"
    view = eventually(lambda: (v := demo.follow(receipt))["next_step"] == "verify" and v)
    assert view["holder"]["code"] == "PPU/DISKOMINFO"
    changes = {"title": "Tumpukan sampah", "category": "waste.collection", "area_code": "64.09.02", "description_published":
               "Ada yang aneh di dekat rumah warga.", "note": "Sudah ditelepon."}
    case = demo.call("POST", "routing", f"/v1/cases/{row['case_id']}/verify", token=triage, body=changes, expect=200,
                     shape=shapes.CASE).json()
    assert case["status"] == "verified" and case["category"] == "waste.collection" and case["title"] == "Tumpukan sampah"
    handoff = demo.call("POST", "routing", f"/v1/cases/{row['case_id']}/route", token=triage, expect=201, shape=shapes.HANDOFF,
                        body={"to": "PPU/DLH", "role": "lead", "reason": "Sampah."}).json()
    assert handoff["state"] == "offered" and handoff["to"]["code"] == "PPU/DLH"
    # Recalled in time, offered across the border instead.
    recalled = demo.call("POST", "routing", f"/v1/handoffs/{handoff['handoff_id']}/recall", token=demo.token("supervisor"),
                         body={"reason": "Salah kantor."}, expect=200, shape=shapes.HANDOFF).json()
    assert recalled["state"] == "recalled"
    offer = demo.call("POST", "routing", "/v1/handoffs", token=triage, expect=201, shape=shapes.HANDOFF, body={
        "case_id": row["case_id"], "to": "KALTIM/BIRO-ORG", "role": "lead", "reason": "Urusan provinsi.", "request": "Mohon ditangani."}).json()
    assert offer["to"] == {**offer["to"], "code": "KALTIM/BIRO-ORG", "agency": "KALTIM"} and offer["request"] == "Mohon ditangani."
    # Once checked by an officer, anyone with the code reads the public view, without what is private.
    public = eventually(lambda: demo.call("GET", "intake", f"/v1/complaints/{receipt['tracking_code']}", expect=(200, 404)).status_code
                        == 200 and demo.call("GET", "intake", f"/v1/complaints/{receipt['tracking_code']}").json())
    shapes.require(public, shapes.COMPLAINT_PUBLIC)
    assert public["description"] == changes["description_published"]
    assert not {"answers", "lat", "long", "address", "messages", "actions"} & public.keys()


def test_unknown_destination_goes_to_the_coordinator(demo):
    receipt = demo.submit(description="Tiang listrik miring ke arah sekolah, mohon dicek.", category="power.pole", area_code="64.09").json()
    handoff = demo.decline(receipt, "PLN", "unknown", code="other")
    assert handoff["suggested_office"] in ("unknown", None)
    # Nobody knows whose it is, so the coordinator above is asked, and the reporter sees it wait there.
    view = eventually(lambda: (v := demo.follow(receipt))["steps"][-1]["event"] == "handoff_offered" and steps(v).count("handoff_offered") == 2
                      and v)
    assert view["status"] == "routed" and view["next_step"] == "accept_handoff"


def test_english_reporters_are_written_to_in_english(demo):
    person = reporter()
    other = reporter()
    english = demo.submit(description="The street lamp at our corner has been dark for weeks.", category="lighting.street",
                          area_code="64.09.01", language="en", reporter=person).json()
    indonesian = demo.submit(description="Lampu jalan di pojok kampung sudah lama mati.", category="lighting.street",
                             area_code="64.09.01", language="id", reporter=other).json()
    in_english = eventually(lambda: [m for m in demo.mails(english, person["email"]) if m["X-Sinergi-Event"] == "received"])[0]
    in_indonesian = eventually(lambda: [m for m in demo.mails(indonesian, other["email"]) if m["X-Sinergi-Event"] == "received"])[0]
    assert in_english["Content-Language"] == "en" and in_indonesian["Content-Language"] == "id"
    assert in_english["Subject"].replace(english["tracking_code"], "") != in_indonesian["Subject"].replace(indonesian["tracking_code"], "")
    assert "laporan" in in_indonesian.get_body().get_content().lower()
    assert "report" in in_english.get_body().get_content().lower()
    assert eventually(lambda: demo.texts(person["phone"])) and eventually(lambda: demo.texts(other["phone"]))


def test_an_idempotency_key_gives_the_first_answer_again(demo):
    key = str(uuid.uuid4())
    body = {"description": "Pohon tumbang menutup jalan kampung sejak pagi.", "category": "roads.damage", "area_code": "64.09.01"}
    first = demo.submit(headers={"Idempotency-Key": key}, **body)
    again = demo.submit(headers={"Idempotency-Key": key}, **body)
    assert first.json() == again.json()
    rows = demo.sql(f"select count(*) from intake.complaint where tracking_code = '{first.json()['tracking_code']}'")
    assert rows == [["1"]]


def test_metrics_count_it(demo):
    def summary(agency):
        return demo.call("GET", "analytics", "/v1/metrics/summary", agency, token=demo.token("auditor", agency), expect=200,
                         shape=shapes.SUMMARY).json()

    demo.settle()
    before = {agency: summary(agency) for agency in ("PPU", "KUKAR")}
    receipt = demo.submit(description=LAMP, category="lighting.street", lat=-1.00, long=116.95).json()
    demo.accept(receipt, "KUKAR")
    ppu = eventually(lambda: (s := summary("PPU"))["handoffs"]["accepted"] == before["PPU"]["handoffs"]["accepted"] + 1 and s)
    kukar = eventually(lambda: (s := summary("KUKAR"))["handoffs"]["accepted"] == before["KUKAR"]["handoffs"]["accepted"] + 1 and s)
    assert ppu["agency"] == "PPU" and ppu["received"] == before["PPU"]["received"] + 1
    assert ppu["automatic"] == before["PPU"]["automatic"] + 1 and ppu["open"] == before["PPU"]["open"] + 1
    # Received counts at the origin alone.
    assert kukar["received"] == before["KUKAR"]["received"] and kukar["open"] == before["KUKAR"]["open"] + 1
    assert 0 <= ppu["median_hours"]["accepted"] < 24


@pytest.mark.parametrize("service", ["intake", "routing", "notification", "analytics"])
@pytest.mark.parametrize("agency", ["PPU", "KALTIM"])
def test_every_service_tells_how_it_is(demo, service, agency):
    base = demo.url(service, agency)
    for path in ("/healthz", "/readyz"):
        assert demo.session.get(base + path, timeout=10).status_code == 200, path
    metrics = demo.session.get(base + "/metrics", timeout=10)
    assert metrics.status_code == 200 and "# TYPE" in metrics.text
    document = demo.session.get(base + "/openapi.json", timeout=10).json()
    assert document["openapi"].startswith("3.1")


def test_nothing_is_left_over(demo):
    """Runs last in this file: everything submitted above has been delivered, nothing was refused."""
    demo.settle()
    assert demo.sql("select count(*) from exchange.parked") == [["0"]]
