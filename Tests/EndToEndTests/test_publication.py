"""Two texts: what the reporter wrote, and what the public reads: masked by machine, checked by an officer."""

import re
import uuid
from html import unescape
from urllib.parse import urljoin

import pytest
import requests

from client import code_of, eventually

PLACE = {"lat": -1.29, "long": 116.51}


@pytest.fixture
def filed(demo):
    """A complaint full of personal data, with a word of its own; receipt, case id and that word."""
    word = "kata" + "".join(chr(97 + int(digit, 16)) for digit in uuid.uuid4().hex[:10])
    receipt = demo.submit(
        description=f"Lampu {word} mati. Pak Budi Santoso, nol delapan satu dua tiga empat lima enam tujuh delapan, tahu. Motor KT 1234 AB jatuh.",
        title=f"Lampu {word}, hubungi 0812 3456 7890", category="other.other", **PLACE).json()
    row = eventually(lambda: demo.row(receipt, demo.token("supervisor")))
    return receipt, row["case_id"], word


def publication(demo, case_id, **body):
    expect = body.pop("expect", 200)
    return demo.call("POST", "routing", f"/v1/cases/{case_id}/publication", token=demo.token("triage"), body=body, expect=expect)


def public(demo, word):
    """What anybody finds: search, likeness, Open311."""
    found = demo.call("GET", "intake", "/v1/complaints", params={"q": word}, expect=200).json()["data"]
    alike = demo.call("POST", "intake", "/v1/similar", body={"description": f"Lampu {word} mati", **PLACE}, expect=200).json()["data"]
    return found, [item for item in alike if word in item["description"]]


def drafts(demo):
    """Ids of every case whose text waits, page by page: other tests leave theirs."""
    found, cursor = [], None
    while True:
        page = demo.call("GET", "routing", "/v1/publications", token=demo.token("triage"), params={"limit": 200, "cursor": cursor}, expect=200).json()
        found += [draft["case_id"] for draft in page["data"]]
        if not page["meta"]["has_more"]:
            return found
        cursor = page["meta"]["cursor"]


def test_nothing_is_public_before_an_officer_has_checked_it(demo, filed):
    receipt, case_id, word = filed
    text = demo.call("GET", "routing", f"/v1/cases/{case_id}/publication", token=demo.token("triage"), expect=200).json()
    assert text["state"] == "draft" and set(text["found"]) == {"phone", "plate", "name"}
    assert text["description"] == f"Lampu {word} mati. Pak [nama], [nomor telepon], tahu. Motor [pelat nomor] jatuh."
    assert text["title"] == f"Lampu {word}, hubungi [nomor telepon]" and "delapan" in text["original"]
    demo.settle()
    assert public(demo, word) == ([], [])
    demo.call("GET", "intake", f"/v1/complaints/{receipt['tracking_code']}", expect=404)

    assert case_id in drafts(demo)
    publication(demo, case_id, action="publish")
    found, alike = eventually(lambda: (shown := public(demo, word))[0] and shown)
    assert found[0]["title"] == text["title"] and found[0]["description"] == text["description"]
    assert alike and "0812" not in str(alike)
    seen = demo.call("GET", "intake", f"/v1/complaints/{receipt['tracking_code']}", expect=200).json()
    assert not re.search("Budi|delapan|KT 1234|0812", str(seen))
    # Its reporter reads the own words.
    assert "Pak Budi" in demo.follow(receipt)["description"]

    links = demo.call("GET", "routing", f"/v1/cases/{case_id}/history", token=demo.token("liaison"), expect=200).json()["links"]
    recorded = next(link for link in links if link["kind"] == "text_published")
    assert recorded["body"]["actor"] and recorded["body"]["after"]["description_published"] == text["description"]


