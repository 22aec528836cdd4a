"""Many reports of one matter: duplicates merged and taken apart, one report split, and the surge of story F answered at once."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from client import code_of, eventually, events_of

HOLE = "Jalan di depan SD Waru berlubang besar, motor sering jatuh di situ."
PLACE = {"lat": -1.2705, "long": 116.6105, "area_code": "64.09.02.1003", "category": "roads.damage"}


def person(mail=True):
    tag = uuid.uuid4().hex[:10]
    return {"name": "Warga", "email": f"{tag}@contoh.id"} if mail else {"name": "Warga", "phone": f"+62812{int(tag, 16) % 10**9:09d}"}


def at_dpupr(demo, description=HOLE, accepted=True, **fields):
    """A report that is offered to, or held by, PPU's public works: receipt, reporter and case id."""
    who = person()
    receipt = demo.submit(description=description, reporter=who, **{**PLACE, **fields}).json()
    row = demo.offer_to(receipt, "PPU/DPUPR")
    if accepted:
        demo.accept(receipt, "PPU/DPUPR")
    return receipt, who, row["case_id"]


def merge(demo, child, parent, token=None, expect=200, headers=None):
    return demo.call("POST", "routing", f"/v1/cases/{child}/merge", token=token or demo.office_token("PPU/DPUPR"), headers=headers,
                     body={"into": parent, "reason": "Lubang yang sama di depan sekolah."}, expect=expect)


def test_likely_duplicates_are_found_with_reasons(demo):
    receipt, _, one = at_dpupr(demo, accepted=False)
    other, _, two = at_dpupr(demo, "Ada lubang besar di jalan depan SD Waru, sering bikin motor jatuh!", accepted=False, lat=-1.2710)
    far, _, three = at_dpupr(demo, "Jembatan kayu di Babulu goyang dan papannya lapuk.", accepted=False, category="roads.bridge",
                             lat=-1.55, long=116.45, area_code="64.09.03.2001")
    token = demo.office_token("PPU/DPUPR")
    rows = demo.call("GET", "routing", f"/v1/cases/{one}/similar", token=token, expect=200).json()["data"]
    found = {row["case_id"]: row for row in rows}
    assert two in found and three not in found and one not in found
    assert found[two]["score"] >= 0.5 and len(found[two]["reasons"]) >= 3 and found[two]["tracking_code"] == other["tracking_code"]
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)
    # Neither a neighbour nor the province learns what is like it.
    for agency in ("KUKAR", "KALTIM"):
        demo.call("GET", "routing", f"/v1/cases/{one}/similar", agency, token=demo.token("liaison", agency), expect=404)


def test_a_merged_report_follows_and_may_leave(demo):
    parent, _, main = at_dpupr(demo)
    child, who, case_id = at_dpupr(demo)
    token = demo.office_token("PPU/DPUPR")
    tag = demo.call("GET", "routing", f"/v1/cases/{case_id}", token=token, expect=200).headers["ETag"]
    # By its code as well as by its id; the version that was read counts, and the second officer comes too late.
    demo.call("POST", "routing", f"/v1/cases/{case_id}/merge", token=token, body={"into": "PPU-NOSUCH", "reason": "x"}, expect=422)
    merged = merge(demo, case_id, parent["tracking_code"].lower(), headers={"If-Match": tag}).json()
    assert merged["status"] == "merged" and merged["merged_into"]["case_id"] == main and "unmerge" in merged["actions"]
    assert code_of(merge(demo, case_id, main, headers={"If-Match": tag}, expect=412)) == "changed_meanwhile"
    assert code_of(merge(demo, case_id, main, expect=409)) == "wrong_state"
    assert code_of(merge(demo, main, case_id, token=demo.office_token("PPU/DLH"), expect=(403, 404))) in ("insufficient_role", "not_found")
    assert [row["case_id"] for row in demo.case(main, token)["merged"]] == [case_id]
    assert demo.row(child, token, queue="agency")["part_state"] == "finished"

    seen = eventually(lambda: (view := demo.follow(child))["status"] == "merged" and view)
    assert seen["merged_into"] == {"tracking_code": parent["tracking_code"], "status": "in_progress", "outcome": None, "answered": False}
    assert seen["holder"]["code"] == "PPU/DPUPR" and seen["next_step"] == "answer" and seen["actions"] == []

    answers = f"/v1/cases/{main}/answers"
    draft = demo.call("POST", "routing", answers, token=token, expect=201,
                      body={"body": "Lubang di depan SD Waru sudah kami tambal pagi ini.", "interim": False}).json()
    for step in ("approve", "publish"):
        demo.call("POST", "routing", f"{answers}/{draft['answer_id']}/{step}", token=token, body={"note": None}, expect=200)
    seen = eventually(lambda: (view := demo.follow(child))["answers"] and view)
    assert [a["body"] for a in seen["answers"]] == [draft["body"]] and seen["merged_into"]["answered"] is True
    assert seen["status"] == "merged" and seen["outcome"] == "merged"
    told = eventually(lambda: (m := demo.mails(child, who["email"])) and "answer_published" in events_of(m) and m)
    assert events_of(told).count("answer_published") == 1 and events_of(told).count("merged") == 1

    # Not helped by it: the own report stands for itself again, in the same hands.
    demo.call("POST", "intake", f"/v1/complaints/{child['tracking_code']}/dispute", token=child["access_key"],
              body={"reason": "Lubang saya di seberangnya, belum ditambal."}, expect=202)
    eventually(lambda: demo.case(case_id, token)["status"] == "in_progress")
    assert demo.case(main, token)["status"] == "answered" and demo.case(main, token)["merged"] == []
    eventually(lambda: (view := demo.follow(child))["status"] == "in_progress" and view["merged_into"] is None)


