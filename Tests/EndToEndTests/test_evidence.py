"""Evidence that was used before, and the reporter's identity granted across the border."""

import hashlib
import os

import pytest

from client import code_of, eventually

LAMP = "Lampu jalan poros Samboja Barat mati tiga minggu, gelap sekali, kemarin ada yang jatuh dari motor."


@pytest.fixture
def held(demo):
    """A case of PPU's reporter, accepted by KUKAR."""
    receipt = demo.submit(description=LAMP, category="lighting.street", lat=-1.00, long=116.95,
                          reporter={"name": "Sari", "email": "sari@contoh.id", "phone": "+6281234567890"}).json()
    row = demo.offer_to(receipt, "KUKAR")
    demo.accept(receipt, "KUKAR")
    return receipt, row["case_id"]


def picture(kind="after", **more):
    content = os.urandom(32)
    return {"kind": kind, "caption": "Sesudah diganti", "sha256": hashlib.sha256(content).hexdigest(), **more}


def test_a_picture_used_before_is_flagged_returned_and_a_new_one_passes(demo, held):
    receipt, case_id = held
    token = demo.token("liaison", "KUKAR")
    path = f"/v1/cases/{case_id}/evidence"
    old = os.urandom(8).hex()
    first = demo.call("POST", "routing", path, "KUKAR", token=token, body=picture(perceptual_hash=old), expect=201).json()
    assert [flag["code"] for flag in first["flags"]] == ["no_capture_time"]

    other = demo.submit(description=LAMP, category="lighting.street", lat=-1.00, long=116.95).json()
    row = demo.offer_to(other, "KUKAR")
    demo.accept(other, "KUKAR")
    path = f"/v1/cases/{row['case_id']}/evidence"
    reused = demo.call("POST", "routing", path, "KUKAR", token=token, body=picture(perceptual_hash=old), expect=201).json()
    flag = next(flag for flag in reused["flags"] if flag["code"] == "near_duplicate")
    assert flag["tracking_code"] == receipt["tracking_code"]
    answer = demo.call("POST", "routing", f"{path}/{reused['evidence_id']}/validate", "KUKAR", token=token, body={"note": None}, expect=422)
    assert code_of(answer) == "validation"
    returned = demo.call("POST", "routing", f"{path}/{reused['evidence_id']}/return", "KUKAR", token=token,
                         body={"note": "Foto ini sudah dipakai."}, expect=200).json()
    assert returned["state"] == "returned"

    now = demo.case(row["case_id"], token, "KUKAR")["updated_at"]
    fresh = demo.call("POST", "routing", path, "KUKAR", token=token, expect=201,
                      body=picture(perceptual_hash=os.urandom(8).hex(), captured_at=now, lat=-1.0001, long=116.9501)).json()
    assert fresh["flags"] == []
    passed = demo.call("POST", "routing", f"{path}/{fresh['evidence_id']}/validate", "KUKAR", token=token, body={"note": None}, expect=200).json()
    assert passed["state"] == "validated"
    listed = demo.call("GET", "routing", path, "PPU", token=demo.token("liaison"), expect=200).json()["data"]
    assert [item["state"] for item in listed] == ["returned", "validated"], "the origin sees what was handed in"


def test_an_identity_is_granted_looked_at_and_taken_back(demo, held):
    receipt, case_id = held
    kukar, ppu = demo.token("liaison", "KUKAR"), demo.token("liaison")
    assert demo.case(case_id, kukar, "KUKAR")["reporter"] is None
    grant = demo.call("POST", "routing", f"/v1/cases/{case_id}/identity-grants", "KUKAR", token=kukar, expect=201,
                      body={"purpose": "Perlu bertemu pelapor di lokasi.", "fields": ["name", "phone"]}).json()
    assert grant["state"] == "requested"
    path = f"/v1/identity-grants/{grant['grant_id']}"
    demo.call("POST", "routing", f"{path}/look", "KUKAR", token=kukar, body={"why": "Menelepon pelapor"}, expect=409)
    demo.call("POST", "routing", f"{path}/decide", "KUKAR", token=kukar, body={"allow": True}, expect=404)
    demo.call("POST", "routing", f"{path}/decide", "PPU", token=ppu, body={"allow": True, "days": 7}, expect=200)

    def look():
        answer = demo.call("POST", "routing", f"{path}/look", "KUKAR", token=kukar, body={"why": "Menelepon pelapor"})
        return answer.json() if answer.status_code == 200 else None

    seen = eventually(look, what="intake has sealed a copy to KUKAR")
    assert seen == {"name": "Sari", "email": None, "phone": "+6281234567890", "email_verified": None, "phone_verified": False}
    looks = demo.call("GET", "routing", f"{path}/looks", "PPU", token=demo.token("auditor"), expect=200).json()["data"]
    assert [item["agency"] for item in looks] == ["KUKAR"] and looks[0]["why"] == "Menelepon pelapor"
    sealed = demo.sql(f"select position('Sari'::bytea in sealed) > 0 from casework.identity_grant where id = '{grant['grant_id']}'")
    assert sealed == [["f"]], "nothing of it stands in the clear"
    demo.call("GET", "routing", f"{path}/looks", "PLN", token=demo.token("auditor", "PLN"), expect=404)

    demo.call("POST", "routing", f"{path}/revoke", "PPU", token=ppu, body={"reason": "Sudah bertemu, tidak perlu lagi."}, expect=200)
    demo.call("POST", "routing", f"{path}/look", "KUKAR", token=kukar, body={"why": "Menelepon pelapor"}, expect=409)
    assert demo.sql(f"select sealed is null from casework.identity_grant where id = '{grant['grant_id']}'") == [["t"]]
