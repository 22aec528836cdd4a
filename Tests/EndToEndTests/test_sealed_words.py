"""What is written about a secret case stands nowhere in the clear, and those who may read it read it."""

import pytest

from client import eventually, key

ACCUSATION = "Kepala loket meminta uang percepatan lima ratus ribu rupiah, saya lihat sendiri."
# Words that occur nowhere else; the database is searched for each.
NOTE, ANSWER, REPLY, REASON, DISPUTE, HANDOFF = "jerapahungu", "badakhijau", "kudanilbiru", "tapirjingga", "anoamerah", "bekantanemas"


@pytest.fixture(scope="module")
def case(demo):
    receipt = demo.submit(description=ACCUSATION, kind="whistleblowing", confidential=True, area_code="64.09.01",
                          accused={"office": "PPU/DISDUKCAPIL"}).json()
    row = demo.offer_to(receipt, "PPU/INSPEKTORAT")
    accepted = demo.decide(row, "PPU/INSPEKTORAT", "accept", {"note": f"Kami terima, {HANDOFF}.", "external_reference": None})
    assert accepted["state"] == "accepted"
    return receipt, row["case_id"], demo.office_token("PPU/INSPEKTORAT")


def test_officers_and_the_reporter_read_what_was_written(demo, case):
    receipt, case_id, token = case
    path = f"/v1/cases/{case_id}"
    once = {"Idempotency-Key": key()}
    body = {"body": f"Buku tamu sudah kami ambil, lihat {NOTE}.", "visibility": "agency"}
    for _ in range(2):  # the kept answer for a repeat is sealed too
        note = demo.call("POST", "routing", path + "/notes", token=token, body=body, headers=once, expect=201).json()
        assert note["body"] == body["body"]
    final = {"body": f"Pemeriksaan selesai, kata kuncinya {ANSWER}, terima kasih.", "interim": False}
    answer = demo.call("POST", "routing", path + "/answers", token=token, body=final, expect=201).json()
    assert answer["body"] == final["body"] and not answer.get("warnings")
    demo.call("POST", "routing", f"{path}/answers/{answer['answer_id']}/approve", token=token, body={"note": None}, expect=200)
    demo.call("POST", "routing", f"{path}/answers/{answer['answer_id']}/publish", token=token, body={"note": f"Atas dasar {REASON}."}, expect=200)
    shown = eventually(lambda: demo.follow(receipt)["answers"])
    assert [item["body"] for item in shown] == [final["body"]]
    follow = f"/v1/complaints/{receipt['tracking_code']}"
    demo.call("POST", "intake", follow + "/messages", token=receipt["access_key"], body={"body": f"Siapa yang memeriksa {REPLY}?"}, expect=201)
    eventually(lambda: any(REPLY in (entry["body"] or "") for entry in demo.case(case_id, token)["entries"]))
    answer = demo.call("POST", "intake", follow + "/dispute", token=receipt["access_key"], body={"reason": f"Belum selesai, {DISPUTE}.", "part": None}, expect=202)
    assert DISPUTE in answer.text and "tersegel" not in answer.text
    seen = eventually(lambda: (view := demo.case(case_id, token))["status"] == "reopened" and view)
    bodies = " ".join(entry["body"] or "" for entry in seen["entries"])
    for word in (NOTE, REPLY, REASON, DISPUTE, HANDOFF):
        assert word in bodies, word
    assert "tersegel:" not in str(seen) and ANSWER in seen["answers"][0]["body"]
    view = demo.follow(receipt)
    assert REPLY in str(view["messages"]) and DISPUTE in str(view["steps"]) and "tersegel" not in str(view)


def test_nothing_of_it_stands_in_the_database(demo, case):
    """Every row of every table, as the database's administrator would search them."""
    demo.settle()
    tables = demo.sql("select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in "
                      "('casework', 'intake', 'exchange', 'notification', 'analytics', 'directory')")
    words = "|".join((NOTE, ANSWER, REPLY, REASON, DISPUTE, HANDOFF, "percepatan lima ratus"))
    found = demo.sql(" union all ".join(f"select '{table}', count(*) from {table} t where t::text ~ '{words}' having count(*) > 0" for [table] in tables))
    assert found == []
    assert demo.sql("select count(*) from casework.entry where body like 'tersegel:%'") != [["0"]]


def test_a_new_party_reads_it_after_a_second(demo, case):
    """The case's key lies in the sealed words, of which a new party gets its copy."""
    receipt, case_id, token = case
    row = demo.call("POST", "routing", "/v1/handoffs", token=token, expect=201, body={
        "case_id": case_id, "to": "KALTIM/BIRO-ORG", "role": "contributor", "reason": f"Mohon bantuan soal {HANDOFF}.", "request": "Periksa berkas."}).json()
    assert row["reason"].endswith(f"{HANDOFF}.")
    theirs = demo.office_token("KALTIM/BIRO-ORG")
    read = eventually(lambda: (offer := demo.call("GET", "routing", f"/v1/handoffs/{row['handoff_id']}", "KALTIM", token=theirs).json()).get("request")
                      == "Periksa berkas." and offer)
    assert HANDOFF in read["reason"]
