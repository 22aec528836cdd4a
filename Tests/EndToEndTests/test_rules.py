"""Routing rules: drafted, tried on past cases, put in force, kept in versions; what collides is refused, what is broken is an alarm.

Rules are those of KUKAR and of phrases that nobody else's complaint holds, so that no other test goes by them.
"""

import json
import subprocess
import uuid

import pytest

from client import code_of, eventually

KUKAR = "(SELECT number FROM directory.agency WHERE code = 'KUKAR')"
PLACE = {"lat": -0.42, "long": 116.98}


def admin(demo, method, path, body=None, expect=200, **more):
    return demo.call(method, "routing", "/v1/rules" + path, "KUKAR", token=demo.token("admin", "KUKAR"), body=body, expect=expect, **more)


def word():
    return "zq" + uuid.uuid4().hex[:10]


def rule(phrase, lead="KUKAR/DISHUB", **more):
    return {"name": f"Uji {phrase}", "priority": 5, "words": [phrase], "lead": lead, **more}


@pytest.fixture
def drafted(demo):
    """Makes drafts, and takes their rules out of force again."""
    phrases = []

    def make(phrase, *rules, **more):
        phrases.append(phrase)
        return admin(demo, "POST", "/drafts", {"name": f"Rancangan {phrase}", "adds": True, "rules": list(rules), **more}, 201).json()

    yield make
    for phrase in phrases:
        demo.sql(f"""UPDATE casework.rule SET state = 'retired', valid_to = now() WHERE agency = {KUKAR} AND state = 'active'
                     AND (name LIKE '%{phrase}%' OR conditions::text LIKE '%{phrase}%')""")


def activate(demo, draft, expect=200, reason="Uji coba otomatis", **more):
    return admin(demo, "POST", f"/drafts/{draft['draft_id']}/activate", {"without_simulation": reason}, expect, **more)


def file(demo, phrase, **fields):
    receipt = demo.submit("KUKAR", description=f"Mohon diperiksa {phrase} di dekat simpang.", **PLACE, **fields).json()
    token = demo.token("liaison", "KUKAR")
    row = eventually(lambda: demo.row(receipt, token, "KUKAR"))
    eventually(lambda: demo.case(row["case_id"], token, "KUKAR")["decision"])
    return receipt, row["case_id"]


def decision(demo, case_id):
    token = demo.token("liaison", "KUKAR")
    case = demo.case(case_id, token, "KUKAR")
    return case, demo.call("GET", "routing", f"/v1/decisions/{case['decision']['decision_id']}", "KUKAR", token=token, expect=200).json()


