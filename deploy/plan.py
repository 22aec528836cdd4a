#!/usr/bin/python3
"""Writes the plan of one demo instance: which processes run, with which ports and settings. See instance.py for its shape.

The nodes, their agencies and their base ports are those of the demo directory; SINERGI_PORT_OFFSET shifts every port.
"""

import argparse
import json
import os
import sys
from pathlib import Path

import instance

SERVICES = ["intake", "routing", "notification", "analytics"]
# node: (port of its intake; the other three follow, agencies)
NODES = {
    "ppu": (8081, ["PPU"]),
    "kukar": (8091, ["KUKAR"]),
    "host": (8101, ["PANRB", "KALTIM", "PLN"]),
}
# Memory that a burst needed goes back to the machine: without this, as much as the largest freed piece stays with the process.
MEMORY = {"MALLOC_TRIM_THRESHOLD_": "131072"}
PORTS = {"postgres": 8032, "mail": 8025, "gateway": 8026, "platform": 8027}


def postgres(home, data, offset):
    port = PORTS["postgres"] + offset
    return {
        "name": "postgres",
        "kind": "postgres",
        "argv": ["/usr/lib/postgresql/15/bin/postgres", "-D", data, "-c", f"port={port}"],
        "user": "postgres" if os.getuid() == 0 else None,
        "data": data,
        "port": port,
    }


def mail(home, offset):
    port = PORTS["mail"] + offset
    handler = "aiosmtpd.handlers.Mailbox"
    return {
        "name": "mail",
        "argv": ["/usr/bin/python3", "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}", "-c", handler, str(home / "mail")],
        "port": port,
    }


def gateway(home, binaries, offset):
    port = PORTS["gateway"] + offset
    return {
        "name": "gateway",
        "argv": [str(binaries / "sinergi"), "demo", "gateway", "--port", str(port), "--directory", str(home / "gateway"),
                 "--settings", str(home / "nodes" / "gateway.json")],
        "port": port,
        "ready": f"http://127.0.0.1:{port}/healthz",
    }


def platform(home, binaries, offset):
    port = PORTS["platform"] + offset
    return {
        "name": "platform",
        "argv": [str(binaries / "sinergi"), "platform"],
        "environment": {"SINERGI_CONFIG": str(home / "nodes" / "platform.json")},
        "port": port,
        "ready": f"http://127.0.0.1:{port}/readyz",
    }


def service(home, binaries, offset, node, name):
    port = NODES[node][0] + SERVICES.index(name) + offset
    return {
        "name": f"{node}-{name}",
        "argv": [str(binaries / name), "serve"],
        "environment": {"SINERGI_CONFIG": str(home / "nodes" / f"{node}.json"), **MEMORY},
        "port": port,
        "ready": f"http://127.0.0.1:{port}/readyz",
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--cluster", required=True, help="PostgreSQL's data directory")
    parser.add_argument("--binaries", type=Path, required=True)
    parser.add_argument("--offset", type=int, default=0)
    parser.add_argument("--nodes", default=",".join(NODES))
    parser.add_argument("--only-postgres", action="store_true", help="what has to run before the database is prepared")
    options = parser.parse_args()
    nodes = [node.strip().lower() for node in options.nodes.split(",") if node.strip()]
    unknown = [node for node in nodes if node not in NODES]
    if unknown or not nodes:
        sys.exit(f"--nodes takes {', '.join(NODES)}; not {', '.join(unknown) or 'nothing'}")

    processes = [postgres(options.home, options.cluster, options.offset)]
    if not options.only_postgres:
        processes += [
            mail(options.home, options.offset),
            gateway(options.home, options.binaries, options.offset),
            platform(options.home, options.binaries, options.offset),
        ]
        processes += [
            service(options.home, options.binaries, options.offset, node, name) for node in nodes for name in SERVICES
        ]
    plan = {"remove_on_stop": [str(options.home / "run.env")], "processes": processes}
    instance.write_atomically(options.home / "run" / "plan.json", json.dumps(plan, indent=1), 0o600)


if __name__ == "__main__":
    main()
