"""One demo with all three nodes for the whole run, in a folder and on ports of its own.

SINERGI_RUN_ENV=FILE tests an instance that runs already, for trying things out; nothing is started or stopped then.
"""

import os
import sys
from pathlib import Path

import pytest

from client import Demo
from instance_under_test import Instance, read_environment


# Clients that others wrote; deploy/install.sh --tests puts them there.
sys.path += map(str, (Path(__file__).resolve().parents[2] / ".sinergi-test" / "venv" / "lib").glob("python3*/site-packages"))


@pytest.fixture(scope="session")
def instance():
    if os.environ.get("SINERGI_RUN_ENV"):
        yield None
        return
    instance = Instance()
    try:
        instance.run("--detach")
        yield instance
    finally:
        instance.end()


@pytest.fixture(scope="session")
def demo(instance):
    return Demo(read_environment(os.environ.get("SINERGI_RUN_ENV") or instance.run_env))


@pytest.fixture(scope="session")
def guarded(instance):
    """Another node of one agency, with little patience for slow senders and few strangers a minute."""
    if instance is None:
        pytest.skip("needs an instance of its own")
    guarded = Instance()
    try:
        guarded.run("--detach", "--nodes", "ppu", environment={
            "HTTP_BODY_TIMEOUT": "2", "HTTP_IDLE_TIMEOUT": "3", "INTAKE_CHALLENGE_TOTAL": "20"})
        yield Demo(read_environment(guarded.run_env))
    finally:
        guarded.end()
