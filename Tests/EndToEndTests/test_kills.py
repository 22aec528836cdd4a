"""Kill -9 of any process, PostgreSQL included, at random moments of the main job: everything completes, once.

SINERGI_KILLS: kills for each seed. SINERGI_SEEDS: comma separated; a seed fixes victims and pauses, not the machine's timing.
"""

import os
import random
import signal
import threading
import time
import uuid
from collections import Counter
from pathlib import Path

import pytest
import requests

import shapes
from client import Demo, eventually, events_of

KILLS = int(os.environ.get("SINERGI_KILLS", "5"))
SEEDS = [int(seed) for seed in os.environ.get("SINERGI_SEEDS", "1").split(",")]
WALKERS = 3
RETRY_SECONDS = 90
STORIES = [
    # category, place, who refuses with which suggestion, who takes it
    ("lighting.street", {"lat": -1.00, "long": 116.95}, [], "KUKAR"),
    ("roads.provincial", {"area_code": "64.09.01"}, [("KALTIM/DPUPR", "PPU/DPUPR")], "PPU/DPUPR"),
    ("waste.collection", {"area_code": "64.09.01"}, [("PPU/DLH", "PPU/DISDAG"), ("PPU/DISDAG", "PPU/DLH")], "PPU/DLH"),
    ("power.pole", {"area_code": "64.09"}, [], "PLN"),
]


class Patient(Demo):
    """A client as it should be: what got no answer, or a 5xx, is tried again, with the same Idempotency-Key."""

    def call(self, method, service, path, *arguments, **options):
        options["documented"] = False  # the other tests hold answers against the documents
        deadline = time.monotonic() + RETRY_SECONDS
        expect, shape = options.pop("expect", None), options.pop("shape", None)
        while True:
            try:
                answer = super().call(method, service, path, *arguments, **options)
                if answer.status_code < 500 and answer.status_code != 429:
                    break
                failure = answer.text
            except requests.RequestException as error:
                failure = repr(error)
            assert time.monotonic() < deadline, f"{method} {path}: no good answer in {RETRY_SECONDS} s; last: {failure[:500]}"
            time.sleep(0.2)
        if expect is not None:
            wanted = expect if isinstance(expect, (tuple, list)) else [expect]
            assert answer.status_code in wanted, f"{method} {path} → {answer.status_code}, not {expect}: {answer.text[:1000]}"
        if shape is not None and answer.status_code < 400:
            shapes.require(answer.json(), shape)
        return answer

    def once(self, path, body, agency, token, state):
        """An action that may have happened although its answer was lost: then the repeat's 409 shows it done."""
        answer = self.call("POST", "routing", path, agency, token=token, body=body, expect=(200, 409)).json()
        now = answer.get("current", answer)
        assert now["state"] == state, answer


class Walker(threading.Thread):
    """Files complaints and sees each one through to its confirmed end."""

    def __init__(self, demo, seed, enough):
        super().__init__(daemon=True)
        self.demo = Patient(demo.environment)
        self.random = random.Random(seed)
        self.enough = enough
        self.walked = []
        self.failure = None

    def run(self):
        try:
            while not self.enough.is_set() or not self.walked:
                self.walk()
        except Exception as error:  # reported by the test; a thread's own exception would only be printed
            self.failure = error

    def walk(self):
        category, place, refusals, taker = self.random.choice(STORIES)
        mark = uuid.uuid4().int % 10**9
        person = {"name": "Pak Budi", "email": f"budi{mark}@contoh.id", "phone": f"+62813{mark:09d}"}
        demo = self.demo
        receipt = demo.submit(description="Laporan di tengah gangguan, mohon tetap ditangani.", category=category, reporter=person,
                              headers={"Idempotency-Key": str(uuid.uuid4())}, **place).json()
        self.walked.append((receipt, person))
        patience = {"seconds": RETRY_SECONDS}
        for office, suggested in refusals:
            row = eventually(lambda: self.offer(receipt, office), **patience, what=f"{receipt['tracking_code']} offered to {office}")
            demo.once(f"/v1/handoffs/{row['handoff_id']}/decline",
                      {"reason_code": "not_our_area", "reason": "Bukan ruas kami.", "suggested_office": suggested},
                      office.partition("/")[0], demo.office_token(office), "declined")
        row = eventually(lambda: self.offer(receipt, taker), **patience, what=f"{receipt['tracking_code']} offered to {taker}")
        agency, token = taker.partition("/")[0], demo.office_token(taker)
        demo.once(f"/v1/handoffs/{row['handoff_id']}/accept", {"note": None, "external_reference": None}, agency, token, "accepted")
        draft = demo.call("POST", "routing", f"/v1/cases/{row['case_id']}/answers", agency, token=token, expect=201,
                          headers={"Idempotency-Key": str(uuid.uuid4())},
                          body={"body": "Sudah selesai dikerjakan dan diperiksa di tempat.", "interim": False}).json()
        path = f"/v1/cases/{row['case_id']}/answers/{draft['answer_id']}"
        answer = demo.call("POST", "routing", path + "/approve", agency, token=token, body={"note": None}, expect=(200, 409)).json()
        assert answer.get("current", answer)["state"] in ("approved", "published"), answer
        demo.once(path + "/publish", {"note": None}, agency, token, "published")
        eventually(lambda: demo.follow(receipt)["status"] == "answered", **patience, what=f"{receipt['tracking_code']} answered")
        demo.call("POST", "intake", f"/v1/complaints/{receipt['tracking_code']}/confirmation", token=receipt["access_key"],
                  body={"rating": 4, "comment": None}, expect=(202, 409))
        eventually(lambda: demo.follow(receipt)["status"] == "closed", **patience, what=f"{receipt['tracking_code']} closed")

    def offer(self, receipt, office):
        demo = self.demo
        rows = demo.rows(demo.office_token(office), office.partition("/")[0], tracking_code=receipt["tracking_code"], queue="offered")
        return next((row for row in rows if row["office"]["code"] == office and row["part_state"] == "offered"), None)


