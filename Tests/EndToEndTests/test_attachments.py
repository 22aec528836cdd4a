"""Files of reporters: in whole and in parts, what is made of them, what is refused, who sees them."""

import hashlib
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
import requests

import pictures
from client import Demo, code_of, eventually, key
from instance_under_test import Instance, read_environment

GOOD = {"description": "Jalan depan SD amblas sesudah hujan semalam, pipa air ikut pecah.", "category": "roads.damage", "lat": -1.071, "long": 116.690}
BYTES = {"Content-Type": "application/octet-stream"}


@pytest.fixture(scope="module")
def receipt(demo):
    return demo.submit(**GOOD).json()


def path(receipt, *rest):
    return "/".join(["/v1/complaints", receipt["tracking_code"], "attachments", *rest])


def send(demo, receipt, data, name="foto.jpg", expect=201, headers=None):
    return demo.call("POST", "intake", path(receipt), token=receipt["access_key"], raw=data, params={"name": name},
                     headers={**BYTES, **(headers or {})}, expect=expect)


def state(demo, receipt, item, wanted):
    def there():
        now = demo.call("GET", "intake", path(receipt, item["attachment_id"]), token=receipt["access_key"], expect=200).json()
        assert now["state"] in ("uploading", "checking", wanted), now
        return now if now["state"] == wanted else None

    return eventually(there, what=f"{item['name']} {wanted}")


def bytes_of(demo, receipt, item, what="content"):
    return demo.call("GET", "intake", path(receipt, item["attachment_id"], what), token=receipt["access_key"], expect=200)


def test_a_photograph_loses_its_exif_and_officers_learn_when_and_where(demo, receipt):
    photo = pictures.with_exif(pictures.jpeg(1))
    item = send(demo, receipt, photo, "../dapur\\foto.jpg").json()
    assert item["name"] == "foto.jpg"
    ready = state(demo, receipt, item, "ready")
    assert ready["type"] == "image/jpeg" and ready["received"] == len(photo)
    assert (ready["width"], ready["height"]) == (150, 200), "turned upright"
    assert not [name for name in ready if name.startswith("captured")], "the reporter's view says nothing of place"
    content = bytes_of(demo, receipt, item)
    assert content.content[:3] == b"\xff\xd8\xff" and b"Exif" not in content.content and len(content.content) == ready["size"]
    assert content.headers["Content-Type"] == "image/jpeg" and content.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in content.headers["Content-Security-Policy"] and content.headers["Content-Disposition"].startswith("inline")
    assert bytes_of(demo, receipt, item, "thumbnail").content[:3] == b"\xff\xd8\xff"

    case = eventually(lambda: demo.row(receipt, demo.token("triage")), what="the case")
    listed = demo.call("GET", "routing", f"/v1/cases/{case['case_id']}/attachments", token=demo.token("triage"), expect=200).json()["data"]
    seen = next(one for one in listed if one["attachment_id"] == item["attachment_id"])
    assert seen["captured_at"] == "2026-11-20T15:40:00"
    assert abs(seen["captured_lat"] + 1.0708) < 0.001 and abs(seen["captured_long"] - 116.69) < 0.001
    assert seen["sent_sha256"] == hashlib.sha256(photo).hexdigest() and len(seen["perceptual_hash"]) == 16
    officers = demo.call("GET", "routing", f"/v1/cases/{case['case_id']}/attachments/{item['attachment_id']}/content", token=demo.token("triage"), expect=200)
    assert officers.content == content.content


def test_other_agencies_see_files_by_their_part_only(demo):
    receipt = demo.submit(**{**GOOD, "category": "lighting.street", "lat": -1.00, "long": 116.95}).json()
    item = send(demo, receipt, pictures.png(seed=2), "tiang.png").json()
    state(demo, receipt, item, "ready")
    row = demo.offer_to(receipt, "KUKAR")
    url = f"/v1/cases/{row['case_id']}/attachments/{item['attachment_id']}"
    assert demo.call("GET", "routing", url + "/content", "KUKAR", token=demo.token("liaison", "KUKAR"), expect=200).content[1:4] == b"PNG"
    demo.call("GET", "routing", url, "PLN", token=demo.token("liaison", "PLN"), expect=404)
    chunks = "select count(*) from media.chunk"
    assert demo.sql(chunks, demo.environment["SINERGI_PLN_DATABASE_URL"]) == [["0"]]
    other = demo.submit(**GOOD).json()
    demo.call("GET", "intake", path(other, item["attachment_id"]), token=other["access_key"], expect=404)
    demo.call("GET", "intake", path(receipt, item["attachment_id"]), token=other["access_key"], expect=401)


