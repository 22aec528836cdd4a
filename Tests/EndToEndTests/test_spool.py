"""The door that loses nothing: PostgreSQL away, intake killed in between, everything there exactly once afterwards.

SINERGI_SPOOL_COUNT says how many complaints (400).
"""

import os
import re
import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from client import PATIENCE, eventually, key

COUNT = int(os.environ.get("SINERGI_SPOOL_COUNT", "400"))


def gone(pid):
    """Ended, also where a parent that stands still has not taken note."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


class Outage:
    """PostgreSQL gone for good: the supervisor, which would bring it back, is told to stand still."""

    def __init__(self, demo):
        self.folder = Path(demo.environment["SINERGI_RUN_DIR"])
        process = Path("/proc") / str(self.pid("ppu-intake"))
        self.program = os.readlink(process / "exe")
        self.arguments = process.joinpath("cmdline").read_text().split("\0")[1:-1]
        self.settings = dict(line.split("=", 1) for line in process.joinpath("environ").read_text().split("\0") if "=" in line)
        self.started = None

    def pid(self, name):
        return int((self.folder / f"{name}.pid").read_text())

    def start_intake(self):
        """By hand, as the supervisor stands still: the same program with the same settings."""
        with open(self.folder / "ppu-intake-by-hand.log", "w") as log:
            self.started = subprocess.Popen([self.program, *self.arguments], env=self.settings, stdout=log, stderr=log)

    def __enter__(self):
        os.kill(self.pid("supervisor"), signal.SIGSTOP)
        os.kill(self.pid("postgres"), signal.SIGQUIT)
        # Until its backends are gone too, a complaint can still be stored and answered with the database's own time.
        eventually(lambda: gone(self.pid("postgres")), what="PostgreSQL has ended")
        return self

    def __exit__(self, *_):
        if self.started:
            # The supervisor's own copy needs the port and the spool's folder.
            self.started.terminate()
            self.started.wait(60)
        os.kill(self.pid("supervisor"), signal.SIGCONT)


def follow_from_the_spool(url, receipt, secret, mark):
    """Its reporter sees what is true: it is safe, and nobody has read it."""

    def show(of, key=None):
        return requests.get(f"{url}/v1/complaints/{of['tracking_code']}", timeout=30,
                            headers={"Authorization": f"Bearer {key or of['access_key']}"})

    for one in (receipt, secret):
        view = show(one).json()
        assert view["status"] == "submitted" and view["description"].startswith(mark) and view["actions"] == [], view
        assert view["steps"][0]["event"] == "received" and "basis data" in view["steps"][0]["note"], view["steps"]
    assert secret is not receipt and show(receipt, secret["access_key"]).status_code == 401
    assert requests.get(f"{url}/v1/complaints/{receipt['tracking_code']}", timeout=30).status_code == 404
    step = requests.post(f"{url}/v1/complaints/{receipt['tracking_code']}/messages", json={"body": "Ada kabar?"}, timeout=30,
                         headers={"Authorization": f"Bearer {receipt['access_key']}"})
    assert step.status_code == 503 and step.headers["Retry-After"], step.text

    browser = requests.Session()
    door = browser.get(f"{url}/follow", timeout=30)
    token = re.search(r'name="csrf_token" value="([^"]+)"', door.text).group(1)
    page = browser.post(f"{url}/follow", timeout=30,
                        data={"csrf_token": token, "code": receipt["tracking_code"], "access_key": receipt["access_key"]})
    assert page.status_code == 200 and "tersimpan aman" in page.text and mark in page.text, page.text


def stored(demo, table, codes):
    """Rows, and different codes among them; asked for in pieces, as a command's arguments have an end."""
    rows, different, listed = 0, 0, sorted(codes)
    for start in range(0, len(listed), 500):
        piece = "','".join(listed[start:start + 500])
        [found] = demo.sql(f"select count(*), count(distinct tracking_code) from {table} where tracking_code in ('{piece}')")
        rows, different = rows + int(found[0]), different + int(found[1])
    return rows, different


def report_on_the_page(url, mark):
    browser = requests.Session()
    form = browser.get(f"{url}/", timeout=30)
    assert '<option value="64.09.' in form.text, "areas to choose from"
    fields = dict(re.findall(r'name="(csrf_token|form_id)" value="([^"]+)"', form.text))
    sent = browser.post(f"{url}/", timeout=60, data={
        **fields, "description": f"{mark} dari halaman: lampu jalan padam.", "area_code": "64.09.01", "kind": "complaint", "language": "id"})
    assert sent.status_code == 201, sent.text
    code = re.search(r"PPU-[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]+", sent.text).group(0)
    return {"tracking_code": code, "access_key": re.search(r'name="access_key" value="([^"]+)"', sent.text).group(1)}


