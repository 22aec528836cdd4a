"""README's walk through the main job, pasted into a shell block by block: what it shows is what happens."""

import re
import subprocess
from pathlib import Path

from instance_under_test import ROOT

MARK = "<!-- tested -->"


def blocks():
    """The shell blocks that README marks as tested, in their order."""
    text = (ROOT / "README.md").read_text()
    return re.findall(re.escape(MARK) + r"\n```sh\n(.*?)```", text, flags=re.DOTALL)


def test_the_walk_can_be_pasted(demo, instance, tmp_path):
    run_env = Path(demo.environment["SINERGI_RUN_DIR"]).parent / "run.env"
    found = blocks()
    assert len(found) >= 4, "README walks through the job"
    script = "\n".join(["set -eu", *found]).replace(".sinergi/run.env", str(run_env))
    result = subprocess.run(["bash", "-c", script], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            text=True, timeout=180)
    assert result.returncode == 0, result.stdout[-4000:]
    assert "confirmed_solved" in result.stdout