def test_parts_go_on_where_they_stopped(demo, receipt):
    data = pictures.film(400_000)
    name = key()
    body = {"name": "banjir.mp4", "size": len(data)}
    item = demo.call("POST", "intake", path(receipt), token=receipt["access_key"], body=body, headers={"Idempotency-Key": name}, expect=201).json()
    again = demo.call("POST", "intake", path(receipt), token=receipt["access_key"], body=body, headers={"Idempotency-Key": name}, expect=201).json()
    assert again["attachment_id"] == item["attachment_id"] and item["state"] == "uploading"
    reused = demo.call("POST", "intake", path(receipt), token=receipt["access_key"], body={**body, "size": 9}, headers={"Idempotency-Key": name}, expect=422)
    assert code_of(reused) == "idempotency_key_reused"

    def part(start, end, expect=200):
        return demo.call("POST", "intake", path(receipt, item["attachment_id"], "parts"), token=receipt["access_key"], raw=data[start:end],
                         params={"offset": start}, headers=BYTES, expect=expect)

    assert part(0, 150_000).json()["received"] == 150_000
    wrong = part(0, 1000, expect=409).json()
    assert wrong["current"]["received"] == 150_000
    part(150_000, 300_000)
    assert part(300_000, len(data)).json()["state"] in ("checking", "ready")
    ready = state(demo, receipt, item, "ready")
    assert ready["type"] == "video/mp4"
    content = bytes_of(demo, receipt, item)
    assert content.content == data and content.headers["Content-Disposition"].startswith("attachment")
    # The same bytes at another complaint of the agency are stored once.
    other = demo.submit(**GOOD).json()
    state(demo, other, send(demo, other, data, "lagi.mp4").json(), "ready")
    digest = hashlib.sha256(data).hexdigest()
    assert demo.sql(f"select count(*) from media.content where sha256 = decode('{digest}', 'hex')") == [["1"]]


@pytest.mark.parametrize("data", [b"\x7fELF" + bytes(100), pictures.ARCHIVE + bytes(50), b"<!DOCTYPE html><script>alert(1)</script>" + bytes(60),
                                  b"GIF89a" + bytes(60), b"x"], ids=["program", "archive", "page", "gif", "short"])
def test_other_types_are_refused_whatever_their_name(demo, receipt, data):
    assert code_of(send(demo, receipt, data, "foto.jpg", expect=415)) == "unsupported_media_type"


@pytest.mark.parametrize("make, reason", [
    (lambda: pictures.png(claimed=(60_000, 60_000)), "too_many_pixels"),
    (lambda: pictures.jpeg(3)[:-200], "unreadable"),
    (lambda: pictures.png(seed=4)[:-40], "unreadable"),
    (lambda: pictures.film() + pictures.ARCHIVE, "unreadable"),
    (lambda: b"%PDF-1.4\n%%EOF\n" + pictures.ARCHIVE, "unreadable"),
    (lambda: b"\xff\xd8\xff\xe0" + bytes(100), "unreadable"),
], ids=["pixel bomb", "cut jpeg", "cut png", "film and archive", "document and archive", "no picture"])
def test_hostile_files_are_thrown_away(demo, receipt, make, reason):
    item = send(demo, receipt, make()).json()
    assert state(demo, receipt, item, "refused")["reason"] == reason
    demo.call("GET", "intake", path(receipt, item["attachment_id"], "content"), token=receipt["access_key"], expect=404)
    assert demo.sql(f"select count(*) from media.chunk where content = '{item['attachment_id']}'") == [["0"]]


def test_what_hides_behind_a_picture_is_gone(demo):
    receipt = demo.submit(**GOOD).json()
    item = send(demo, receipt, pictures.png(seed=5) + pictures.ARCHIVE + b"<script>").json()
    state(demo, receipt, item, "ready")
    content = bytes_of(demo, receipt, item).content
    assert b"PK\x03\x04" not in content and b"<script>" not in content


def test_ten_files_and_no_more(demo):
    receipt = demo.submit(**GOOD).json()
    for number in range(10):
        send(demo, receipt, pictures.png(8, 8, number))
    assert code_of(send(demo, receipt, pictures.png(8, 8, 11), expect=409)) == "wrong_state"
    demo.call("POST", "intake", path(receipt), token=receipt["access_key"], raw=b"", headers=BYTES, expect=400)
    demo.call("POST", "intake", path(receipt), token="x" * 43, raw=b"x", headers=BYTES, expect=401)