def test_an_officer_edits_but_lets_no_number_through(demo, filed):
    _, case_id, word = filed
    for hostile in ("０８１２ ３４５６ ７８９０", "0 8 1 2 3 4 5 6 7 8", "nol delapan satu dua tiga empat lima enam tujuh", "budi (at) gmail titik com"):
        refused = publication(demo, case_id, action="publish", description=f"Lampu {word} mati, hubungi {hostile}", expect=422)
        assert refused.json()["errors"][0]["pointer"] == "#/description"
    refused = demo.call("POST", "routing", f"/v1/cases/{case_id}/verify", token=demo.token("triage"), expect=422,
                        body={"description_published": f"Lampu {word} mati, NIK 6409012511900001"})
    assert refused.json()["errors"][0]["pointer"] == "#/description_published"
    # A draft may hold one while it is worked on; it is looked at when it is published.
    publication(demo, case_id, action="draft", description=f"Lampu {word} mati, hubungi 0812 3456 7890")
    refused = publication(demo, case_id, action="publish", expect=422)
    assert refused.json()["errors"][0]["pointer"] == "#/description"
    kept = publication(demo, case_id, action="draft", title=f"Lampu {word} mati", description=f"Lampu {word} mati di jalan.").json()
    assert kept["state"] == "draft" and kept["changed_by"]
    assert publication(demo, case_id, action="publish").json()["description"] == f"Lampu {word} mati di jalan."
    eventually(lambda: public(demo, word)[0])
    # Withdrawn again.
    assert publication(demo, case_id, action="keep_back", note="Masih diperiksa").json()["state"] == "kept_back"
    eventually(lambda: public(demo, word) == ([], []))


def test_secret_cases_have_no_text_for_the_public(demo):
    receipt = demo.submit(description="Jalan di depan rumah saya rusak parah, tolong rahasiakan.", confidential=True, category="roads.damage",
                          **PLACE).json()
    row = eventually(lambda: demo.row(receipt, demo.token("triage")))
    demo.call("GET", "routing", f"/v1/cases/{row['case_id']}/publication", token=demo.token("triage"), expect=404)
    assert publication(demo, row["case_id"], action="publish", expect=(404, 409)).status_code in (404, 409)


def test_who_may_not_verify_may_not_publish(demo, filed):
    _, case_id, _ = filed
    for role, expect in (("handler", 403), ("auditor", 403)):
        demo.call("POST", "routing", f"/v1/cases/{case_id}/publication", token=demo.token(role), body={"action": "publish"}, expect=expect)
        demo.call("GET", "routing", "/v1/publications", token=demo.token(role), expect=403)
    demo.call("POST", "routing", f"/v1/cases/{case_id}/publication", "KUKAR", token=demo.token("liaison", "KUKAR"), body={"action": "publish"},
              expect=404)
    wrong = publication(demo, case_id, action="shout", expect=422)
    assert code_of(wrong) == "validation"


def test_the_page_of_drafts(demo, filed):
    _, case_id, word = filed
    browser = requests.Session()
    base = demo.url("routing")
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(base + "/login", timeout=30).text).group(1)
    browser.post(base + "/login", timeout=30, data={"csrf_token": token, "username": "triage@ppu", "password": demo.environment["SINERGI_DEMO_PASSWORD"]})
    page = browser.get(base + "/publications?limit=200", timeout=30)
    while f'id="case_{case_id}"' not in page.text:
        assert page.status_code == 200 and (following := re.search(r'href="([^"]*)">Berikutnya', page.text)), "the last page does not have it either"
        page = browser.get(urljoin(page.url, unescape(following.group(1))), timeout=30)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
    refused = browser.post(f"{base}/publications/{case_id}", timeout=30,
                           data={"csrf_token": token, "action": "publish", "description": f"Lampu {word} mati, WA 0812 3456 7890"})
    assert refused.status_code == 422
    sent = browser.post(f"{base}/publications/{case_id}", timeout=30,
                        data={"csrf_token": token, "action": "publish", "title": f"Lampu {word}", "description": f"Lampu {word} mati total."})
    assert sent.status_code == 200 and "Teks sudah terbit" in sent.text
    eventually(lambda: [item["description"] for item in public(demo, word)[0]] == [f"Lampu {word} mati total."])