def test_a_draft_is_tried_activated_and_decides(demo, drafted):
    phrase = word()
    receipt, before = file(demo, phrase)
    assert decision(demo, before)[1]["mode"] == "suggested"
    # A person sends it where it belongs, and that office takes it: now it is known.
    token = demo.token("liaison", "KUKAR")
    demo.call("POST", "routing", f"/v1/cases/{before}/route", "KUKAR", token=token, expect=201,
              body={"to": "KUKAR/DISHUB", "role": "lead", "reason": "Urusan perhubungan."})
    demo.accept(receipt, "KUKAR/DISHUB")

    polygon = {"type": "Polygon", "coordinates": [[[116.5, -0.9], [117.2, -0.9], [117.2, 0.1], [116.5, -0.9]]]}
    draft = drafted(phrase, rule(phrase, polygon=polygon, channels=["api", "portal"], case_priority="high"))
    assert draft["state"] == "draft" and draft["conflicts"] == [] and draft["simulation"] is None
    refused = admin(demo, "POST", f"/drafts/{draft['draft_id']}/activate", {}, 409)
    assert code_of(refused) == "simulation_required"

    trial = admin(demo, "POST", f"/drafts/{draft['draft_id']}/simulate", {"cases": 500}).json()
    assert trial["current"] and trial["cases"] <= 500 and trial["judged"] >= 1
    example = next(e for e in trial["examples"] if e["case_id"] == before)
    assert example["verdict"] == "better" and example["outcome"] == example["draft"]["lead"] == "KUKAR/DISHUB"
    assert trial["draft"]["right"] == trial["active"]["right"] + trial["better"] - trial["worse"]
    used = next(r for r in trial["rules"] if r["name"] == f"Uji {phrase}")
    assert used["decided"] >= 1 and used["right"] >= 1 and used["wrong"] == 0

    active = admin(demo, "POST", f"/drafts/{draft['draft_id']}/activate", {}).json()
    assert active["state"] == "active" and active["simulation_id"] == trial["simulation_id"] and active["without_simulation"] is None
    # The trial that it went in force by stays with it; others have a day on which they are forgotten.
    kept = "select forget_at is null, forget_at > now() + interval '80 days' from casework.rule_simulation where id = '{}'"
    assert demo.sql(kept.format(trial["simulation_id"])) == [["t", ""]]
    _, after = file(demo, phrase)
    case, decided = decision(demo, after)
    assert decided["mode"] == "automatic" and decided["rule"] == f"Uji {phrase}" and decided["rules_version"] == active["version"]
    assert case["handoffs"][0]["to"]["code"] == "KUKAR/DISHUB"
    assert demo.sql(f"""SELECT priority FROM casework."case" WHERE id = '{after}'""") == [["high"]]
    tried = decided["trace"]
    assert all(trial["why"] for trial in tried) and sum(trial["matched"] for trial in tried if trial["rule"]) == 1
    versions = admin(demo, "GET", "/versions", params={"limit": 200}).json()["data"]
    mine = next(v for v in versions if v["version"] == active["version"])
    assert mine["activated_by"] and mine["activated_at"] and [v["state"] for v in versions].count("active") == 1


def test_an_earlier_version_comes_back(demo, drafted):
    phrase = word()
    old = activate(demo, drafted(phrase, rule(phrase))).json()
    changed = {**old["rules"][-1], **rule(phrase, lead="KUKAR/DPU")}
    changed["rule_id"] = next(r["rule_id"] for r in old["rules"] if r["name"] == f"Uji {phrase}")
    activate(demo, drafted(phrase, changed))
    draft = admin(demo, "POST", f"/versions/{old['version']}/restore", expect=201).json()
    assert {r["name"]: r["lead"] for r in draft["rules"]}[f"Uji {phrase}"] == "KUKAR/DISHUB"
    again = activate(demo, draft, reason="Kembali ke aturan lama").json()
    assert again["version"] > old["version"] and again["without_simulation"] == "Kembali ke aturan lama"
    _, case_id = file(demo, phrase)
    assert decision(demo, case_id)[0]["handoffs"][0]["to"]["code"] == "KUKAR/DISHUB"
    kept = admin(demo, "GET", f"/versions/{old['version']}").json()
    assert {r["name"]: r["lead"] for r in kept["rules"]}[f"Uji {phrase}"] == "KUKAR/DISHUB"


def test_what_collides_is_refused(demo, drafted):
    phrase, rest = word(), word()
    draft = drafted(phrase, rule(phrase), rule(phrase, lead="KUKAR/DPU", name=f"Lain {phrase}", words=[phrase, rest]),
                    rule(phrase, name=f"Sempit {phrase}", priority=6, words=[f"{phrase} mati"]),
                    rule(phrase, lead="KUKAR/HILANG", name=f"Hilang {phrase}", priority=7, words=[rest]))
    found = {(c["name"], c["code"]) for c in draft["conflicts"] if c["blocking"]}
    assert (f"Sempit {phrase}", "never_fires") in found and (f"Hilang {phrase}", "unknown_office") in found
    refused = activate(demo, draft, 409)
    assert code_of(refused) == "rule_conflict" and refused.json()["current"]["conflicts"]

    same = drafted(phrase, rule(phrase), rule(phrase, lead="KUKAR/DPU", name=f"Lain {phrase}", words=[rest]))
    assert [c["code"] for c in same["conflicts"] if c["blocking"]] == ["same_priority"]
    assert code_of(activate(demo, same, 409)) == "rule_conflict"

    # The same for one rule by itself.
    activate(demo, drafted(phrase, rule(phrase)))
    assert code_of(admin(demo, "POST", "", rule(phrase, lead="KUKAR/DPU"), 409)) == "rule_conflict"
    assert code_of(admin(demo, "POST", "", rule(phrase, priority=9), 409)) == "rule_conflict"
    invalid = admin(demo, "POST", "", rule(phrase, lead="KUKAR/HILANG", polygon={"type": "Polygon", "coordinates": [[[1, 1]]]}), 422)
    assert [e["pointer"] for e in invalid.json()["errors"]] == ["#/polygon"]


