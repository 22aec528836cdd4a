"""Whoever is accused finds every door of the case closed, also those that open by another id than the case's.

Every operation of routing's document that names something is tried as officers of the accused office. An operation that is new
fails here until it is given a body, so that none can forget the question who may read the case.
"""

import hashlib
import os
import uuid

import pytest

from client import code_of, eventually

WORDS = "Kepala bagian meminta uang kepada kami setiap kali mengurus izin, katanya untuk mempercepat."
ROLES = ("HANDLER", "LIAISON", "SUPERVISOR", "HEAD", "AUDITOR", "ADMIN", "DEVELOPER")  # all of the office PPU
REASON = {"reason": "Mohon ditarik kembali saja."}
NOTE = {"note": "Baik."}

# What follows an id in the address → a body that is valid there; None for none.
BODIES = {
    "verify": {"note": None}, "route": {"to": "PPU/DPUPR", "role": "lead", "reason": "Dicoba."}, "assign": {"officer": "handler@ppu", "note": None},
    "notes": {"body": "Siapa yang melapor?"}, "arbitration": REASON, "answers": {"body": "Terima kasih, laporan ini kami tutup saja.", "interim": False},
    "approve": NOTE, "return": NOTE, "publish": NOTE, "accept": {"note": None, "external_reference": None},
    "decline": {"reason_code": "other", "reason": "Bukan tugas kami.", "suggested_office": "unknown"}, "recall": REASON,
    "decide": {"lead": "PPU/DPUPR", "contributors": [], "monitor": None, "reason": "Diputuskan begitu."}, "advice": {"body": "Kami kira bukan kami."},
    "erasure": {"reason": "Undang-undang perlindungan data."}, "presence": {"editing": True}, "accused": {"office": "PPU/DPUPR"},
    "confidants": {"officer": "handler@ppu"}, "finish": {"result": "Sudah selesai."}, "extend": {"days": 2, "reason": "Kami perlu waktu lagi."},
    "withdraw": {"reason": "Bukan tugas kami."}, "reference": {"external_reference": "1/2026"}, "act-for": {"reason": "Diambil alih.", "office": "PPU/INSPEKTORAT"},
    "outcome": {"outcome": "answered"}, "tasks": {"title": "Cari pelapor"}, "{task_id}": {"state": "done"},
    "deliveries": {"office": "PPU/DESA-TELEMOW", "means": "link"},
    "evidence": {"kind": "after", "sha256": "0" * 64}, "validate": NOTE,
    "identity-grants": {"purpose": "Kami harus menelepon pelapor.", "fields": ["name"]}, "identity-grants/decide": {"allow": True, "days": 1, "note": None},
    "revoke": {"reason": "Tidak diperlukan lagi."}, "look": {"why": "Ingin tahu."}, "take": {"note": None},
    "ask-information": {"items": ["Nama Anda"]}, "hold": {"reason": "Menunggu dulu.", "until": "2099-01-01"}, "resume": {"note": "Lanjut."},
    "merge": {"into": "00000000-0000-7000-8000-000000000000", **REASON}, "unmerge": REASON,
    "split": {"parts": [{"title": "Bagian kedua", "description": "Hal yang lain sama sekali."}], **REASON},
    "unseal": {"reason": "Ternyata laporan biasa."},
    "archive": {"reason_code": "other", "note": "Sudah ada."}, "accept-suggestion": {"rank": 1}, "objection": {"upheld": True, "note": "Pelapor benar, kami alihkan."}, "publication": {"action": "publish"},
}
# Ids that belong to no case.
ELSEWHERE = {"view_id", "template_id", "version", "draft_id", "cluster_id", "unit", "officer_id", "position_id", "jurisdiction_id", "responsibility_id"}


@pytest.fixture(scope="module")
def case(demo):
    """A secret case against the agency's own front desk, at the inspectorate, with something of every sort in it."""
    receipt = demo.submit(description=WORDS, kind="whistleblowing", confidential=True, area_code="64.09.01", accused={"office": "PPU"}).json()
    row = demo.offer_to(receipt, "PPU/INSPEKTORAT")
    recalled = demo.call("POST", "routing", f"/v1/handoffs/{row['handoff_id']}/recall", token=demo.token("supervisor"), body=REASON, expect=404)
    assert code_of(recalled) == "not_found"
    # Refused and not done: a condition beside a move may be evaluated after it.
    assert demo.sql(f"select state from casework.handoff where id = '{row['handoff_id']}'") == [["offered"]]
    demo.accept(receipt, "PPU/INSPEKTORAT")
    token, path = demo.office_token("PPU/INSPEKTORAT"), f"/v1/cases/{row['case_id']}"

    def made(part, body):
        return demo.call("POST", "routing", path + part, token=token, body=body, expect=201).json()

    ids = {"case_id": row["case_id"], "handoff_id": row["handoff_id"], "number": "1", "attachment_id": str(uuid.uuid4()), "grant_id": str(uuid.uuid4())}
    ids["task_id"] = made("/tasks", {"title": "Periksa buku tamu"})["task_id"]
    ids["answer_id"] = made("/answers", {"body": "Laporan Anda sedang kami periksa dengan teliti.", "interim": True})["answer_id"]
    ids["evidence_id"] = made("/evidence", {"kind": "after", "sha256": hashlib.sha256(os.urandom(8)).hexdigest()})["evidence_id"]
    ids["decision_id"] = demo.sql(f"select id from casework.decision where case_id = '{row['case_id']}' limit 1")[0][0]
    ids["arbitration_id"] = made("/arbitration", {"reason": "Kami minta keputusan atasan."})["arbitration_id"]
    return receipt, ids, token