def test_unmerging_gives_back_what_was(demo):
    _, _, main = at_dpupr(demo)
    child, _, case_id = at_dpupr(demo, accepted=False)
    token, front = demo.office_token("PPU/DPUPR"), demo.token("liaison")
    before = demo.case(case_id, front)
    merge(demo, case_id, main, token=front)
    assert demo.row(child, token, queue="offered") is None
    answer = demo.call("POST", "routing", f"/v1/cases/{case_id}/unmerge", token=front, body={"reason": "Ternyata lubang lain."}, expect=200).json()
    for field in ("status", "outcome", "lead", "holder", "participations", "handoffs", "clocks", "merged_into"):
        assert answer[field] == before[field], field
    # The offer is open again, and can be taken.
    demo.accept(child, "PPU/DPUPR")
    eventually(lambda: {"merged", "unmerged", "handoff_accepted"} <= {step["event"] for step in demo.follow(child)["steps"]})


def test_one_report_about_two_matters_is_split(demo):
    who = person()
    receipt = demo.submit(description="Lampu jalan mati di depan pasar Waru, dan sampah di sampingnya sudah dua minggu tidak diangkut.",
                          reporter=who, area_code="64.09.02.1003", category="lighting.street").json()
    token = demo.token("liaison")
    row = demo.offer_to(receipt, "PPU/DPUPR")
    body = {"reason": "Dua hal, dua dinas.", "parts": [{"title": "Sampah di samping pasar Waru", "category": "waste.collection", "to": "PPU/DLH",
                                                       "description": "Sampah di samping pasar sudah dua minggu tidak diangkut."}]}
    bad = {**body, "parts": [{**body["parts"][0], "category": "no.such"}]}
    demo.call("POST", "routing", f"/v1/cases/{row['case_id']}/split", token=token, body=bad, expect=422)
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    case = demo.call("POST", "routing", f"/v1/cases/{row['case_id']}/split", token=token, body=body, headers=headers, expect=201).json()
    again = demo.call("POST", "routing", f"/v1/cases/{row['case_id']}/split", token=token, body=body, headers=headers, expect=201).json()
    assert [part["case_id"] for part in again["split"]] == [part["case_id"] for part in case["split"]] and len(case["split"]) == 1
    assert case["status"] == "routed"

    # The reporter sees both from the one code, and follows each with the one key.
    seen = eventually(lambda: (view := demo.follow(receipt))["split_into"] and view)
    part = {"tracking_code": seen["split_into"][0]["tracking_code"], "access_key": receipt["access_key"]}
    assert part["tracking_code"] == case["split"][0]["tracking_code"] and seen["split_into"][0]["title"] == body["parts"][0]["title"]
    demo.accept(part, "PPU/DLH")
    view = eventually(lambda: (view := demo.follow(part))["status"] == "in_progress" and view)
    assert view["split_from"] == receipt["tracking_code"] and view["description"] == body["parts"][0]["description"]
    assert view["created_at"] == seen["created_at"]
    mails = eventually(lambda: (m := demo.mails(part, who["email"])) and "handoff_accepted" in events_of(m) and m)
    assert events_of(mails).count("handoff_accepted") == 1


