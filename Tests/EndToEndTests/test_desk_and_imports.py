"""What officers key in for others, what they saw on social media, and lists from other systems."""

import re
import uuid

import pytest
import requests

from client import code_of, eventually, key

AREA = "64.09.01"


def keyed(demo, expect=201, headers=None, token=None, **fields):
    return demo.call("POST", "intake", "/v1/desk/complaints", token=token or demo.token("handler"), body=fields, expect=expect, headers=headers)


def imported(demo, text, source, dry_run=False, expect=200, token=None, headers=None):
    return demo.call("POST", "intake", "/v1/imports", token=token or demo.token("handler"), raw=text if isinstance(text, bytes) else text.encode(),
                     params={"source": source, "dry_run": str(dry_run).lower()}, expect=expect,
                     headers={"Content-Type": "text/csv; charset=utf-8", **(headers or {})})


@pytest.mark.parametrize("means", ["phone", "walk_in", "letter"])
def test_an_officer_keys_in_and_prints_a_receipt(demo, means):
    fields = {"means": means, "description": "Warga datang: sampah di depan pasar belum diangkut dua minggu.", "area_code": AREA,
              "originally_received_on": "2025-11-03", "on_behalf_of": "Nenek Aminah, tetangga", "reporter": {"name": "Rina"}}
    once = {"Idempotency-Key": key()}
    receipt = keyed(demo, headers=once, **fields).json()
    assert keyed(demo, headers=once, **fields).json() == receipt, "a second tap is the same complaint"
    assert len(receipt["key_words"].split()) == 24 and receipt["access_key"] not in receipt["link"]
    row = eventually(lambda: demo.row(receipt, demo.token("supervisor")))
    case = demo.case(row["case_id"], demo.token("supervisor"))
    assert (case["channel"], case["originally_received_on"]) == (means, "2025-11-03")
    assert demo.follow(receipt)["status"] == "submitted"


def test_the_desk_is_for_officers(demo):
    body = {"means": "phone", "description": "Lampu jalan mati sejak Senin.", "area_code": AREA}
    demo.call("POST", "intake", "/v1/desk/complaints", body=body, expect=401)
    for path in ("/v1/desk/complaints", "/v1/desk/posts"):
        for role in ("auditor", "admin"):
            demo.call("POST", "intake", path, token=demo.token(role), body=body, expect=403)
    imported(demo, "external_id,description\n1,Lampu jalan mati sejak Senin\n", "x", token=demo.token("auditor"), expect=403)
    assert keyed(demo, expect=422, **{**body, "means": "telepathy"}).json()["errors"][0]["pointer"] == "#/means"
    assert keyed(demo, expect=422, means="phone", description="Lampu jalan mati.").json()["errors"][0]["pointer"] == "#/address"


def test_a_post_becomes_one_case_with_a_link_to_post_back(demo):
    number = uuid.uuid4().hex
    text = "Jembatan di desa kami sudah goyang dan pagarnya lepas, tolong diperhatikan."
    first = demo.call("POST", "intake", "/v1/desk/posts", token=demo.token("triage"), expect=201,
                      body={"link": f"https://www.media.example/p/{number}/?igsh=abc", "text": text}).json()
    again = demo.call("POST", "intake", "/v1/desk/posts", token=demo.token("liaison"), expect=200,
                      body={"link": f"http://m.media.example/p/{number}#x"}).json()
    assert again == {"tracking_code": first["tracking_code"], "public_link": first["public_link"]}
    eventually(lambda: demo.row(first, demo.token("supervisor")))
    page = requests.get(first["public_link"], timeout=30)
    assert page.status_code == 200 and first["tracking_code"] in page.text
    assert "goyang" not in page.text and number not in page.text, "no word of it before an officer has checked it"
    demo.call("GET", "intake", f"/v1/complaints/{first['tracking_code']}", expect=404)
    for body in ({}, {"link": "javascript:alert(1)"}, {"link": "nur text"}):
        demo.call("POST", "intake", "/v1/desk/posts", token=demo.token("triage"), body=body, expect=422)


def test_the_status_page_shows_nothing_of_other_complaints(demo):
    base = demo.url("intake")
    plain = demo.submit(description="Saluran di depan rumah tersumbat sampah.", area_code=AREA).json()
    secret = demo.submit(description="Saluran di depan rumah tersumbat, rahasiakan.", area_code=AREA, confidential=True).json()
    for code in (plain["tracking_code"], secret["tracking_code"], "PPU-00000-00000-0"):
        assert requests.get(f"{base}/status/{code}", timeout=30).status_code == 404, code
    accusing = demo.call("POST", "intake", "/v1/desk/posts", token=demo.token("triage"), expect=201,
                         body={"text": "Petugas loket KTP minta uang pelicin 150 ribu supaya cepat jadi, padahal gratis."}).json()
    assert requests.get(accusing["public_link"], timeout=30).status_code == 404


