"""A learnt model in the running service: trained by the operator's command, taken over, proposing with its words; a damaged one harms nothing."""

import json
import subprocess

import pytest

from client import eventually

CODE = "KUKARLATIH"
# Enough wording in common for a model, none of it a duty's: what is proposed afterwards was learnt.
OFFICES = {"KUKAR/DPU": "Gorong gorong simpang {} ambrol dan mampet", "KUKAR/DISHUB": "Rambu zona selamat {} dicoret dan roboh"}
TRAIN = """
INSERT INTO casework."case" (id, origin, tracking_code, status, kind, title, description, anonymous, confidential, language, lead_office,
    holder_office, held_since, received_at, accepted_at, answered_at, resolve_due, created_at, updated_at)
SELECT directory.uuid7(), o.agency, '{code}' || {base} + i, 'answered', 'complaint', 'Latihan', replace('{text}', '{{}}', i::text), false, false,
    'id', o.id, o.id, now(), now(), now(), clock_timestamp() - interval '1 hour' + i * interval '1 second', now(), now(), now()
FROM directory.office o, generate_series(1, 30) i WHERE o.code = '{office}'
"""
KUKAR = "(SELECT number FROM directory.agency WHERE code = 'KUKAR')"


@pytest.fixture
def outcomes(demo):
    for base, (office, text) in zip((100, 200), OFFICES.items()):
        demo.sql(TRAIN.format(code=CODE, base=base, text=text, office=office))
    yield
    # Nobody else's complaints go by it.
    demo.sql(f"UPDATE casework.model SET status = 'retired', retired_at = now(), revision = revision + 1 WHERE agency = {KUKAR} AND status = 'active'")
    demo.sql(f"""DELETE FROM casework."case" WHERE tracking_code LIKE '{CODE}%'""")


def train(demo):
    result = subprocess.run([demo.environment["SINERGI_CLI"], "routing", "train", "--agency", "KUKAR"], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, env={"PATH": "/usr/bin:/bin", **demo.environment})
    return json.loads(result.stdout) if result.returncode == 0 else None


def models(demo):
    return demo.call("GET", "routing", "/v1/models", "KUKAR", token=demo.token("liaison", "KUKAR"), expect=200).json()


def metrics(demo):
    return demo.session.get(demo.url("routing", "KUKAR") + "/metrics", timeout=30).text


def trace(demo, text, version):
    """The trial of a model in the decision of a new complaint."""
    receipt = demo.submit("KUKAR", description=text, lat=-0.42, long=116.98).json()
    liaison = demo.token("liaison", "KUKAR")
    case_id = eventually(lambda: demo.row(receipt, liaison, "KUKAR"))["case_id"]
    decision = eventually(lambda: demo.case(case_id, liaison, "KUKAR")["decision"])
    tried = demo.call("GET", "routing", f"/v1/decisions/{decision['decision_id']}", "KUKAR", token=liaison, expect=200).json()["trace"]
    return decision, next((trial for trial in tried if trial["name"] == f"Model versi {version}"), None)


def test_train_use_explain_and_survive_a_damaged_one(demo, outcomes):
    # The node may be training by itself at this hour.
    result = eventually(lambda: train(demo), what="trained")
    active = next(model for model in models(demo)["data"] if model["status"] == "active")
    version = active["version"]
    assert result["rows"] >= 60 and active["rows"] >= 60 and active["card"] is None
    card = demo.call("GET", "routing", f"/v1/models/{version}", "KUKAR", token=demo.token("liaison", "KUKAR"), expect=200).json()["card"]
    assert card["held_back"]["top1"] > card["held_back"]["reference_top1"]

    eventually(lambda: f'sinergi_routing_model_version{{agency="KUKAR"}} {version}' in metrics(demo), what="taken over")
    decision, trial = trace(demo, "Gorong gorong dekat simpang ambrol lagi", version)
    # It has earned nothing yet: a person decides, and reads why.
    assert decision["mode"] == "suggested" and not trial["matched"]
    assert decision["suggestions"][0]["office"]["code"] == "KUKAR/DPU"
    assert "Mendukung" in " ".join(trial["why"]) and "masa percobaan" in " ".join(trial["why"])

    demo.sql(f"""WITH old AS (UPDATE casework.model SET status = 'retired' WHERE agency = {KUKAR} AND status = 'active') SELECT 1""")
    demo.sql(f"""INSERT INTO casework.model (agency, version, status, bytes, sha256, card, rows, trained_through, trained_by, note)
                 VALUES ({KUKAR}, {version + 1000}, 'active', 'rusak', sha256('rusak'), '{{}}', 0, now(), 'uji', 'rusak')""")
    eventually(lambda: "sinergi_routing_broken_models_total" in metrics(demo), what="an alarm")
    _, still = trace(demo, "Gorong gorong dekat simpang ambrol lagi", version)
    assert still, "the last good model stays"
