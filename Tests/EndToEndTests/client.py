"""Talks to a running demo as reporters, officers and operators do, and holds every answer against contract and OpenAPI."""

import base64
import email
import email.policy
import json
import os
import subprocess
import time
import uuid
from pathlib import Path

import requests

import shapes
from openapi import Document

# The contract says 5 s. A loaded two-core machine with debug builds gets more; how long it took is not what these tests measure.
PATIENCE = float(os.environ.get("SINERGI_PATIENCE", "30"))
AGENCIES = ["PPU", "KUKAR", "PANRB", "KALTIM", "PLN"]


def eventually(check, seconds=PATIENCE, what=None):
    """What `check` returns as soon as that is true; an assertion inside it may fail until then."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            value = check()
            if value:
                return value
            failure = None
        except (AssertionError, requests.RequestException) as error:
            failure = error
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:.0f} s: {what or check.__name__}") from failure
        time.sleep(0.1)


def key():
    return str(uuid.uuid4())


class Demo:
    def __init__(self, environment):
        self.environment = environment
        self.documents = {}
        self.session = requests.Session()

    # ---- addresses, tokens, databases
    def url(self, service, agency="PPU"):
        return self.environment[f"SINERGI_{agency}_{service.upper()}_URL"]

    def token(self, role, agency="PPU", unit=None):
        parts = ["SINERGI_DEMO", agency, unit.replace("-", "_") if unit else None, role.upper(), "TOKEN"]
        return self.environment["_".join(part for part in parts if part)]

    def office_token(self, office):
        """A liaison's token for an office's code: the unit's own where there is one, else the agency's."""
        agency, _, unit = office.partition("/")
        name = f"SINERGI_DEMO_{agency}_{unit.replace('-', '_')}_LIAISON_TOKEN"
        return self.environment.get(name) or self.token("liaison", agency)

    def subject(self, token):
        payload = token.split(".")[1]
        return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["sub"]

    def sql(self, statement, url=None, check=True):
        """Rows of one statement, as lists of text; by default as the migrator, who sees every row."""
        result = subprocess.run(
            ["psql", url or self.environment["SINERGI_DATABASE_URL"], "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1",
             "-c", statement],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        if check:
            assert result.returncode == 0, result.stderr
            return [line.split("\t") for line in result.stdout.splitlines()]
        return result

    def settle(self, seconds=60):
        """Waits until every message has been delivered: what was done before is then counted and told."""
        eventually(lambda: self.sql("select count(*) from exchange.pending") == [["0"]], seconds, "the exchange is empty")

    # ---- HTTP
    def call(self, method, service, path, agency="PPU", token=None, body=None, expect=None, shape=None, headers=None, raw=None,
             documented=True, params=None):
        """One request. Its answer must be in the service's OpenAPI document; errors must be problems of the contract."""
        headers = {"Accept-Language": "en", **(headers or {})}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if body is not None or raw is not None:
            headers.setdefault("Content-Type", "application/json")
        data = raw if raw is not None else (json.dumps(body).encode() if body is not None else None)
        answer = self.session.request(
            method, self.url(service, agency) + path, headers=headers, data=data, params=params, timeout=30, allow_redirects=False)
        if expect is not None:
            expected = expect if isinstance(expect, (tuple, list, set)) else [expect]
            assert answer.status_code in expected, f"{method} {path} → {answer.status_code}, not {expect}: {answer.text[:2000]}"
        if documented:
            found = self.document(service, agency).differences(method, path, answer)
            assert not found, "not as in openapi.json:\n  " + "\n  ".join(found[:10])
        if answer.status_code >= 400 and documented:
            assert answer.headers["Content-Type"].startswith("application/problem+json"), answer.headers["Content-Type"]
            problem = shapes.require(answer.json(), shapes.PROBLEM)
            assert problem["status"] == answer.status_code
            assert bool(problem.get("errors")) == problem["type"].endswith(":validation"), problem
        if shape is not None:
            shapes.require(answer.json(), shape)
        return answer

    def document(self, service, agency="PPU"):
        if service not in self.documents:
            answer = self.session.get(self.url(service, agency) + "/openapi.json", timeout=30)
            assert answer.status_code == 200, answer.text
            self.documents[service] = Document(answer.json())
        return self.documents[service]

    # ---- reporter
    def submit(self, agency="PPU", expect=201, headers=None, **fields):
        body = {"kind": "complaint", "anonymous": False, "confidential": False, "language": "id", **fields}
        return self.call("POST", "intake", "/v1/complaints", agency, body=body, expect=expect, headers=headers)

    def follow(self, receipt, agency="PPU"):
        return self.call("GET", "intake", f"/v1/complaints/{receipt['tracking_code']}", agency, token=receipt["access_key"], expect=200,
                         shape=shapes.COMPLAINT).json()

    # ---- officers
    def rows(self, token, agency="PPU", **query):
        return self.call("GET", "routing", "/v1/cases", agency, token=token, params=query, expect=200,
                         shape=shapes.page(shapes.LIST_ROW)).json()["data"]

    def row(self, receipt, token, agency="PPU", **query):
        """The row of a complaint's case in an officer's queue, or None."""
        found = self.rows(token, agency, tracking_code=receipt["tracking_code"], **query)
        assert len(found) <= 1 or len({row["office"]["code"] for row in found}) == len(found), found
        return found[0] if found else None

    def case(self, case_id, token, agency="PPU"):
        answer = self.call("GET", "routing", f"/v1/cases/{case_id}", agency, token=token, expect=200, shape=shapes.CASE)
        assert answer.headers.get("ETag"), "a case has an ETag"
        return answer.json()

    def offer_to(self, receipt, office):
        """Waits until the complaint is offered to an office and answers its row there."""
        agency = office.partition("/")[0]

        def offered():
            rows = self.rows(self.office_token(office), agency, tracking_code=receipt["tracking_code"], queue="offered")
            return next((row for row in rows if row["office"]["code"] == office and row["part_state"] == "offered"), None)

        return eventually(offered, what=f"{receipt['tracking_code']} offered to {office}")

    def decide(self, row, office, verb, body, expect=200):
        agency = office.partition("/")[0]
        return self.call("POST", "routing", f"/v1/handoffs/{row['handoff_id']}/{verb}", agency, token=self.office_token(office),
                         body=body, expect=expect, shape=shapes.HANDOFF if expect == 200 else None).json()

    def accept(self, receipt, office):
        row = self.offer_to(receipt, office)
        return self.decide(row, office, "accept", {"note": None, "external_reference": None})

    def decline(self, receipt, office, suggested, code="not_our_duty", reason="Bukan tugas kantor kami, lihat daftar tugas."):
        row = self.offer_to(receipt, office)
        return self.decide(row, office, "decline", {"reason_code": code, "reason": reason, "suggested_office": suggested})

    # ---- what went out
    def mails(self, receipt=None, to=None):
        """Messages in the mail sink, of one complaint, to one address. Read whole: the Maildir only holds finished files."""
        found = []
        for folder in ("new", "cur"):
            for path in sorted((Path(self.environment["SINERGI_MAIL_DIR"]) / folder).iterdir()):
                message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
                if receipt and message["X-Sinergi-Tracking-Code"] != receipt["tracking_code"]:
                    continue
                if to and to not in str(message["To"]):
                    continue
                found.append(message)
        return found

    def texts(self, to):
        """Short messages the gateway simulator got for one number."""
        answer = self.session.get(self.environment["SINERGI_GATEWAY_URL"] + "/messages", params={"to": to}, timeout=10,
                                  headers={"Accept": "application/json"})
        assert answer.status_code == 200, answer.text
        found = answer.json()
        return found["data"] if isinstance(found, dict) else found


def events_of(messages):
    return sorted(str(message["X-Sinergi-Event"]) for message in messages)


def code_of(problem):
    return problem.json()["type"].rsplit(":", 1)[1]
