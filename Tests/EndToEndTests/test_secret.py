"""Story D: a confidential report that must not reach whom it accuses. Story H's second half: the chained history."""

import json
import subprocess

import pytest

from client import code_of, eventually

SECRET = ("Saya diminta 'uang percepatan' Rp150.000 di loket, padahal gratis. "
          "Mohon nama saya jangan sampai diketahui orang kantor itu.")
LAMP = "Lampu jalan poros Samboja Barat mati tiga minggu, gelap sekali, kemarin ada yang jatuh dari motor."


@pytest.fixture(scope="module")
def secret(demo):
    """The report at the inspectorate, with DISDUKCAPIL named as accused. Its receipt and case id."""
    receipt = demo.submit(description=SECRET, kind="whistleblowing", confidential=True, area_code="64.09.01",
                          reporter={"name": "Rina", "email": "rina@contoh.id", "phone": "+6281211112222"}).json()
    row = demo.offer_to(receipt, "PPU/INSPEKTORAT")
    token = demo.office_token("PPU/INSPEKTORAT")
    demo.call("POST", "routing", f"/v1/cases/{row['case_id']}/accused", token=token, body={"office": "PPU/DISDUKCAPIL"}, expect=201)
    demo.accept(receipt, "PPU/INSPEKTORAT")
    return receipt, row["case_id"]


def test_straight_to_the_inspectorate(demo, secret):
    receipt, case_id = secret
    case = demo.case(case_id, demo.office_token("PPU/INSPEKTORAT"))
    assert case["lead"]["code"] == "PPU/INSPEKTORAT" and case["confidential"] is True
    resolve = next(clock for clock in case["clocks"] if clock["step"] == "resolve")
    limit = demo.sql("select amount, unit from casework.clock where case_id = '%s' and step = 'resolve'" % case_id)
    assert limit == [["60", "working_days"]], resolve


@pytest.mark.parametrize("office", ["PPU/DISDUKCAPIL", "PPU/DPUPR"])
def test_the_accused_office_finds_nothing(demo, secret, office):
    """The accused office, and any other that has no part: list, search, count, page, every way to write."""
    receipt, case_id = secret
    token = demo.office_token(office)
    assert demo.row(receipt, token) is None
    for query in ({"q": "uang percepatan"}, {"q": receipt["tracking_code"]}, {"kind": "whistleblowing"}, {"queue": "overdue"},
                  {"queue": "agency", "limit": 200}):
        assert case_id not in [row["case_id"] for row in demo.rows(token, **query)], query
    for path in ("", "/history", "/accused"):
        assert code_of(demo.call("GET", "routing", f"/v1/cases/{case_id}{path}", token=token, expect=404)) == "not_found"
    for verb, body in (("notes", {"body": "Siapa yang melapor?"}), ("presence", {"editing": True}),
                       ("assign", {"officer": demo.subject(token), "note": None})):
        demo.call("POST", "routing", f"/v1/cases/{case_id}/{verb}", token=token, body=body, expect=404)
    answer = demo.call("POST", "routing", "/v1/bulk", token=token, expect=200,
                       body={"action": "note", "case_ids": [case_id], "with": {"body": "Siapa?", "visibility": "agency"}}).json()
    assert [item["status"] for item in answer["data"]] == [404]


def test_the_accused_head_finds_nothing_either(demo, secret):
    receipt, case_id = secret
    for role in ("head", "auditor"):
        name = f"SINERGI_DEMO_PPU_{role.upper()}_TOKEN"
        token = demo.environment.get(name)
        if token is None:
            continue
        assert case_id not in [row["case_id"] for row in demo.rows(token, limit=200)]
        demo.call("GET", "routing", f"/v1/cases/{case_id}", token=token, expect=404)


def test_the_accused_office_gets_no_part(demo, secret):
    _, case_id = secret
    token = demo.office_token("PPU/INSPEKTORAT")
    answer = demo.call("POST", "routing", "/v1/handoffs", token=token, expect=409,
                       body={"case_id": case_id, "to": "PPU/DISDUKCAPIL", "role": "contributor", "reason": "Mohon keterangan.", "request": "Keterangan"})
    assert code_of(answer) == "wrong_state"