def test_import_dry_run_then_for_good_then_again(demo):
    source = f"uji-{uuid.uuid4().hex[:8]}"
    text = ("external_id,description,area_code,event_date,reporter_phone,category\r\n"
            'A-1,"Lampu jalan mati, gelap\nsejak Senin",64.09.01,2025-11-01,0812 5550 1234,\r\n'
            "A-2,pendek,64.09.01,,,\r\n"
            "A-3,Sampah di pasar belum diangkut dua minggu,99.99,,,\r\n"
            "A-4,Jalan rusak parah di depan kantor desa,64.09.01,,,roads.damage\r\n"
            "A-4,Nomor yang sama dipakai dua kali,64.09.01,,,\r\n"
            ",Baris tanpa nomor dari sistem lain,64.09.01,,,\r\n"
            "A-7,terlalu,banyak,kolom,di,baris,ini\r\n"
            "\r\n"
            "A-8,Air keruh sejak kemarin di gang kami,64.09.01,besok,,\r\n"
            "A-9,Taman kota gelap dan bangkunya patah,64.09.01,,,\r\n")
    count = f"select count(*) from intake.complaint where source = '{source}'"
    dry = imported(demo, text, source, dry_run=True).json()
    assert (dry["rows"], dry["accepted"], dry["refused"]) == (9, 3, 6) and demo.sql(count) == [["0"]]
    assert all(row["tracking_code"] is None for row in dry["results"])

    report = imported(demo, text, source).json()
    assert [(row["row"], row["status"]) for row in report["results"]] == [
        (2, "accepted"), (3, "refused"), (4, "refused"), (5, "accepted"), (6, "refused"), (7, "refused"), (8, "refused"), (9, "refused"),
        (10, "accepted")]
    assert [row["errors"][0]["pointer"] for row in report["results"] if row["errors"]] == [
        "#/description", "#/area_code", "#/external_id", "#/external_id", "#", "#/event_date"]
    assert demo.sql(count) == [["3"]]
    first = report["results"][0]
    assert "gelap\nsejak" in demo.follow({"tracking_code": first["tracking_code"], "access_key": first["access_key"]})["description"]

    again = imported(demo, text, source).json()
    assert (again["accepted"], again["repeated"], again["refused"]) == (0, 3, 6) and demo.sql(count) == [["3"]]
    assert [row["tracking_code"] for row in again["results"]] == [row["tracking_code"] for row in report["results"]]
    changed = imported(demo, text.replace("Taman kota gelap", "Taman kota terang"), source).json()
    assert changed["results"][-1]["errors"][0]["code"] == "idempotency_key_reused" and demo.sql(count) == [["3"]]
    assert imported(demo, text, source, dry_run=True).json()["repeated"] == 3


@pytest.mark.parametrize("text, status", [
    (b"", 422), (b"external_id\n1\n", 422), (b"external_id,description,shoe_size\n1,2,3\n", 422), (b"external_id,external_id,description\n", 422),
    (b"external_id,description\n1,\xff\xfe\n", 400), (b"external_id,description\n1,a\x00b\n", 400),
    (b"external_id,description\n" + b"1,x\n" * 1001, 413)])
def test_a_file_that_is_none_is_refused_whole(demo, text, status):
    answer = imported(demo, text, "uji", expect=status)
    assert code_of(answer) in ("validation", "malformed_request", "too_large")


def test_a_spreadsheet_in_indonesian_has_semicolons(demo):
    text = "\ufeffexternal_id;description;area_code\n1;Lampu jalan mati, sejak Senin;64.09.01\n"
    report = imported(demo, text, f"uji-{uuid.uuid4().hex[:8]}").json()
    assert report["accepted"] == 1, report


def test_the_desk_page(demo):
    browser = requests.Session()
    base = demo.url("routing")

    def csrf(text):
        return re.search(r'name="csrf_token" value="([^"]+)"', text).group(1)

    browser.post(base + "/login", timeout=30, data={
        "csrf_token": csrf(browser.get(base + "/login", timeout=30).text), "username": "triage@ppu",
        "password": demo.environment["SINERGI_DEMO_PASSWORD"]})
    page = browser.get(base + "/desk", timeout=30)
    assert page.status_code == 200
    form = {"csrf_token": csrf(page.text), "form_id": re.search(r'name="form_id" value="([^"]+)"', page.text).group(1),
            "means": "phone", "description": "Pipa bocor di depan masjid, air meluap.", "address": "Depan masjid Nenang"}
    wrong = browser.post(base + "/desk/complaint", timeout=30, data={**form, "description": "bocor"})
    assert wrong.status_code == 422 and "Depan masjid Nenang" in wrong.text, "what was typed is still there"
    done = browser.post(base + "/desk/complaint", timeout=30, data=form)
    assert done.status_code == 201 and "<svg" in done.text
    code = re.search(r'value="(PPU-[^"]+)"', done.text).group(1)
    assert code in browser.post(base + "/desk/complaint", timeout=30, data=form).text
    officer = demo.sql(f"select client from intake.complaint where tracking_code = '{code}'")
    assert officer != [["client:routing"]] and officer[0][0].startswith("client:")
    post = browser.post(base + "/desk/post", timeout=30, data={
        "csrf_token": form["csrf_token"], "form_id": str(uuid.uuid4()), "link": f"https://media.example/p/{uuid.uuid4().hex}"})
    assert post.status_code == 201 and "/status/PPU-" in post.text