class Killer:
    def __init__(self, demo, seed):
        self.folder = Path(demo.environment["SINERGI_RUN_DIR"])
        self.random = random.Random(seed)
        names = sorted(path.stem for path in self.folder.glob("*.pid") if path.stem != "supervisor")
        # PostgreSQL and routing are where most can go wrong: they come up more often than one in seventeen.
        self.victims = names + ["postgres"] * 2 + [name for name in names if name.endswith("routing")]
        self.done = []

    def pid(self, name):
        try:
            return int((self.folder / f"{name}.pid").read_text())
        except (OSError, ValueError):
            return None

    def kill(self):
        time.sleep(self.random.uniform(0.05, 1.5))
        name = self.random.choice(self.victims)
        pid = self.pid(name)
        os.kill(pid, signal.SIGKILL)
        killed = time.monotonic()
        eventually(lambda: self.pid(name) not in (None, pid) and Path(f"/proc/{self.pid(name)}").exists(), 30, f"{name} is back")
        self.done.append((name, time.monotonic() - killed))


@pytest.mark.parametrize("seed", SEEDS)
def test_killed_at_random_everything_completes_once(demo, seed):
    patient = Patient(demo.environment)

    def received():
        return patient.call("GET", "analytics", "/v1/metrics/summary", token=demo.token("auditor"), expect=200).json()["received"]

    demo.settle()  # what earlier tests filed is counted by now, and not among ours
    before = received()
    enough = threading.Event()
    walkers = [Walker(demo, seed * 1000 + number, enough) for number in range(WALKERS)]
    for walker in walkers:
        walker.start()
    killer = Killer(demo, seed)
    try:
        while len(killer.done) < KILLS and all(walker.failure is None for walker in walkers):
            killer.kill()
    finally:
        enough.set()
    for walker in walkers:
        walker.join(RETRY_SECONDS * 4)
    print(f"seed {seed}: {sum(len(walker.walked) for walker in walkers)} complaints; killed:", ", ".join(f"{name} (back in {seconds:.1f} s)" for name, seconds in killer.done))
    for walker in walkers:
        if walker.failure:
            raise AssertionError(f"seed {seed}, after {killer.done}: {walker.failure}") from walker.failure
        assert not walker.is_alive(), "a walker hangs"
    late = [(name, seconds) for name, seconds in killer.done if seconds > (3.5 if name != "postgres" else 10)]
    assert not late, f"not restarted in time: {late}"

    walked = [pair for walker in walkers for pair in walker.walked]
    assert len(walked) >= WALKERS
    demo.settle(RETRY_SECONDS)
    assert demo.sql("select count(*) from exchange.parked") == [["0"]]

    # One complaint, one case, one acceptance each; every step told exactly once by each channel.
    touchy = Counter(name for name, _ in killer.done)
    repeats = touchy["mail"] + touchy["postgres"] + sum(n for name, n in touchy.items() if name.endswith("notification"))
    for receipt, person in walked:
        code = receipt["tracking_code"]
        assert demo.sql(f"select count(*) from intake.complaint where tracking_code = '{code}'") == [["1"]]
        assert demo.sql(f"select count(*) from casework.\"case\" where tracking_code = '{code}'") == [["1"]]
        order = [step["event"] for step in patient.follow(receipt)["steps"]]
        assert order.count("handoff_accepted") == 1 and order.count("confirmed") == 1 and order.count("closed") == 1, (code, order)

        def told():
            distinct = {mail["Message-ID"]: mail for mail in demo.mails(receipt, person["email"])}
            assert events_of(distinct.values()) == sorted(order), (code, events_of(distinct.values()), sorted(order))
            texts = demo.texts(person["phone"])
            assert len(texts) == len(order), (code, len(texts), len(order))
            return True

        eventually(told, 60, f"{code}: each of {len(order)} steps told once")
        raw = len(demo.mails(receipt, person["email"]))
        # SMTP has no transactions: a crash between its 250 and our commit sends again, under the same Message-ID.
        assert raw - len(order) <= repeats, f"{code}: {raw} mails for {len(order)} steps, {repeats} kills that allow a repeat"
    eventually(lambda: received() == before + len(walked), 60, f"{len(walked)} complaints counted once each")