def operations(demo):
    for path, item in demo.document("routing").document["paths"].items():
        names = {part[1:-1] for part in path.split("/") if part.startswith("{")}
        if names and not names & ELSEWHERE:
            yield from ((method.upper(), path) for method in item if method in ("get", "post", "put", "patch", "delete"))


def test_every_door_is_closed(demo, case):
    receipt, ids, holder = case
    tokens = [demo.token(role) for role in ROLES] + [demo.environment[f"SINERGI_DEMO_PPU_{unit}_LIAISON_TOKEN"] for unit in ("DPUPR", "DISDUKCAPIL")]
    before = demo.sql(f"select version, history_count from casework.\"case\" where id = '{ids['case_id']}'")
    open_doors = []
    for method, path in operations(demo):
        last = path.rsplit("/", 1)[1]
        body = None
        if method != "GET":
            body = BODIES.get("/".join([path.split("/")[2], last]), BODIES.get(last))
            assert body is not None, f"{method} {path} is new: give it a valid body above, and see that it asks who may read the case"
        filled = path.format_map(ids)
        for token in tokens:
            answer = demo.call(method, "routing", filled, token=token, body=body, documented=False)
            # The role is asked for first and tells nothing; "of another unit" would tell that there is something.
            if answer.status_code == 404 or answer.status_code == 403 and "unit" not in answer.json()["detail"]:
                continue
            open_doors.append(f"{method} {path} → {answer.status_code} {answer.text[:200]}")
    assert not open_doors, "\n".join(open_doors)
    assert demo.sql(f"select version, history_count from casework.\"case\" where id = '{ids['case_id']}'") == before
    demo.case(ids["case_id"], holder)  # and its holder still finds it


def test_bodies_that_name_the_case_open_nothing(demo, case):
    _, ids, _ = case
    token = demo.token("supervisor")
    for path, body in (("/v1/handoffs", {"case_id": ids["case_id"], "to": "PPU/DPUPR", "role": "contributor", "reason": "Dicoba."}),
                       ("/v1/arbitrations", {"case_id": ids["case_id"], **REASON})):
        assert code_of(demo.call("POST", "routing", path, token=token, body=body, expect=404)) == "not_found"
    done = demo.call("POST", "routing", "/v1/bulk", token=token, expect=200,
                     body={"action": "note", "case_ids": [ids["case_id"]], "with": {"body": "Siapa?", "visibility": "agency"}}).json()["data"]
    assert [item["status"] for item in done] == [404]


def test_no_list_shows_it(demo, case):
    receipt, ids, _ = case
    code = receipt["tracking_code"]
    lists = ["/v1/cases?limit=200", *(f"/v1/cases?limit=200&queue={queue}" for queue in ("office", "triage", "offered", "mine", "overdue", "waiting")),
             f"/v1/cases?q={code}", f"/v1/cases?tracking_code={code}", "/v1/cases?kind=whistleblowing&limit=200", "/v1/arbitrations?limit=200",
             "/v1/arbitrations?for=advice&limit=200", "/v1/publications?limit=200", "/v1/views"]
    for role in ("SUPERVISOR", "HEAD", "LIAISON", "AUDITOR"):
        for path in lists:
            answer = demo.call("GET", "routing", path, token=demo.token(role), documented=False)
            assert ids["case_id"] not in answer.text and code not in answer.text, (role, path)


def test_a_picture_of_it_raises_no_alarm_with_the_accused(demo, case):
    """Handing in a picture elsewhere must not tell whom a secret case accuses that it exists."""
    _, ids, holder = case
    other = demo.submit(description="Lampu jalan di depan pasar Petung mati sejak tiga hari yang lalu.", category="lighting.street",
                        area_code="64.09.01", address="Pasar Petung").json()
    row = demo.offer_to(other, "PPU/DPUPR")
    demo.accept(other, "PPU/DPUPR")
    used = demo.sql(f"select encode(sha256, 'hex') from casework.evidence where id = '{ids['evidence_id']}'")[0][0]
    handed = demo.call("POST", "routing", f"/v1/cases/{row['case_id']}/evidence", token=demo.office_token("PPU/DPUPR"), expect=201,
                       body={"kind": "document", "sha256": used}).json()
    assert handed["flags"] == []
