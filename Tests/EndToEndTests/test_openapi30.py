"""The documents for gateways that read OpenAPI 3.0 only: valid by its own rules, and of the same operations as the 3.1 ones."""

import json
import subprocess
from pathlib import Path

import pytest
import requests

# Of the environment that install.sh --tests makes.
PYTHON = Path(__file__).resolve().parents[2] / ".sinergi-test" / "venv" / "bin" / "python"

SERVICES = ["intake", "routing", "notification", "analytics"]
# Whatever 3.0.3 does not know inside a schema.
NEWER = {"const", "examples", "prefixItems", "patternProperties", "$defs", "if", "then", "else", "dependentRequired", "unevaluatedProperties",
         "propertyNames", "contains", "contentEncoding", "contentMediaType"}


def schemas(value, inside=False):
    """Every schema in a document."""
    if isinstance(value, list):
        for one in value:
            yield from schemas(one, inside)
    elif isinstance(value, dict):
        if inside:
            yield value
        for name, member in value.items():
            if name in ("example", "default", "enum", "value"):
                continue
            if not inside and name == "examples":
                continue
            if name == "schema" or (inside and name in ("items", "not", "additionalProperties", "allOf", "anyOf", "oneOf")):
                yield from schemas(member, True)
            elif name == "schemas" or (inside and name == "properties"):
                for one in member.values():
                    yield from schemas(one, True)
            elif not inside:
                yield from schemas(member)


@pytest.mark.parametrize("service", SERVICES)
def test_the_older_document_is_valid_and_whole(demo, service):
    old = requests.get(demo.url(service) + "/openapi-3.0.json", timeout=30).json()
    new = requests.get(demo.url(service) + "/openapi.json", timeout=30).json()
    assert old["openapi"] == "3.0.3" and old["servers"] == new["servers"]
    assert {path: set(item) for path, item in old["paths"].items()} == {path: set(item) for path, item in new["paths"].items()}
    assert set(old["components"]["schemas"]) == set(new["components"]["schemas"])
    found = list(schemas(old))
    assert len(found) > 20
    for schema in found:
        assert not NEWER & set(schema), schema
        assert isinstance(schema.get("type", ""), str) and schema.get("type") != "null", schema
        assert schema.get("type") != "array" or "items" in schema, schema
        assert "$ref" not in schema or len(schema) == 1, schema
        assert not isinstance(schema.get("exclusiveMinimum"), (int, float)) or isinstance(schema["exclusiveMinimum"], bool), schema


def test_hosted_agencies_have_it_below_their_code(demo):
    answer = requests.get(demo.url("intake", "KALTIM") + "/openapi-3.0.json", timeout=30)
    assert answer.status_code == 200 and answer.json()["servers"][0]["url"].rstrip("/").endswith("KALTIM")


@pytest.mark.skipif(not PYTHON.exists(), reason="foreign clients are not installed")
@pytest.mark.parametrize("service", SERVICES)
def test_a_foreign_validator_agrees(demo, service, tmp_path):
    file = tmp_path / "openapi-3.0.json"
    file.write_text(json.dumps(requests.get(demo.url(service) + "/openapi-3.0.json", timeout=30).json()))
    run = subprocess.run([PYTHON, "-m", "openapi_spec_validator", file], capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stdout + run.stderr
