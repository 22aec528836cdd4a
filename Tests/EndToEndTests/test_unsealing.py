"""A report that a machine took for misconduct is opened again by the office that reads it, and goes the ordinary way."""

import re

import pytest
import requests

from client import code_of, eventually

# Filed as an ordinary complaint without any wish for secrecy, and read as misconduct.
MISTAKEN = "Petugas loket KTP minta uang pelicin 150 ribu supaya cepat jadi, padahal gratis."
REASON = {"reason": "Uang itu biaya fotokopi, pelapor salah paham; bukan pelanggaran."}
FILED = {"description": MISTAKEN, "category": "civil.idcard", "area_code": "64.09.01"}


@pytest.fixture(scope="module")
def inspector(demo):
    return demo.office_token("PPU/INSPEKTORAT")


def test_it_goes_the_ordinary_way_with_its_first_day(demo, inspector):
    receipt = demo.submit(**FILED).json()
    row = demo.offer_to(receipt, "PPU/INSPEKTORAT")
    case_id, path = row["case_id"], f"/v1/cases/{row['case_id']}"
    demo.accept(receipt, "PPU/INSPEKTORAT")
    demo.call("POST", "routing", path + "/notes", token=inspector, body={"body": "Catatan pemeriksa: kanvasmerah.", "visibility": "agency"}, expect=201)
    assert "unseal" in demo.case(case_id, inspector)["actions"]
    # Nobody but the office that reads it.
    front = demo.token("supervisor")
    demo.call("POST", "routing", path + "/unseal", token=front, body=REASON, expect=404)
    demo.call("POST", "routing", path + "/unseal", token=inspector, body={}, expect=422)
    case = demo.call("POST", "routing", path + "/unseal", token=inspector, body=REASON, expect=200).json()
    assert (case["kind"], case["confidential"], case["description"]) == ("complaint", False, MISTAKEN)

    # Routed as it was filed, and read by who gets it: the words and the reason, not the inspectorate's notes.
    offered = demo.offer_to(receipt, "PPU/DISDUKCAPIL")
    assert offered["case_id"] == case_id
    demo.accept(receipt, "PPU/DISDUKCAPIL")
    holder = demo.office_token("PPU/DISDUKCAPIL")
    seen = demo.case(case_id, holder)
    assert seen["description"] == MISTAKEN and "kanvasmerah" not in str(seen)
    assert REASON["reason"] in [entry["body"] for entry in seen["entries"] if entry["type"] == "unsealed"]
    assert demo.sql("select c.received_at = k.started_at, k.amount from casework.\"case\" c join casework.clock k on k.case_id = c.id "
                    f"where c.id = '{case_id}' and k.step = 'resolve' and k.state = 'running'") == [["t", "14"]]
    assert case_id in [item["case_id"] for item in demo.rows(holder, q="pelicin", limit=200)]

    # The reporter is told, and what they write now reaches the new holder in the clear.
    followed = eventually(lambda: (view := demo.follow(receipt))["kind"] == "complaint" and view)
    assert "unsealed" in [step["event"] for step in followed["steps"]] and followed["description"] == MISTAKEN
    demo.call("POST", "intake", f"/v1/complaints/{receipt['tracking_code']}/messages", token=receipt["access_key"],
              body={"body": "Baik, terima kasih atas penjelasannya."}, expect=201)
    eventually(lambda: "Baik, terima kasih" in str(demo.case(case_id, holder)["entries"]))
    assert demo.sql(f"select count(*) from casework.history where case_id = '{case_id}' and kind = 'unsealed'") == [["1"]]


@pytest.mark.parametrize("wish", [{"confidential": True}, {"kind": "supervisory"}])
def test_never_against_the_reporter(demo, inspector, wish):
    receipt = demo.submit(**FILED, **wish).json()
    row = demo.offer_to(receipt, "PPU/INSPEKTORAT")
    assert "unseal" not in demo.case(row["case_id"], inspector)["actions"]
    answer = demo.call("POST", "routing", f"/v1/cases/{row['case_id']}/unseal", token=inspector, body=REASON, expect=409)
    assert code_of(answer) == "wrong_state"
    assert demo.sql(f"select sealed from casework.\"case\" where id = '{row['case_id']}'") == [["t"]]


def test_before_it_is_accepted_and_by_the_page(demo, inspector):
    """The button of the page does the same; the offer is recalled."""
    receipt = demo.submit(**FILED).json()
    row = demo.offer_to(receipt, "PPU/INSPEKTORAT")
    case_id = row["case_id"]
    browser, base = requests.Session(), demo.url("routing")

    def csrf(page):
        return re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)

    login = {"username": "liaison@ppu.inspektorat", "password": demo.environment["SINERGI_DEMO_PASSWORD"]}
    browser.post(base + "/login", timeout=30, data={"csrf_token": csrf(browser.get(base + "/login", timeout=30)), **login})
    shown = browser.get(f"{base}/cases/{case_id}", timeout=30)
    assert "Bukan laporan rahasia" in shown.text
    version = re.search(r'name="version" value="([0-9]+)"', shown.text).group(1)
    done = browser.post(f"{base}/cases/{case_id}/unseal", timeout=30, data={"csrf_token": csrf(shown), "version": version, **REASON})
    assert done.status_code == 200, done.text
    demo.offer_to(receipt, "PPU/DISDUKCAPIL")
    assert demo.sql(f"select state from casework.handoff where id = '{row['handoff_id']}'") == [["recalled"]]
