"""docs/integration.md, pasted into one shell block by block: every call that it shows is answered without an error."""

import re
import subprocess
from pathlib import Path

import pictures
from client import eventually
from instance_under_test import ROOT

# A call that is refused ends the script, and its answer says why.
PRELUDE = """set -euo pipefail
curl() { command curl --silent --show-error --fail-with-body --max-time 30 "$@"; }
set -a; . "$RUN_ENV"; set +a
"""


def test_every_example_can_be_pasted(demo, tmp_path):
    # A published complaint that somebody can follow, as a demo at work has.
    receipt = demo.submit(description="Lampu jalan di depan balai desa padam.", category="lighting.street", area_code="64.09.01").json()
    row = eventually(lambda: demo.row(receipt, demo.token("triage")))
    demo.call("POST", "routing", f"/v1/cases/{row['case_id']}/publication", token=demo.token("triage"), body={"action": "publish"}, expect=200)
    eventually(lambda: demo.call("GET", "intake", "/v1/complaints", params={"limit": 1}, expect=200).json()["data"])

    (tmp_path / "foto.jpg").write_bytes(pictures.jpeg(seed=7))
    blocks = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "integration.md").read_text(), flags=re.DOTALL)
    assert len(blocks) >= 9 and sum(block.count("curl") for block in blocks) >= 17
    run_env = Path(demo.environment["SINERGI_RUN_DIR"]).parent / "run.env"
    done = subprocess.run(["bash", "-c", "\n".join([PRELUDE, *blocks])], cwd=tmp_path, env={"PATH": "/usr/bin:/bin", "RUN_ENV": str(run_env)},
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=180)
    assert done.returncode == 0, done.stdout[-3000:]
    for seen in ('"tracking_code"', '"public_link"', '"phone_verified_at"', '"service_request_id"', '"PPU/DISHUB"'):
        assert seen in done.stdout, done.stdout[-3000:]
