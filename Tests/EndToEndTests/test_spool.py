"""The door that loses nothing: PostgreSQL away, intake killed in between, everything there exactly once afterwards.

SINERGI_SPOOL_COUNT says how many complaints (400).
"""

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from client import PATIENCE, eventually, key

COUNT = int(os.environ.get("SINERGI_SPOOL_COUNT", "400"))


class Outage:
    """PostgreSQL gone for good: the supervisor, which would bring it back, is told to stand still."""

    def __init__(self, demo):
        self.folder = Path(demo.environment["SINERGI_RUN_DIR"])

    def pid(self, name):
        return int((self.folder / f"{name}.pid").read_text())

    def __enter__(self):
        os.kill(self.pid("supervisor"), signal.SIGSTOP)
        os.kill(self.pid("postgres"), signal.SIGQUIT)
        return self

    def __exit__(self, *_):
        os.kill(self.pid("supervisor"), signal.SIGCONT)


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
        accepted = dict(receipts)

    eventually(lambda: requests.get(f"{url}/readyz", timeout=10).status_code == 200, PATIENCE * 2, "intake is back")
    # Everybody asks once more, who had an answer and who had not.
    with ThreadPoolExecutor(16) as pool:
        for job in [pool.submit(send, number) for number in pending]:
            job.result()
    assert all(receipts[number] == receipt for number, receipt in accepted.items())
    codes = {receipt["tracking_code"] for receipt in receipts.values()}
    assert len(codes) == COUNT

    def drained():
        figures = requests.get(f"{url}/metrics", timeout=10).text
        return "sinergi_intake_spool_waiting 0" in figures

    eventually(drained, 300, "the spool is empty")
    listed = "','".join(codes)
    assert demo.sql(f"select count(*), count(distinct tracking_code) from intake.complaint where tracking_code in ('{listed}')") == [
        [str(COUNT), str(COUNT)]]
    clear = demo.sql(f"select count(*) from intake.complaint where strpos(description, '{mark}') > 0")
    assert clear == [[str(COUNT - (COUNT + 9) // 10)]], "nothing is there twice under another code"
    demo.settle(300)
    assert demo.sql(f"select count(*), count(distinct tracking_code) from casework.\"case\" where tracking_code in ('{listed}')") == [
        [str(COUNT), str(COUNT)]]
    for number in (0, 1, COUNT - 1):
        assert demo.follow(receipts[number])["description"].startswith(mark)


def test_words_in_the_spool_are_sealed(demo):
    folder = Path(demo.environment["SINERGI_RUN_DIR"]).parent / "spool" / "ppu"
    files = [path for path in folder.rglob("*") if path.is_file()]
    if not any(path.name == "spool.sqlite" for path in files):
        pytest.fail(f"no spool in {folder}")
    assert not any(b"lampu jalan padam" in path.read_bytes() for path in files)