@pytest.mark.parametrize("agency", ["KUKAR", "PANRB", "KALTIM", "PLN"])
def test_in_psql_others_see_nothing(demo, secret, agency):
    _, case_id = secret
    url = demo.environment[f"SINERGI_{agency}_DATABASE_URL"]
    for table in ("participation", "entry", "clock", "history", "history_body", "accused", "confidant", "kept_head", "presence"):
        assert demo.sql(f"select count(*) from casework.{table} where case_id = '{case_id}'", url) == [["0"]], table
    assert demo.sql("select count(*) from casework.search('uang percepatan', '{\"finished\": true}', null, null, 1000)", url) == [["0"]]


def test_nobody_of_the_accused_office_is_told(demo, secret):
    receipt, _ = secret
    demo.settle()
    assert not [mail for mail in demo.mails(receipt) if "disdukcapil" in str(mail["To"]).lower()]


def test_figures_do_not_count_it(demo, secret):
    _, case_id = secret
    demo.settle()
    assert demo.sql(f"select count(*) from analytics.case_fact where case_id = '{case_id}'") == [["0"]]


# ---- H. Trust


@pytest.fixture
def crossed(demo):
    receipt = demo.submit(description=LAMP, category="lighting.street", lat=-1.00, long=116.95).json()
    row = demo.offer_to(receipt, "KUKAR")
    demo.accept(receipt, "KUKAR")
    return receipt, row["case_id"]


