#!/usr/bin/python3
"""One running Sinergi instance, seen from outside: its plan, its processes, its ports.

The plan (RUN_DIR/plan.json) is what run.sh writes and supervisor.py reads:
    {"remove_on_stop": [path, …],
     "processes": [{"name": "ppu-intake", "argv": [...], "environment": {...}, "port": 8081,
                    "ready": "http://127.0.0.1:8081/readyz", "kind": "service", "user": null, "data": null}, …]}

Commands, all with a plan's path: ports (which of its ports are taken), running, wait, attend, stop, list.
"""

import argparse
import json
import os
import pwd
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

# Every child carries this in its environment, so that a pid file left behind is never taken for a stranger's process.
MARK = "SINERGI_SUPERVISED_IN"


def write_atomically(path, text, mode):
    """A reader sees the old text or the new one, never half of it, and never more widely than `mode` allows."""
    temporary = Path(f"{path}.new")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
        os.fchmod(file.fileno(), mode)
        file.write(text)
    os.replace(temporary, path)


# Settings that whoever starts an instance may hand on to its services: for trying things out, and for tests.
TUNED = ("MEDIA_CLAMD", "HTTP_BODY_TIMEOUT", "HTTP_IDLE_TIMEOUT", "INTAKE_CHALLENGE_TOTAL")


def child_environment(spec, directory):
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH", *TUNED) if name in os.environ}
    return {**keep, "TZ": "UTC", MARK: str(directory), **spec.get("environment", {})}


def identity(spec):
    """Popen's arguments that make the child another user: PostgreSQL refuses to be root."""
    if not spec.get("user"):
        return {}
    user = pwd.getpwnam(spec["user"])
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "umask": 0o077}


def send(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass


def processes_in(directory):
    """PostgreSQL's processes whose working directory is `directory`: those of the cluster that lives there."""
    target = os.path.realpath(directory)
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                if os.readlink(f"/proc/{entry}/cwd") == target and os.readlink(f"/proc/{entry}/exe").endswith("/postgres"):
                    found.append(int(entry))
            except OSError:
                continue  # it ended meanwhile, or is not ours to look at
    return found


def pid_of(path):
    try:
        return int(path.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None


def alive(pid):
    """True for a process that runs; a zombie has ended already."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (OSError, IndexError):
        return False


def marked(pid, directory):
    try:
        return f"{MARK}={directory}".encode() in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False


def supervisor_pid(plan_path):
    """The pid of the supervisor of this plan, None if it is not running."""
    pid = pid_of(plan_path.parent / "supervisor.pid")
    if pid is None or not alive(pid):
        return None
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return None
    return pid if str(plan_path).encode() in arguments else None


def orphans(plan_path):
    """Children that outlived their supervisor, newest first."""
    directory = plan_path.parent
    found = []
    for path in directory.glob("*.pid"):
        pid = pid_of(path)
        if pid is not None and alive(pid) and marked(pid, directory):
            found.append(pid)
    return sorted(found, reverse=True)


def stop(plan_path, seconds=45.0):
    """Ends the instance, by its supervisor or, when that is gone, child by child. True if anything was running."""
    supervisor = supervisor_pid(plan_path)
    if supervisor:
        send(supervisor, signal.SIGTERM)
        if not await_end([supervisor], seconds):
            send(supervisor, signal.SIGKILL)
            await_end([supervisor], 5)
    left = orphans(plan_path)
    databases = [pid for pid in left if os.path.basename(os.readlink(f"/proc/{pid}/exe")) == "postgres"]
    for group, number in (([p for p in left if p not in databases], signal.SIGTERM), (databases, signal.SIGINT)):
        for pid in group:
            send(pid, number)
        if not await_end(group, 15):
            for pid in group:
                send(pid, signal.SIGKILL)
            await_end(group, 5)
    for path in plan_path.parent.glob("*.pid"):
        path.unlink(missing_ok=True)
    if plan_path.exists():
        for path in json.loads(plan_path.read_text()).get("remove_on_stop", []):
            Path(path).unlink(missing_ok=True)
    return bool(supervisor or left)


def await_end(pids, seconds):
    deadline = time.monotonic() + seconds
    while any(alive(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def taken(ports):
    """Those of the loopback ports that nobody could listen on now."""
    found = []
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                found.append(port)
    return found


def is_ready(spec):
    try:
        if str(spec.get("ready", "")).startswith("http"):
            with urllib.request.urlopen(spec["ready"], timeout=2) as answer:
                return answer.status == 200
        if spec.get("port"):
            socket.create_connection(("127.0.0.1", spec["port"]), timeout=1).close()
        return True
    except (OSError, urllib.error.URLError, ValueError):
        return False


def wait(plan_path, seconds):
    """Waits until every process of the plan answers. Returns the names of those that do not."""
    waiting = json.loads(plan_path.read_text())["processes"]
    deadline = time.monotonic() + seconds
    while waiting and time.monotonic() < deadline:
        waiting = [spec for spec in waiting if not is_ready(spec)]
        if waiting and supervisor_pid(plan_path) is None:
            break
        if waiting:
            time.sleep(0.1)
    return [spec["name"] for spec in waiting]


def attend(plan_path):
    """Stays until Ctrl-C, SIGTERM or SIGHUP, then ends the instance. Status 1 if it ended by itself."""
    told = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: told.append(True))
    while supervisor_pid(plan_path) and not told:
        time.sleep(0.2)
    stop(plan_path)
    if not told:
        print(f"The supervisor ended; see {plan_path.parent / 'supervisor.log'}", file=sys.stderr)
        return 1
    print("Sinergi is stopped.")
    return 0


def main():
    parser = argparse.ArgumentParser(description="Looks at one Sinergi instance, or ends it.")
    parser.add_argument("command", choices=["ports", "running", "wait", "attend", "stop", "list"])
    parser.add_argument("plan", type=Path)
    parser.add_argument("--seconds", type=float, default=90.0)
    options = parser.parse_args()
    if options.command == "running":
        return 0 if supervisor_pid(options.plan) else 1
    if options.command == "attend":
        return attend(options.plan)
    if options.command == "stop":
        print("Sinergi is stopped." if stop(options.plan) else "Sinergi was not running.")
        return 0
    if options.command == "wait":
        silent = wait(options.plan, options.seconds)
        if silent:
            print(f"Not ready: {', '.join(silent)}", file=sys.stderr)
        return 1 if silent else 0
    processes = json.loads(options.plan.read_text())["processes"]
    if options.command == "ports":
        occupied = taken([spec["port"] for spec in processes if spec.get("port")])
        print(*occupied, sep="\n", end="\n" if occupied else "")
        return 1 if occupied else 0
    for spec in processes:
        print(f"{spec['name']}\t{pid_of(options.plan.parent / (spec['name'] + '.pid')) or '-'}\t{spec.get('port') or '-'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