def test_two_officers_and_one_draft(demo, drafted):
    phrase = word()
    draft = drafted(phrase, rule(phrase))
    path, tag = f"/drafts/{draft['draft_id']}", f"\"v{draft['revision']}\""
    body = {"name": "Diubah", "rules": draft["rules"]}
    assert code_of(admin(demo, "PUT", path, body, 428)) == "if_match_required"
    first = admin(demo, "PUT", path, body, headers={"If-Match": tag})
    late = admin(demo, "PUT", path, {**body, "name": "Terlambat"}, 412, headers={"If-Match": tag})
    assert code_of(late) == "changed_meanwhile" and late.json()["current"]["name"] == "Diubah"
    assert activate(demo, draft, 412, headers={"If-Match": tag}).json()["current"]["revision"] == draft["revision"] + 1
    # A trial of what it was before does not count.
    admin(demo, "POST", f"{path}/simulate", {"cases": 1})
    admin(demo, "PUT", path, body, headers={"If-Match": first.headers["ETag"]})
    assert code_of(admin(demo, "POST", f"{path}/activate", {}, 409)) == "simulation_required"
    # A whole table that was drafted before another change would undo it.
    whole = admin(demo, "POST", "/drafts", {"name": f"Seluruh {phrase}"}, 201).json()
    activate(demo, draft)
    assert code_of(activate(demo, whole, 412)) == "changed_meanwhile"
    admin(demo, "DELETE", f"/drafts/{whole['draft_id']}", expect=204)
    admin(demo, "GET", f"/drafts/{whole['draft_id']}", expect=404)


def metric(demo, name):
    lines = demo.session.get(demo.url("routing", "KUKAR") + "/metrics", timeout=30).text.splitlines()
    return next((float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(name + '{agency="KUKAR"}')), None)


@pytest.mark.parametrize("damage", [
    "conditions = conditions || '{\"bulan\": \"purnama\"}'", "lead = 'KUKAR/BUBAR'", "contributors = ARRAY[NULL]::text[]",
    "conditions = conditions || '{\"polygon\": 7}'"])
def test_a_broken_rule_is_an_alarm_and_stops_nobody(demo, drafted, damage):
    phrase, other = word(), word()
    active = activate(demo, drafted(phrase, rule(phrase), rule(other, lead="KUKAR/DPU", name=f"Utuh {phrase}", priority=6))).json()
    broken = next(r for r in active["rules"] if r["name"] == f"Uji {phrase}")
    demo.sql(f"UPDATE casework.rule SET {damage} WHERE agency = {KUKAR} AND id = '{broken['rule_id']}' AND state = 'active'")

    # What it would have decided waits for a person, who reads why; the rest goes on by itself.
    _, waits = file(demo, phrase)
    decided = decision(demo, waits)[1]
    assert decided["mode"] == "suggested" and decided["rule"] == f"Aturan rusak: Uji {phrase}"
    trial = next(t for t in decided["trace"] if t["rule"] == broken["rule_id"])
    assert trial["broken"] and not trial["matched"] and len(trial["why"]) >= 2
    _, goes = file(demo, other)
    decided = decision(demo, goes)[1]
    assert decided["mode"] == "automatic" and decided["rule"] == f"Utuh {phrase}"

    def listed():
        found, query = [], {"limit": 200}
        while True:
            answer = admin(demo, "GET", "", params=query).json()
            found += answer["data"]
            if not answer["meta"]["has_more"]:
                return next(r for r in found if r["rule_id"] == broken["rule_id"] and r["state"] == "active")
            query["cursor"] = answer["meta"]["cursor"]

    shown = listed()
    assert shown["broken"] and shown["faults"]
    eventually(lambda: (metric(demo, "sinergi_routing_broken_rules") or 0) >= 1, what="a figure")
    ready = demo.session.get(demo.environment["SINERGI_KUKAR_ROUTING_URL"] + "/readyz", timeout=30)
    assert ready.status_code == 200 and "KUKAR" in ready.json()["reason"]