# ---- Story F

WORDINGS = [
    "Air PDAM mati dari subuh di Nenang.", "aer ga ngalir pak di nipah2 dr jam 4", "Kemarin keruh, sekarang mati total",
    "Kran kering, di rumah ada bayi", "PDAM mati lagi?? sdh 3x bulan ini", "Mushola tidak ada air wudhu",
    "Mohon info pak, air tdk mengalir sejak pagi", "ledeng ga keluar sama sekali", "airnya blm nyala jg sampe skrg",
    "Tandon sudah kosong, air PDAM tidak jalan", "gabisa mandi, keran kering kerontang", "Sudah dari jam 4 tidak ada air di sini",
]
DECOYS = ["Tagihan air saya naik tiga kali lipat", "Meteran air saya hilang", "Selokan meluap ke rumah"]
KELURAHAN = ["64.09.01.1003", "64.09.01.1009", "64.09.01.1010", "64.09.02.1003", "64.09.03.2001", "64.09.03.2007", "64.09.04.1005", "64.09.04.2015"]


def report(demo, number, who):
    # Most choose the category from the form, some leave it to us.
    category = {"category": "water.outage"} if number % 4 else {}
    return demo.submit(description=WORDINGS[number % len(WORDINGS)], area_code=KELURAHAN[number % len(KELURAHAN)], reporter=who,
                       headers={"Idempotency-Key": str(uuid.uuid4())}, **category).json()


@pytest.fixture(scope="module")
def surge(demo):
    """37 reports and three decoys; the first ten alone first, so that the alarm has to come by then."""
    head = person(mail=False)  # of the neighbourhood: files for three neighbours with one telephone
    people = [head if number in (5, 15, 25) else person(mail=number % 2 == 0) for number in range(37)]
    with ThreadPoolExecutor(8) as pool:
        receipts = list(pool.map(lambda number: report(demo, number, people[number]), range(10)))
        decoys = list(pool.map(lambda text: demo.submit(description=text, area_code=KELURAHAN[0], category="water.outage").json(), DECOYS))
        token = demo.token("liaison")

        def cluster():
            mine = demo.sql(f"select m.cluster from casework.matter m join casework.\"case\" c on c.id = m.case_id where m.cluster is not null "
                            f"and c.tracking_code = '{receipts[0]['tracking_code']}'")
            return mine and mine[0][0]

        found = eventually(cluster, what="a cluster by the tenth report")
        receipts += pool.map(lambda number: report(demo, number, people[number]), range(10, 37))
    return receipts, people, decoys, found, token


def test_a_surge_is_one_cluster_and_rings_the_duty_officer(demo, surge):
    receipts, people, decoys, cluster, token = surge
    codes = {receipt["tracking_code"] for receipt in receipts}
    assert len(codes) == 37, "the neighbourhood head's three reports pass like everybody's"

    def members():
        rows = demo.call("GET", "routing", f"/v1/clusters/{cluster}/cases", token=token, params={"limit": 200}, expect=200).json()["data"]
        return codes <= {row["tracking_code"] for row in rows} and rows

    rows = eventually(members, what="all 37 in one cluster")
    assert not {receipt["tracking_code"] for receipt in decoys} & {row["tracking_code"] for row in rows}
    view = demo.call("GET", "routing", f"/v1/clusters/{cluster}", token=token, expect=200).json()
    assert view["matter"] == "water.outage" and view["area_code"] == "64.09" and view["reports"] >= 37 and view["areas"] >= 8
    rung = {office["code"] for office in view["alarm"]["offices"]}
    assert "PPU/BPBD" in rung and view["office"]["code"] in rung
    # Rung by every channel that the duty officer has.
    first = demo.case(view["alarm"]["case_id"], token)
    assert any(entry["type"] == "surge_rung" for entry in first["entries"])
    eventually(lambda: any(first["tracking_code"] in str(message) for message in demo.texts("+62811000901")), what="the duty officer's telephone")
    # Whose it is not sees none of it.
    for agency in ("KUKAR", "KALTIM"):
        demo.call("GET", "routing", f"/v1/clusters/{cluster}", agency, token=demo.token("liaison", agency), expect=404)
        listed = demo.call("GET", "routing", "/v1/clusters", agency, token=demo.token("liaison", agency), expect=200).json()["data"]
        assert cluster not in [row["cluster_id"] for row in listed]


