"""Open due dates follow a changed limit by themselves, and those affected are told why."""

import re
import subprocess

import pytest

from client import eventually, events_of

BASIS = "Peraturan contoh 7/2026"


def clocks(demo, *arguments):
    return subprocess.run([demo.environment["SINERGI_CLI"], "clocks", "recompute", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True, timeout=120, env={"PATH": "/usr/bin:/bin", "SINERGI_DATABASE_URL": demo.environment["SINERGI_DATABASE_URL"]})


@pytest.fixture
def limit(demo):
    """A limit of our own for a kind that no other test counts on; taken back afterwards."""
    where = f"kind = 'information' and step = 'resolve' and legal_basis = '{BASIS}'"
    yield lambda: demo.sql("insert into directory.service_level (kind, step, amount, unit, legal_basis, valid_from)"
                           f" values ('information', 'resolve', 7, 'working_days', '{BASIS}', current_date - 7)")
    demo.sql(f"delete from directory.service_level where {where}")
    eventually(lambda: demo.sql("select count(*) from casework.recomputation where finished_at is null") == [["0"]])


def test_a_changed_limit_moves_open_dates_and_says_so(demo, limit):
    receipt = demo.submit(description="Kapan jadwal perekaman KTP-el keliling di Babulu?", kind="information", category="waste.collection",
                          area_code="64.09.01", reporter={"name": "Tono", "email": "tono.clocks@example.org"}).json()
    row = demo.offer_to(receipt, "PPU/DLH")
    before = demo.follow(receipt)["clocks"]["since_submission"]["due_at"]
    assert before
    limit()
    view = eventually(lambda: (v := demo.follow(receipt))["clocks"]["since_submission"]["due_at"] > before and v)
    step = view["steps"][-1]
    assert step["event"] == "due_changed" and BASIS in step["note"]
    case = demo.case(row["case_id"], demo.office_token("PPU/DLH"))
    clock = next(c for c in case["clocks"] if c["step"] == "resolve")
    assert clock["due_at"] == view["clocks"]["since_submission"]["due_at"] and clock["legal_basis"] == BASIS
    # The reporter and the office to which it is offered are told, with the reason.
    assert eventually(lambda: "due_changed" in events_of(demo.mails(receipt, "tono.clocks")))
    told = eventually(lambda: [m for m in demo.mails(receipt, "ppu.dlh") if m["X-Sinergi-Event"] == "due_changed"])
    assert BASIS in told[0].get_body().get_content()


def test_the_command_says_what_would_move(demo):
    done = clocks(demo, "--dry-run")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^\d+ due dates would move\.$", done.stdout, re.M)
    done = clocks(demo, "--reason", "Kalender kerja berubah (contoh).")
    assert done.returncode == 0 and re.fullmatch(r"\d+ clocks looked at, \d+ due dates moved\.\n", done.stdout), done.stdout + done.stderr
    assert clocks(demo, "--dry-run").stdout.endswith("0 due dates would move.\n")
