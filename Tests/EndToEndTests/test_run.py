"""deploy/run.sh as its users know it: its files, its refusals, its restarts."""

import os
import signal
import socket
import stat
import time
from pathlib import Path

import pytest

from client import AGENCIES, Demo, eventually
from instance_under_test import Instance, read_environment

SERVICES = ["INTAKE", "ROUTING", "NOTIFICATION", "ANALYTICS"]
ROLES = ["TRIAGE", "HANDLER", "LIAISON", "SUPERVISOR", "ARBITER", "AUDITOR", "ADMIN", "DEVELOPER"]
UNITS = ["DISKOMINFO", "SEKDA", "DPUPR", "DLH", "DISDAG", "DISDUKCAPIL", "RSUD", "BPBD", "INSPEKTORAT", "PERUMDA_AM", "KEC_SEPAKU",
         "KEL_PETUNG", "DESA_TELEMOW"]


def runs(pid):
    """A process that ended and was not yet collected by its parent does not run."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_run_env_names_everything(demo):
    names = {f"SINERGI_{service}_URL" for service in SERVICES}
    names |= {f"SINERGI_{agency}_{service}_URL" for agency in AGENCIES for service in SERVICES}
    names |= {f"SINERGI_DEMO_{role}_TOKEN" for role in ROLES}
    names |= {f"SINERGI_DEMO_{agency}_{role}_TOKEN" for agency in AGENCIES for role in ROLES}
    names |= {f"SINERGI_DEMO_PPU_{unit}_LIAISON_TOKEN" for unit in UNITS}
    names |= {f"SINERGI_{agency}_DATABASE_URL" for agency in AGENCIES}
    names |= {"SINERGI_DEMO_EXPIRED_TOKEN", "SINERGI_DEMO_PASSWORD", "SINERGI_DATABASE_URL", "SINERGI_OPEN311_KEY", "SINERGI_MAIL_DIR",
              "SINERGI_GATEWAY_URL", "SINERGI_CLI", "SINERGI_RUN_DIR"}
    assert not names - demo.environment.keys()
    assert all(demo.environment[name] for name in names), [name for name in names if not demo.environment[name]]
    assert not [name for name in names if name.endswith("_URL") and demo.environment[name].endswith("/")]
    assert demo.environment["SINERGI_KALTIM_INTAKE_URL"].endswith("/KALTIM")
    assert demo.environment["SINERGI_PPU_INTAKE_URL"] == demo.environment["SINERGI_INTAKE_URL"]
    assert os.access(demo.environment["SINERGI_CLI"], os.X_OK) and os.path.isabs(demo.environment["SINERGI_CLI"])


def test_pid_and_log_files(demo):
    folder = Path(demo.environment["SINERGI_RUN_DIR"])
    names = ["postgres", "platform", "mail", "gateway"]
    names += [f"{node}-{service.lower()}" for node in ("ppu", "kukar", "host") for service in SERVICES]
    for name in names:
        assert Path(f"/proc/{int((folder / f'{name}.pid').read_text())}").exists(), name
        assert (folder / f"{name}.log").exists(), name


def test_run_env_is_private(instance):
    if instance is None:
        pytest.skip("somebody else's instance")
    assert stat.S_IMODE(instance.run_env.stat().st_mode) == 0o600


def test_a_second_start_says_so(instance):
    if instance is None:
        pytest.skip("somebody else's instance")
    result = instance.run("--detach")
    assert result.returncode == 0 and "running already" in result.stdout


@pytest.mark.parametrize("name", ["mail", "gateway", "platform", "ppu-notification"])
def test_a_dead_child_is_back_in_three_seconds(demo, name):
    file = Path(demo.environment["SINERGI_RUN_DIR"]) / f"{name}.pid"
    before = int(file.read_text())
    os.kill(before, signal.SIGKILL)
    started = time.monotonic()
    eventually(lambda: int(file.read_text()) != before and Path(f"/proc/{file.read_text().strip()}").exists(), 10)
    assert time.monotonic() - started < 3.0


def test_a_taken_port_ends_the_start_with_its_number():
    other = Instance()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", 8091 + other.offset))
        taken.listen()
        result = other.run("--detach", check=False, seconds=120)
    try:
        assert result.returncode != 0 and str(8091 + other.offset) in result.stdout
        assert not other.run_env.exists() and not list((other.home / "home" / "run").glob("*.pid"))
    finally:
        other.end()


def test_stopping_what_is_stopped_is_fine():
    other = Instance()
    try:
        assert other.run("--stop").returncode == 0
        assert other.run("--detach", "--nodes", "nowhere", check=False).returncode != 0
    finally:
        other.end()


def test_fewer_nodes_stop_start_and_keep_their_data():
    """--nodes, --stop, a second start with the data of the first, and --reset, on an instance of its own."""
    other = Instance()
    try:
        other.run("--detach", "--nodes", "kukar")
        demo = Demo(read_environment(other.run_env))
        receipt = demo.submit("KUKAR", description="Jembatan kayu di desa kami lapuk.", area_code="64.02").json()
        pids = {path.stem: int(path.read_text()) for path in (other.home / "home" / "run").glob("*.pid")}
        assert "kukar-intake" in pids and "ppu-intake" not in pids
        other.run("--stop")
        assert not other.run_env.exists() and not list((other.home / "home" / "run").glob("*.pid"))
        assert not [name for name, pid in pids.items() if runs(pid)]
        other.run("--detach", "--nodes", "kukar")
        demo = Demo(read_environment(other.run_env))
        assert demo.follow(receipt, "KUKAR")["tracking_code"] == receipt["tracking_code"]
        other.run("--detach", "--reset", "--nodes", "kukar")
        demo = Demo(read_environment(other.run_env))
        answer = demo.call("GET", "intake", f"/v1/complaints/{receipt['tracking_code']}", "KUKAR", token=receipt["access_key"])
        assert answer.status_code == 401
    finally:
        other.end()
