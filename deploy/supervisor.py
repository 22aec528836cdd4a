#!/usr/bin/python3
"""Keeps the processes of one Sinergi instance alive: deploy/supervisor.py PLAN.json

The plan names the processes; deploy/instance.py describes its shape and talks to this one by signals:
SIGHUP reads the plan again and starts what is new, SIGTERM ends everything in reverse order.
A child that dies is started again: at once the first time, later with growing pauses, never in a storm.
Linux only. Needs nothing but Python's own library, so that it runs before anything is built.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import instance

# A child that lived this long has started well: its next death counts as the first.
STEADY_SECONDS = 5.0
# Pauses before restart number 1, 2, 3 …: the first eight keep the promise "back within three seconds".
PAUSES = [0.1, 0.2, 0.5, 1.0, 1.5, 2.0, 2.0, 2.0, 5.0, 10.0, 20.0, 30.0]
# A killed postmaster cannot come back before its backends are gone. They get this long to notice by themselves.
LINGER_SECONDS = 1.0
STOP_SECONDS = 15.0


class Child:
    """One process of the plan, running or waiting to be started again."""

    def __init__(self, spec, directory):
        self.spec = spec
        self.name = spec["name"]
        self.directory = directory
        self.process = None
        self.started = 0.0
        self.died = time.monotonic()
        self.deaths = 0
        self.next_start = 0.0

    @property
    def is_postgres(self):
        return self.spec.get("kind") == "postgres"

    def start(self):
        if self.is_postgres and not self.clear_old_postmaster():
            self.next_start = time.monotonic() + 0.2
            return
        with open(self.directory / f"{self.name}.log", "ab") as log:
            self.process = subprocess.Popen(
                self.spec["argv"],
                env=instance.child_environment(self.spec, self.directory),
                cwd=self.spec.get("cwd", "/"),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **instance.identity(self.spec),
            )
        self.started = time.monotonic()
        instance.write_atomically(self.directory / f"{self.name}.pid", f"{self.process.pid}\n", 0o644)
        report(f"{self.name} started, pid {self.process.pid}")

    def clear_old_postmaster(self):
        """True when the data directory is free for a new postmaster."""
        data = Path(self.spec["data"])
        lingering = instance.processes_in(data)
        if lingering:
            # Without their postmaster they can only end. SIGQUIT makes a busy one end now; each is found by its
            # working directory, which is this data directory, so no other cluster's process is ever touched.
            if time.monotonic() - self.died > LINGER_SECONDS:
                for pid in lingering:
                    instance.send(pid, signal.SIGQUIT)
            return False
        # PostgreSQL removes a stale lock file by itself unless another program got its number meanwhile.
        # Nobody works in this directory, so the file is stale whoever has that number now.
        (data / "postmaster.pid").unlink(missing_ok=True)
        return True

    def reap(self):
        """Notices a death and plans the restart. True if it died just now."""
        if self.process is None or self.process.poll() is None:
            return False
        now = time.monotonic()
        lived = now - self.started
        self.deaths = 1 if lived >= STEADY_SECONDS else self.deaths + 1
        pause = PAUSES[min(self.deaths, len(PAUSES)) - 1]
        if self.is_postgres:
            pause = min(pause, 2.0)
        report(f"{self.name} ended ({describe(self.process.returncode)}) after {lived:.1f} s, again in {pause} s")
        self.process = None
        self.died = now
        self.next_start = now + pause
        return True

    def stop(self, number):
        if self.process is not None and self.process.poll() is None:
            instance.send(self.process.pid, number)

    @property
    def running(self):
        return self.process is not None and self.process.poll() is None


class Supervisor:
    def __init__(self, plan_path):
        self.plan_path = plan_path
        self.directory = plan_path.parent
        self.children = {}
        self.reload = True
        self.stopping = False

    def run(self):
        signal.signal(signal.SIGHUP, lambda *_: setattr(self, "reload", True))
        signal.signal(signal.SIGTERM, lambda *_: setattr(self, "stopping", True))
        signal.signal(signal.SIGINT, lambda *_: setattr(self, "stopping", True))
        try:
            while not self.stopping:
                if self.reload:
                    self.reload = False
                    self.read_plan()
                self.tend()
                time.sleep(0.1)
        finally:
            self.stop_all()

    def read_plan(self):
        plan = json.loads(self.plan_path.read_text())
        for spec in plan["processes"]:
            if spec["name"] not in self.children:
                self.children[spec["name"]] = Child(spec, self.directory)

    def tend(self):
        for child in self.children.values():
            child.reap()
            if child.process is None and time.monotonic() >= child.next_start and not self.stopping:
                try:
                    child.start()
                except OSError as error:
                    report(f"{child.name} cannot start: {error}")
                    child.next_start = time.monotonic() + 5.0
                    continue
                if child.is_postgres and child.deaths and child.running:
                    # Whoever failed only because the database was away need not wait out a long pause.
                    for other in self.children.values():
                        other.deaths = min(other.deaths, 3)
                        other.next_start = min(other.next_start, time.monotonic() + 1.0)

    def stop_all(self):
        """Ends the children in reverse order of their start, the database last and by itself."""
        report("stopping")
        services = [c for c in self.children.values() if not c.is_postgres]
        for child in reversed(services):
            child.stop(signal.SIGTERM)
        self.await_end(services)
        databases = [c for c in self.children.values() if c.is_postgres]
        for child in databases:
            child.stop(signal.SIGINT)  # "fast": sessions are ended, data is written out
        self.await_end(databases)
        for child in self.children.values():
            (self.directory / f"{child.name}.pid").unlink(missing_ok=True)
        report("stopped")

    def await_end(self, children):
        deadline = time.monotonic() + STOP_SECONDS
        while any(c.running for c in children) and time.monotonic() < deadline:
            time.sleep(0.05)
        for child in children:
            if child.running:
                report(f"{child.name} did not end in {STOP_SECONDS:.0f} s, killed")
                child.stop(signal.SIGKILL)
                child.process.wait()


def describe(status):
    return f"signal {-status}" if status < 0 else f"status {status}"


def report(line):
    print(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), line, flush=True)


def main():
    plan_path = Path(sys.argv[1])
    supervisor = Supervisor(plan_path)
    pid_file = plan_path.parent / "supervisor.pid"
    instance.write_atomically(pid_file, f"{os.getpid()}\n", 0o644)
    try:
        supervisor.run()
    finally:
        for path in json.loads(plan_path.read_text()).get("remove_on_stop", []):
            Path(path).unlink(missing_ok=True)
        pid_file.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
