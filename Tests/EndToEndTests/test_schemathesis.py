"""Schemathesis tries intake's OpenAPI document on the running service: what it allows, what it forbids, and what lies between."""

import os
import subprocess
from pathlib import Path

import pytest

PYTHON = Path(__file__).resolve().parents[2] / ".sinergi-test" / "venv" / "bin" / "python"

# Valid by the document and yet refused: rules that no schema can say, as a place inside Indonesia or a key used before. All other
# statuses of a valid request, and a server error for any, are failures.
SETTINGS = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", 401, 403, 404, 409, 413, 415, 422, 429]
"""

pytestmark = pytest.mark.skipif(not PYTHON.exists(), reason="deploy/install.sh --tests puts it into the tests' own environment")


def run(demo, folder, *arguments, settings="", examples=4):
    """The same cases every time: one seed, no memory of earlier runs."""
    (folder / "schemathesis.toml").write_text(SETTINGS + settings)
    url = demo.url("intake")
    ran = subprocess.run(
        [PYTHON, "-m", "schemathesis.cli", "--config-file", folder / "schemathesis.toml", "run", f"{url}/openapi.json", "--url", url, "--seed", "1",
         "--generation-database", "none", "--max-examples", str(examples), "--phases", "examples,coverage,fuzzing", "--continue-on-failure",
         "--no-shrink", "--suppress-health-check", "all", "--request-timeout", "30", "--no-color", *arguments],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    assert ran.returncode == 0, ran.stdout[-12000:]


def test_as_a_stranger(demo, tmp_path):
    # Without a token the key must be a UUID, which the document can only say in words.
    run(demo, tmp_path, settings='\n[parameters]\n"header.Idempotency-Key" = "0b7c4a52-6f0e-4a39-9d0c-52f0a3f4a111"\n')


def test_as_a_reporter(demo, tmp_path):
    receipt = demo.submit(description="Lampu jalan padam sejak kemarin malam, gelap sekali.", area_code="64.09.01").json()
    run(demo, tmp_path, "--include-path-regex", "tracking_code", "--header", f"Authorization: Bearer {receipt['access_key']}",
        settings=f'\n[parameters]\n"path.tracking_code" = "{receipt["tracking_code"]}"\n')