def test_one_answer_reaches_everybody_once(demo, surge):
    receipts, people, decoys, cluster, token = surge
    eventually(lambda: demo.sql(f"select count(*) >= 37 from casework.matter where cluster = '{cluster}'") == [["t"]])
    path, text = f"/v1/clusters/{cluster}", "Pipa induk di Nipah-Nipah pecah. Sejak pukul 10.00 air mengalir lagi di semua kelurahan."
    # Drafted by one, approved and published by another; a handler may not publish.
    draft = demo.call("POST", "routing", path + "/answers", token=demo.token("handler"), expect=201,
                      body={"body": text, "office": "PPU/PERUMDA-AM"}).json()
    step = f"{path}/answers/{draft['answer_id']}"
    assert code_of(demo.call("POST", "routing", step + "/publish", token=token, body={"note": None}, expect=409)) == "wrong_state"
    assert code_of(demo.call("POST", "routing", step + "/approve", token=demo.token("handler"), body={"note": None}, expect=403)) == "insufficient_role"
    demo.call("POST", "routing", step + "/approve", token=token, body={"note": None}, expect=200)
    done = demo.call("POST", "routing", step + "/publish", token=token, body={"note": None}, expect=200).json()
    results = {row["tracking_code"]: row for row in done["results"]}
    refused = [row for row in results.values() if row["tracking_code"] in {r["tracking_code"] for r in receipts} and row["status"] != 200]
    assert not refused and {receipt["tracking_code"] for receipt in receipts} <= set(results), refused
    # A repeat tells nobody again.
    again = demo.call("POST", "routing", step + "/publish", token=token, body={"note": None}, expect=200).json()
    assert not [row for row in again["results"] if row["status"] == 200] and again["reached"] == done["reached"]

    def reached(receipt, who):
        if "email" in who:
            return events_of(demo.mails(receipt, who["email"])).count("answer_published")
        return sum("sudah dijawab" in str(message) and receipt["tracking_code"] in str(message) for message in demo.texts(who["phone"]))

    for receipt, who in zip(receipts, people):
        assert eventually(lambda: reached(receipt, who), what=f"{receipt['tracking_code']} told") == 1
    view = demo.follow(receipts[36])
    assert view["status"] == "answered" and [answer["body"] for answer in view["answers"]] == [text]
    assert view["answers"][0]["office"]["code"] == "PPU/PERUMDA-AM"
    assert not demo.follow(decoys[0])["answers"]


def test_a_root_cause_has_an_owner_a_measure_and_a_date(demo, surge):
    cluster, token = surge[3], surge[4]
    path = f"/v1/clusters/{cluster}"
    tag = demo.call("GET", "routing", path, token=token, expect=200).headers["ETag"]
    body = {"owner": "PPU/PERUMDA-AM", "cause": "Pipa induk dari 1998.", "measure": "Pipa induk diganti.", "measure_due": "2027-03-31"}
    assert code_of(demo.call("PUT", "routing", path, token=token, body=body, expect=428)) == "if_match_required"
    demo.call("PUT", "routing", path, token=token, body={"measure": "Pipa induk diganti."}, headers={"If-Match": tag}, expect=422)
    view = demo.call("PUT", "routing", path, token=token, body={**body, "measure_done": True}, headers={"If-Match": tag}, expect=200).json()
    assert view["owner"]["code"] == "PPU/PERUMDA-AM" and view["measure_due"] == "2027-03-31"
    assert view["effect"]["before"] >= 0 and view["effect"]["after"] >= 0
    assert code_of(demo.call("PUT", "routing", path, token=token, body=body, headers={"If-Match": tag}, expect=412)) == "changed_meanwhile"
