"""Starts and ends the real demo for the tests: deploy/run.sh, its own folder, ports nobody uses. Never touches .sinergi/."""

import os
import random
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUN = ROOT / "deploy" / "run.sh"
PORTS = [8025, 8026, 8027, 8032, *range(8081, 8085), *range(8091, 8095), *range(8101, 8105)]


def read_environment(path):
    """run.env's lines NAME='value' as a dict."""
    found = {}
    for line in Path(path).read_text().splitlines():
        name, separator, value = line.partition("=")
        assert separator and value.startswith("'") and value.endswith("'"), f"not NAME='value': {line}"
        found[name] = value[1:-1].replace("'\\''", "'")
    return found


def free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_offset():
    """A shift of all ports to where they are free. Below the kernel's own range, so that no client takes one meanwhile."""
    for _ in range(200):
        offset = random.SystemRandom().randrange(500, 22000, 50)
        if all(free(port + offset) for port in PORTS):
            return offset
    raise RuntimeError("no free ports")


class Instance:
    def __init__(self):
        self.home = Path(tempfile.mkdtemp(prefix="sinergi-e2e-"))
        self.home.chmod(0o711)  # PostgreSQL's user passes through
        self.offset = free_offset()
        self.environment = {
            **os.environ,
            "SINERGI_HOME": str(self.home / "home"),
            "SINERGI_PORT_OFFSET": str(self.offset),
        }

    @property
    def run_env(self):
        return self.home / "home" / "run.env"

    def run(self, *arguments, check=True, environment=None, seconds=1500):
        result = subprocess.run(
            [RUN, *arguments], env={**self.environment, **(environment or {})}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=seconds,
        )
        if check and result.returncode != 0:
            raise RuntimeError(f"run.sh {' '.join(arguments)} ended with {result.returncode}:\n{result.stdout[-6000:]}\n{self.tails()}")
        return result

    def tails(self):
        """The last lines of every log: what a failed start leaves for whoever reads the test's output."""
        lines = []
        for log in sorted((self.home / "home" / "run").glob("*.log")):
            lines += [f"--- {log.name}", *log.read_text(errors="replace").splitlines()[-5:]]
        return "\n".join(lines)

    def end(self):
        self.run("--stop", check=False)
        keep = os.environ.get("SINERGI_KEEP_LOGS")
        if keep:
            shutil.copytree(self.home / "home" / "run", keep, dirs_exist_ok=True)
        shutil.rmtree(self.home, ignore_errors=True)