def verify(demo, *arguments, database=True):
    environment = {**demo.environment} if database else {}
    return subprocess.run([demo.environment["SINERGI_CLI"], "history", "verify", *arguments], env={"PATH": "/usr/bin:/bin", **environment},
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_history_says_who_when_and_what_changed(demo, crossed):
    receipt, case_id = crossed
    history = demo.call("GET", "routing", f"/v1/cases/{case_id}/history", token=demo.token("liaison"), expect=200).json()
    assert [link["number"] for link in history["links"]] == list(range(1, history["count"] + 1))
    accepted = next(link for link in history["links"] if link["kind"] == "accepted")
    assert accepted["agency"] == "KUKAR" and accepted["body"]["actor"] and accepted["body"]["before"]["status"] == "routed"
    assert accepted["body"]["after"]["lead"] == "KUKAR"


def test_verify_is_green_and_one_edited_row_turns_it_red(demo, crossed):
    receipt, case_id = crossed
    demo.settle()
    green = verify(demo, "--code", receipt["tracking_code"])
    assert green.returncode == 0 and "0 broken" in green.stdout, green
    demo.sql(f"update casework.history_body set body = replace(body, 'in_progress', 'closed') where case_id = '{case_id}' and number = 3")
    demo.sql(f"update casework.history set kind = 'verified' where case_id = '{case_id}' and number = 3")
    red = verify(demo, "--code", receipt["tracking_code"])
    assert red.returncode == 1 and receipt["tracking_code"] in red.stdout and "entry 3" in red.stdout, red


def test_an_export_is_verified_without_a_database(demo, crossed, tmp_path):
    receipt, case_id = crossed
    demo.settle()
    cli = demo.environment["SINERGI_CLI"]
    export = subprocess.run([cli, "history", "export", "--code", receipt["tracking_code"]], env={"PATH": "/usr/bin:/bin", **demo.environment},
                            stdout=subprocess.PIPE, text=True, check=True).stdout
    file = tmp_path / "history.json"
    file.write_text(export)
    kept = demo.sql(f"select encode(head, 'hex') from casework.kept_head where case_id = '{case_id}'",
                    demo.environment["SINERGI_KUKAR_DATABASE_URL"])[0][0]
    green = verify(demo, "--file", str(file), "--head", kept, database=False)
    assert green.returncode == 0, green
    document = json.loads(export)
    del document["links"][-1]
    file.write_text(json.dumps(document))
    red = verify(demo, "--file", str(file), database=False)
    assert red.returncode == 1 and f"entry {document['count']}" in red.stdout, red


def test_words_are_erased_by_law_and_the_history_stays_whole(demo, crossed):
    receipt, case_id = crossed
    token, overruler = demo.token("liaison", "KUKAR"), demo.token("supervisor", "KUKAR")
    path, law = f"/v1/cases/{case_id}", {"reason": "Permintaan penghapusan menurut UU 27/2022."}
    note = demo.call("POST", "routing", path + "/notes", "KUKAR", token=token, expect=201,
                     body={"body": "Pelapor bernama Budi Hapusan.", "visibility": "participants"}).json()
    answer = demo.call("POST", "routing", path + "/answers", "KUKAR", token=token, expect=201,
                       body={"body": "Terima kasih Bapak Budi Hapusan, lampu segera kami ganti.", "interim": True}).json()
    for verb in ("approve", "publish"):
        demo.call("POST", "routing", f"{path}/answers/{answer['answer_id']}/{verb}", "KUKAR", token=token, body={"note": None}, expect=200)
    eventually(lambda: demo.follow(receipt)["answers"])
    for what in (f"/entries/{note['seq']}", f"/answers/{answer['answer_id']}"):
        assert code_of(demo.call("POST", "routing", path + what + "/erasure", token=demo.token("supervisor"), body=law, expect=404)) == "not_found"
        demo.call("POST", "routing", path + what + "/erasure", "KUKAR", token=token, body=law, expect=403)
        case = demo.call("POST", "routing", path + what + "/erasure", "KUKAR", token=overruler, body=law, expect=200).json()
    assert "Hapusan" not in str(case)
    eventually(lambda: "Hapusan" not in str(demo.follow(receipt)), what="the reporter's view is made anew")
    assert demo.sql(f"select count(*) from casework.history where case_id = '{case_id}' and kind = 'words_erased'") == [["2"]]
    demo.settle()
    green = verify(demo, "--code", receipt["tracking_code"])
    assert green.returncode == 0 and "0 broken" in green.stdout, green


# ---- work lists and answers


def test_search_filters_views_bulk_and_presence(demo, crossed):
    receipt, case_id = crossed
    token = demo.token("liaison", "KUKAR")
    for query in ({"q": "samboja lampu"}, {"q": "poros sambo"}, {"kind": "complaint", "category": "lighting"}, {"priority": "urgent"},
                  {"due_from": "2020-01-01T00:00:00Z", "due_to": "2099-01-01T00:00:00Z"}):
        found = demo.rows(token, "KUKAR", limit=200, **query)
        assert case_id in [row["case_id"] for row in found], query
    assert demo.rows(token, "KUKAR", q="kata yang tidak ada") == []
    waiting = demo.rows(token, "KUKAR", queue="waiting", limit=200)
    assert case_id not in [row["case_id"] for row in waiting]

    view = demo.call("POST", "routing", "/v1/views", "KUKAR", token=token, expect=201,
                     body={"name": "Lampu", "filter": {"category": "lighting", "queue": "overdue"}, "shared": True}).json()
    listed = demo.call("GET", "routing", "/v1/views", "KUKAR", token=demo.token("auditor", "KUKAR"), expect=200).json()["data"]
    assert view["view_id"] in [item["view_id"] for item in listed]
    demo.call("DELETE", "routing", f"/v1/views/{view['view_id']}", "KUKAR", token=token, expect=204)
    demo.call("DELETE", "routing", f"/v1/views/{view['view_id']}", "KUKAR", token=token, expect=404)

    nobody = "01890000-0000-7000-8000-000000000000"
    results = demo.call("POST", "routing", "/v1/bulk", "KUKAR", token=token, expect=200,
                        body={"action": "assign", "case_ids": [case_id, nobody], "with": {"officer": demo.subject(token)}}).json()["data"]
    assert [item["status"] for item in results] == [200, 404]

    demo.call("POST", "routing", f"/v1/cases/{case_id}/presence", "KUKAR", token=token, body={"editing": True}, expect=200)
    others = demo.call("POST", "routing", f"/v1/cases/{case_id}/presence", "KUKAR", token=demo.token("supervisor", "KUKAR"),
                       body={"editing": False}, expect=200).json()["data"]
    assert [item["editing"] for item in others] == [True]


def test_a_correction_is_visible_to_the_reporter(demo, crossed):
    receipt, case_id = crossed
    token = demo.token("liaison", "KUKAR")
    answers = f"/v1/cases/{case_id}/answers"

    def publish(body, note, **more):
        answer = demo.call("POST", "routing", answers, "KUKAR", token=token, body={"body": body, "interim": False, **more}, expect=201).json()
        demo.call("POST", "routing", f"{answers}/{answer['answer_id']}/approve", "KUKAR", token=token, body={"note": None}, expect=200)
        return answer, demo.call("POST", "routing", f"{answers}/{answer['answer_id']}/publish", "KUKAR", token=token, body={"note": note})

    first, answer = publish("Lampu sudah kami ganti dan menyala kembali sejak semalam.", None)
    assert answer.status_code == 200
    second, answer = publish("Lampu kami ganti besok, bukan semalam seperti tertulis.", None, corrects=first["answer_id"])
    assert answer.status_code == 422, "a correction says why"
    answer = demo.call("POST", "routing", f"{answers}/{second['answer_id']}/publish", "KUKAR", token=token,
                       body={"note": "Tanggalnya keliru"}, expect=200)
    assert answer.json()["corrects"] == first["answer_id"]
    shown = eventually(lambda: [a for a in demo.follow(receipt)["answers"]] if len(demo.follow(receipt)["answers"]) == 2 else None)
    assert {a["answer_id"]: a.get("corrected_by") for a in shown}[first["answer_id"]] == second["answer_id"]
    assert demo.follow(receipt)["status"] == "answered"


def test_templates_and_four_eyes(demo, crossed):
    receipt, case_id = crossed
    token = demo.token("liaison", "KUKAR")
    template = demo.call("POST", "routing", "/v1/answer-templates", "KUKAR", token=token, expect=201,
                         body={"name": "Lampu", "category": "lighting.street", "own_words": 30,
                               "body": "Terima kasih atas laporan Anda. [[apa yang dikerjakan]] Kami mohon maaf."}).json()
    answers = f"/v1/cases/{case_id}/answers"
    for body in ("Terima kasih atas laporan Anda. [[apa yang dikerjakan]] Kami mohon maaf.", "Terima kasih atas laporan Anda. Sudah. Kami mohon maaf."):
        demo.call("POST", "routing", answers, "KUKAR", token=token, expect=422,
                  body={"body": body, "interim": True, "template_id": template["template_id"]})
    answer = demo.call("POST", "routing", answers, "KUKAR", token=token, expect=201,
                       body={"body": "Terima kasih atas laporan Anda. Tiga lampu di tikungan kami ganti pada hari Selasa. Kami mohon maaf.",
                             "interim": True, "template_id": template["template_id"]}).json()
    admin = demo.token("admin", "KUKAR")
    demo.call("POST", "routing", "/v1/practice", "KUKAR", token=admin, body={"four_eyes_answers": "on"}, expect=200)
    try:
        refused = demo.call("POST", "routing", f"{answers}/{answer['answer_id']}/approve", "KUKAR", token=token, body={"note": None}, expect=403)
        assert code_of(refused) == "four_eyes"
        demo.call("POST", "routing", f"{answers}/{answer['answer_id']}/approve", "KUKAR", token=demo.token("supervisor", "KUKAR"),
                  body={"note": None}, expect=200)
    finally:
        demo.call("POST", "routing", "/v1/practice", "KUKAR", token=admin, body={}, expect=200)