def test_a_rule_that_nobody_can_read_holds_nobody(demo, drafted):
    phrase = word()
    active = activate(demo, drafted(phrase, rule(phrase))).json()
    broken = next(r for r in active["rules"] if r["name"] == f"Uji {phrase}")
    demo.sql(f"UPDATE casework.rule SET conditions = '{{\"words\": 7, \"was\": \"{phrase}\"}}' WHERE agency = {KUKAR} AND id = '{broken['rule_id']}' AND state = 'active'")
    receipt, case_id = file(demo, word(), category="lighting.street")
    demo.offer_to(receipt, "KUKAR/DISHUB")
    assert next(t for t in decision(demo, case_id)[1]["trace"] if t["rule"] == broken["rule_id"])["broken"]


def test_only_admins_write_and_only_the_own_agency_reads(demo, drafted):
    phrase = word()
    draft = drafted(phrase, rule(phrase))
    liaison = demo.token("liaison", "KUKAR")
    read = demo.call("GET", "routing", f"/v1/rules/drafts/{draft['draft_id']}", "KUKAR", token=liaison, expect=200).json()
    assert read["name"] == f"Rancangan {phrase}"
    for method, path, body in (("POST", "/drafts", {"name": "Coba"}), ("POST", f"/drafts/{draft['draft_id']}/activate", {}),
                               ("POST", f"/drafts/{draft['draft_id']}/simulate", {}), ("DELETE", f"/drafts/{draft['draft_id']}", None)):
        refused = demo.call(method, "routing", "/v1/rules" + path, "KUKAR", token=liaison, body=body, expect=403)
        assert code_of(refused) == "insufficient_role"
    foreign = demo.token("admin", "PPU")
    assert code_of(demo.call("GET", "routing", "/v1/rules/drafts", "KUKAR", token=foreign, expect=403)) == "wrong_agency"
    # And with its own service it finds nothing of it.
    demo.call("GET", "routing", f"/v1/rules/drafts/{draft['draft_id']}", "PPU", token=foreign, expect=404)
    assert phrase not in demo.call("GET", "routing", "/v1/rules/drafts", "PPU", token=foreign, expect=200).text


def test_on_the_command_line(demo, drafted, tmp_path):
    phrase = word()
    _, case_id = file(demo, phrase)
    rules = tmp_path / "rules.json"
    rules.write_text(json.dumps([rule(phrase)]))
    drafted(phrase, rule(phrase))

    def cli(*arguments):
        return subprocess.run(
            [demo.environment["SINERGI_CLI"], "routing", "simulate", "--url", demo.url("routing", "KUKAR"), *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={"PATH": "/usr/bin:/bin", "SINERGI_TOKEN": demo.token("admin", "KUKAR")})

    done = cli("--file", str(rules), "--adds", "--cases", "300", "--json")
    assert done.returncode == 0, done.stderr
    trial = json.loads(done.stdout)
    assert case_id in [e["case_id"] for e in trial["examples"]] or trial["changed"] > 20
    made = next(d for d in admin(demo, "GET", "/drafts").json()["data"] if d["name"] == "rules.json")
    table = cli("--draft", made["draft_id"], "--cases", "300")
    assert table.returncode == 0 and "in force" in table.stdout and "would go another way" in table.stdout
    admin(demo, "DELETE", f"/drafts/{made['draft_id']}", expect=204)
    wrong = cli("--draft", str(uuid.uuid4()))
    assert wrong.returncode != 0 and "404" in wrong.stderr and not wrong.stdout