def test_the_page_of_a_report_takes_files_without_script(demo):
    receipt = demo.submit(**GOOD).json()
    base = demo.url("intake")
    browser = requests.Session()
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(base + "/follow", timeout=30).text).group(1)
    page = browser.post(base + "/follow", data={"csrf_token": token, "code": receipt["tracking_code"], "access_key": receipt["access_key"]}, timeout=30)
    assert page.status_code == 200 and "multipart/form-data" in page.text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
    url = f"{base}/follow/{receipt['tracking_code']}/attachments"
    files = [("csrf_token", (None, token)), ("file", ("satu.png", pictures.png(seed=6))), ("file", ("dua.png", pictures.png(300, 200, seed=7)))]
    assert browser.post(url, files=files, timeout=30).status_code == 200
    assert browser.post(url, files=[("csrf_token", (None, "x" * 43)), files[1]], timeout=30).status_code == 403

    def shown():
        text = browser.get(f"{base}/follow/{receipt['tracking_code']}", timeout=30).text
        return text if text.count("/thumbnail") == 2 else None

    text = eventually(shown, what="two thumbnails")
    picture = re.search(r'src="([^"]+/thumbnail)"', text).group(1)
    assert browser.get(base.rsplit("/", 0)[0] + picture, timeout=30).headers["Content-Type"] == "image/jpeg"
    assert requests.get(base + picture, timeout=30).headers.get("Content-Type", "").startswith("text/html"), "strangers are sent to the door"


# ---- ClamAV's daemon, with a signature of our own: nothing is fetched

WORM = b"CONTOH-BERKAS-BERBAHAYA-SINERGI"


class Clamd:
    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="sinergi-clamd-"))
        self.socket = self.folder / "clamd.ctl"
        (self.folder / "db").mkdir()
        (self.folder / "db" / "contoh.ndb").write_text(f"Sinergi.Contoh:0:*:{WORM.hex()}\n")
        (self.folder / "clamd.conf").write_text(
            f"LocalSocket {self.socket}\nDatabaseDirectory {self.folder / 'db'}\nForeground yes\nStreamMaxLength 70M\n"
            f"TemporaryDirectory {self.folder}\nLogFile {self.folder / 'log'}\n")
        self.process = None

    def start(self):
        self.process = subprocess.Popen(["clamd", "--config-file", self.folder / "clamd.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        eventually(self.socket.exists, 60, "clamd listens")

    def end(self):
        if self.process:
            self.process.terminate()
            self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)


def postponed(demo):
    """How often intake has put off a file that the scanner did not answer for."""
    lines = requests.get(demo.url("intake") + "/metrics", timeout=10).text.splitlines()
    return sum(float(line.split()[-1]) for line in lines if line.startswith("sinergi_media_checked_total") and "postponed" in line)


@pytest.mark.skipif(shutil.which("clamd") is None, reason="deploy/install.sh --tests installs clamav-daemon")
def test_nothing_is_shown_before_the_scanner_has_said_clean():
    clamd, instance = Clamd(), Instance()
    try:
        instance.run("--detach", "--nodes", "ppu", environment={"MEDIA_CLAMD": f"unix:{clamd.socket}"})
        demo = Demo(read_environment(instance.run_env))
        receipt = demo.submit(**GOOD).json()
        worm = send(demo, receipt, b"%PDF-1.4\n" + WORM + b"\n%%EOF\n", "surat.pdf").json()
        clean = send(demo, receipt, b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n", "surat.pdf").json()
        # The daemon is away: both were taken up, and put off.
        eventually(lambda: postponed(demo) >= 2, what="both were tried")
        for item in (worm, clean):
            now = demo.call("GET", "intake", path(receipt, item["attachment_id"]), token=receipt["access_key"], expect=200).json()
            assert now["state"] == "checking"
            demo.call("GET", "intake", path(receipt, item["attachment_id"], "content"), token=receipt["access_key"], expect=404)
        clamd.start()
        eventually(lambda: state(demo, receipt, clean, "ready"), 60)
        assert eventually(lambda: state(demo, receipt, worm, "refused"), 60)["reason"] == "malware"
    finally:
        instance.end()
        clamd.end()