def test_accepted_while_postgres_is_away_and_stored_once(demo):
    url = demo.url("intake")
    mark = f"Uji spool {key()[:8]}"
    receipts, pending, guard = {}, list(range(COUNT)), threading.Lock()
    killed = threading.Event()

    def body(number):
        return {"description": f"{mark} nomor {number}: lampu jalan padam di gang ini.", "area_code": "64.09.01",
                "confidential": number % 10 == 0, "reporter": {"name": "Sari"} if number % 3 == 0 else None}

    keys = {number: key() for number in pending}

    def send(number):
        """A client that comes again until it has its answer, always with the same key."""
        answer = requests.post(f"{url}/v1/complaints", json=body(number), headers={"Idempotency-Key": keys[number]}, timeout=60)
        assert answer.status_code == 201, answer.text
        receipt = answer.json()
        with guard:
            assert receipts.setdefault(number, receipt) == receipt, "a repeat has the same answer"

    begun = time.monotonic()
    with Outage(demo) as outage:
        assert requests.get(f"{url}/healthz", timeout=10).status_code == 200

        def first_half(number):
            try:
                send(number)
            except requests.RequestException:
                assert killed.is_set(), "only the kill may cut a request off"

        with ThreadPoolExecutor(16) as pool:
            jobs = [pool.submit(first_half, number) for number in pending]
            eventually(lambda: len(receipts) >= COUNT // 2, 300, "half of them accepted without a database")
            state = requests.get(f"{url}/readyz", timeout=10)
            assert state.status_code == 200 and "spool" in state.json()["reason"], state.text

            def shown():
                figures = requests.get(f"{url}/metrics", timeout=10).text
                return "sinergi_intake_spool_waiting" in figures and "sinergi_intake_database_away 1" in figures

            eventually(shown, what="the figures tell of the outage")
            # One that is refused while the database is there is refused now too: the directory's last copy is at hand.
            wrong = requests.post(f"{url}/v1/complaints", json={**body(1), "category": "no.such"}, timeout=60)
            assert wrong.status_code == 422 and wrong.json()["errors"][0]["code"] == "unknown_category"
            killed.set()
            os.kill(outage.pid("ppu-intake"), signal.SIGKILL)
            for job in jobs:
                job.result()
        # A process that starts now has never heard of the database: it goes on with what it kept on disk.
        outage.start_intake()
        eventually(lambda: requests.get(f"{url}/readyz", timeout=10).status_code == 200, PATIENCE * 2, "ready without a database")
        with ThreadPoolExecutor(16) as pool:
            for job in [pool.submit(send, number) for number in pending]:
                job.result()
        assert len(receipts) == COUNT
        started = time.monotonic() - begun
        print(f"{COUNT} accepted without a database within {started:.0f} s")
        for field, value, error in (("category", "no.such", "unknown_category"), ("area_code", "99.99", "unknown_area")):
            wrong = requests.post(f"{url}/v1/complaints", json={**body(1), field: value}, timeout=60)
            assert wrong.status_code == 422 and wrong.json()["errors"][0]["code"] == error, wrong.text
        follow_from_the_spool(url, receipts[COUNT - 1], receipts[0], mark)
        receipts[COUNT] = report_on_the_page(url, mark)
        accepted = dict(receipts)

    eventually(lambda: requests.get(f"{url}/readyz", timeout=10).status_code == 200, PATIENCE * 2, "intake is back")
    # Everybody asks once more, who had an answer and who had not.
    with ThreadPoolExecutor(16) as pool:
        for job in [pool.submit(send, number) for number in pending]:
            job.result()
    assert all(receipts[number] == receipt for number, receipt in accepted.items())
    codes = {receipt["tracking_code"] for receipt in receipts.values()}
    assert len(codes) == COUNT + 1

    def drained():
        figures = requests.get(f"{url}/metrics", timeout=10).text
        return "sinergi_intake_spool_waiting 0" in figures

    eventually(drained, 300 + COUNT / 20, "the spool is empty")
    assert stored(demo, "intake.complaint", codes) == (COUNT + 1, COUNT + 1)
    clear = demo.sql(f"select count(*) from intake.complaint where strpos(description, '{mark}') > 0")
    assert clear == [[str(COUNT + 1 - (COUNT + 9) // 10)]], "nothing is there twice under another code"
    demo.settle(300 + COUNT / 10)
    assert stored(demo, 'casework."case"', codes) == (COUNT + 1, COUNT + 1)
    print(f"all there once, routed and told within {time.monotonic() - begun:.0f} s")
    for number in (0, 1, COUNT - 1):
        assert demo.follow(receipts[number])["description"].startswith(mark)


def test_words_in_the_spool_are_sealed(demo):
    folder = Path(demo.environment["SINERGI_RUN_DIR"]).parent / "spool" / "ppu"
    files = [path for path in folder.rglob("*") if path.is_file()]
    if not any(path.name == "spool.sqlite" for path in files):
        pytest.fail(f"no spool in {folder}")
    assert not any(b"lampu jalan padam" in path.read_bytes() for path in files)
