"""Floods, guessing and people who are shut out: challenges that honest people pass, and nobody who is refused by chance.

The demo trusts this machine as a gateway, so X-Forwarded-For makes strangers of these tests' requests.
"""

import html
import random
import re
import time
import uuid
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import requests

from client import code_of, eventually, key
from test_channels import Phone

WORDS = ["parit", "lampu", "jembatan", "selokan", "pohon", "pasar", "sekolah", "halte", "trotoar", "dermaga", "taman", "kabel", "sumur", "pagar",
         "lapangan", "gedung", "sungai", "gang", "simpang", "tanjakan", "loket", "antrean", "sampah", "papan", "rambu", "atap", "pompa", "meteran"]
NUMBERS = {"dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8, "sembilan": 9}


def documented_client():
    """The example of docs/integration.md, as it stands there."""
    text = (Path(__file__).resolve().parents[2] / "docs" / "integration.md").read_text()
    example = text.split("### Challenges", 1)[1].split("```python\n", 1)[1].split("```", 1)[0]
    names = {}
    exec(example, names)
    return names


CLIENT = documented_client()


def stranger():
    """An address that nobody else in this run has."""
    return "100." + ".".join(str(random.SystemRandom().randrange(1, 255)) for _ in range(3))


def sentence():
    """A text that is like no other one's."""
    return " ".join(random.SystemRandom().sample(WORDS, 12)) + " " + uuid.uuid4().hex


def file(demo, address, text=None, expect=(201, 429), headers=None, token=None, **fields):
    fields = {"description": text or sentence(), "address": "Telemow", "kind": "information", **fields}
    return demo.call("POST", "intake", "/v1/complaints", body=fields, expect=expect, token=token,
                     headers={"X-Forwarded-For": address, **(headers or {})})


def until_challenged(send, most=150):
    """Sends until a challenge is asked, and answers it with how many passed before."""
    for passed in range(most):
        answer = send()
        if answer.status_code == 429:
            assert code_of(answer) == "challenge_required" and int(answer.headers["Retry-After"]) >= 1
            return answer.json()["challenge"], passed
    raise AssertionError(f"no challenge after {most}")


def proof(challenge):
    return {challenge["header"]: CLIENT["solve"](challenge)}


def test_one_address_is_challenged_and_never_refused(demo):
    address = stranger()
    # What a stranger writes left of the gateway's own word changes nothing.
    challenge, passed = until_challenged(lambda: file(demo, f"{stranger()}, {address}"))
    assert passed >= 30, "a neighbourhood head files for twenty neighbours unasked"
    text, again = sentence(), {"Idempotency-Key": key()}
    first = file(demo, address, text, 201, {**proof(challenge), **again})
    # The answer was lost: the same request with the same proof is the same complaint. Another one needs work of its own.
    assert file(demo, address, text, 201, {**proof(challenge), **again}).json() == first.json()
    assert file(demo, address, headers=proof(challenge)).status_code == 429
    assert file(demo, address, headers={"X-Sinergi-Proof": challenge["challenge"] + ":1"}).status_code == 429
    file(demo, stranger(), expect=201)
    # Officers file for a whole neighbourhood.
    for _ in range(3):
        file(demo, address, expect=201, token=demo.token("triage"))
    metrics = requests.get(demo.url("intake") + "/metrics", timeout=10).text
    assert 'sinergi_intake_challenges_total{door="complaint",why="address"}' in metrics
    assert "sinergi_intake_challenges_passed_total" in metrics


def test_one_contact_from_many_addresses_is_challenged(demo):
    phone = f"+62812{uuid.uuid4().int % 10**8:08d}"
    _, passed = until_challenged(lambda: file(demo, stranger(), reporter={"phone": phone}))
    assert passed >= 6


def test_a_flood_is_taken_in_marked_and_waits_for_a_person(demo):
    address, mark = stranger(), uuid.uuid4().hex
    # A category and place that go to an office by themselves.
    place = {"category": "waste.collection", "area_code": "64.09", "kind": "complaint"}
    text = f"Tumpukan sampah di belakang gudang lama {mark} belum juga diangkut petugas, baunya menyengat sampai rumah warga"
    number = iter(range(1000))
    challenge, passed = until_challenged(lambda: file(demo, address, f"{text} ({next(number)})!", **place))
    assert 3 <= passed <= 30
    flood = file(demo, address, text.upper(), 201, proof(challenge), **place).json()

    def waits():
        row = demo.row(flood, demo.token("triage"), queue="triage")
        return row and demo.case(row["case_id"], demo.token("triage"))

    case = eventually(waits, what="the flood's complaint is in the triage queue")
    decision = demo.call("GET", "routing", f"/v1/decisions/{case['decision']['decision_id']}", token=demo.token("triage"), expect=200).json()
    assert decision["mode"] == "suggested" and "berkali-kali" in str(decision["trace"])
    # Different people who tell of the same matter are no flood.
    people = [file(demo, stranger(), f"{text} ({nr})", 201, **place).json() for nr in range(12)]
    demo.offer_to(people[-1], "PPU/DLH")


def test_a_blocked_address_learns_until_when_and_whom_to_ask(demo):
    address, admin = stranger(), demo.token("admin")
    rule = {"address": address + "/32", "reason": "Ratusan laporan palsu sejak kemarin malam."}
    demo.call("POST", "intake", "/v1/caller-rules", token=demo.token("handler"), body=rule, expect=403)
    for wrong in ({**rule, "contact": "+6281234567"}, {"reason": rule["reason"]}, {**rule, "address": "rumah"},
                  {**rule, "expires_at": "2020-01-01T00:00:00Z"}, {**rule, "reason": "pendek"}):
        demo.call("POST", "intake", "/v1/caller-rules", token=admin, body=wrong, expect=422)
    again = {"Idempotency-Key": key()}
    made = demo.call("POST", "intake", "/v1/caller-rules", token=admin, body=rule, expect=201, headers=again).json()
    assert demo.call("POST", "intake", "/v1/caller-rules", token=admin, body=rule, expect=201, headers=again).json() == made
    refused = file(demo, address, expect=403).json()
    assert refused["type"].endswith(":blocked") and refused["blocked_until"] == made["expires_at"]
    assert rule["reason"] in refused["detail"] and "112" in refused["detail"] and "Penajam" in refused["detail"]
    demo.call("POST", "intake", "/v1/similar", body={"description": sentence()}, expect=403, headers={"X-Forwarded-For": address})
    file(demo, stranger(), expect=201)
    shown = demo.call("GET", "intake", "/v1/caller-rules", token=demo.token("auditor"), expect=200).json()["data"]
    assert made in shown
    demo.call("GET", "intake", "/v1/caller-rules", token=demo.token("handler"), expect=403)
    demo.call("GET", "intake", "/v1/caller-rules", agency="KUKAR", token=admin, expect=403)
    ended = demo.call("POST", "intake", f"/v1/caller-rules/{made['rule_id']}/end", token=admin, expect=200).json()
    assert not ended["active"] and ended["ended_by"]
    file(demo, address, expect=201)


def test_a_block_ends_by_itself(demo):
    phone, until = f"+62813{uuid.uuid4().int % 10**8:08d}", datetime.now(timezone.utc) + timedelta(seconds=3)
    rule = {"contact": phone, "reason": "Ancaman kepada petugas loket.", "expires_at": until.isoformat()}
    made = demo.call("POST", "intake", "/v1/caller-rules", token=demo.token("admin"), body=rule, expect=201).json()
    assert made["subject"] == "contact" and made["value"] is None
    # Numbers are known however they are written.
    file(demo, stranger(), expect=403, reporter={"phone": "0" + phone[3:]})
    eventually(lambda: file(demo, stranger(), expect=(201, 403), reporter={"phone": phone}).status_code == 201, what="the block is over")


def test_a_blocked_open311_client_and_an_exempt_network(demo):
    network = stranger().rsplit(".", 1)[0] + ".0/24"
    inside = network[:-4] + "9"
    rule = {"effect": "exempt", "address": network, "reason": "Jaringan balai kota, loket warga."}
    made = demo.call("POST", "intake", "/v1/caller-rules", token=demo.token("admin"), body=rule, expect=201).json()
    for _ in range(40):
        file(demo, inside, expect=201)
    demo.call("POST", "intake", f"/v1/caller-rules/{made['rule_id']}/end", token=demo.token("admin"), expect=200)
    until_challenged(lambda: file(demo, inside))


@pytest.mark.parametrize("channel", ["whatsapp", "sms"])
def test_a_blocked_telephone_still_hears_the_emergency_numbers(demo, channel):
    phone = Phone(demo, channel)
    rule = {"contact": phone.number, "reason": "Mengirim ratusan pesan iseng."}
    made = demo.call("POST", "intake", "/v1/caller-rules", token=demo.token("admin"), body=rule, expect=201).json()
    phone.say("Lampu jalan di Telemow mati sejak kemarin malam")
    assert "112" in phone.hears("chat_blocked")[0]
    phone.say("Halo? Kenapa tidak dijawab")
    phone.say("Kabel listrik putus, ada anak tersengat listrik")
    assert "112" in phone.hears("chat_blocked")[0], "told once, and always where somebody is in danger"
    demo.call("POST", "intake", f"/v1/caller-rules/{made['rule_id']}/end", token=demo.token("admin"), expect=200)
    phone.say("Lampu jalan di Telemow mati sejak kemarin malam")
    phone.hears(*(["chat_photo"] if channel == "whatsapp" else ["chat_confirm"]))


def test_wrong_keys_similar_and_messages_are_challenged(demo):
    receipt = demo.submit(description=sentence(), address="Telemow").json()
    path, address = f"/v1/complaints/{receipt['tracking_code']}", {"X-Forwarded-For": stranger()}

    def look(token, headers={}, expect=(200, 401, 429)):
        return demo.call("GET", "intake", path, token=token, headers={**address, **headers}, expect=expect)

    challenge, passed = until_challenged(lambda: look("A" * 43))
    assert 9 <= passed <= 40
    # Whoever holds the right key behind the same address does the same work, once, or waits.
    assert look(receipt["access_key"]).status_code == 429
    look(receipt["access_key"], proof(challenge), 200)
    demo.follow(receipt)
    similar = {"description": sentence()}
    until_challenged(lambda: demo.call("POST", "intake", "/v1/similar", body=similar, headers=address, expect=(200, 429)))
    here = {"X-Forwarded-For": stranger()}
    challenge, _ = until_challenged(lambda: demo.call("POST", "intake", path + "/messages", token=receipt["access_key"], headers=here,
                                                      body={"body": "Masih menunggu kabar."}, expect=(201, 429)))
    demo.call("POST", "intake", path + "/messages", token=receipt["access_key"], headers={**here, **proof(challenge)},
              body={"body": "Masih menunggu kabar."}, expect=201)
    blank = demo.call("POST", "intake", path + "/attachments", token=receipt["access_key"], headers=here, expect=429,
                      body={"name": "foto.jpg", "size": 10})
    assert code_of(blank) == "challenge_required"


class Form:
    """The report form in a browser that runs no scripts."""

    def __init__(self, demo, address):
        self.url, self.session = demo.url("intake") + "/", requests.Session()
        self.session.headers.update({"X-Forwarded-For": address, "Accept": "text/html"})
        page = self.session.get(self.url, timeout=10).text
        self.fields = {name: self.field(page, name) for name in ("csrf_token", "form_id")}

    @staticmethod
    def field(page, name):
        return html.unescape(re.search(rf'name="{name}" value="([^"]*)"', page).group(1))

    def send(self, **fields):
        return self.session.post(self.url, data={**self.fields, **fields}, timeout=10)


def test_the_form_comes_back_filled_and_is_answered_without_scripts(demo):
    address = stranger()
    until_challenged(lambda: file(demo, address))
    form, typed = Form(demo, address), f'Kata ibu "{sentence()}" <b>dan & </b>'
    report = {"description": typed, "address": "Telemow", "reporter.name": "Sari"}
    page = form.send(**report)
    assert page.status_code == 429 and "script-src 'self'" in page.headers["Content-Security-Policy"]
    fields = {html.unescape(name): html.unescape(value) for name, value in
              re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page.text)}
    assert fields["description"] == typed and fields["reporter.name"] == "Sari"
    left, right = re.search(r"Berapa (\w+) ditambah (\w+)\?", page.text).groups()
    answer = str(NUMBERS[left] + NUMBERS[right])
    # Quicker than anybody reads, and wrong: asked again, nothing is lost.
    for wrong in (answer, "1"):
        assert form.send(**fields, challenge_answer=wrong).status_code == 429
    seconds = int(re.search(r"setelah (\d+) detik", page.text).group(1))
    time.sleep(seconds + 1)
    receipt = form.send(**fields, challenge_answer=answer)
    assert receipt.status_code == 201, receipt.text[:2000]
    code = re.search(r"PPU-[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{3}", receipt.text).group(0)
    assert demo.sql(f"select description from intake.complaint where tracking_code = '{code}'") == [[typed]]
    # The same answer opens nothing else.
    assert Form(demo, address).send(**{**report, "description": sentence()}, challenge_question=fields["challenge_question"],
                                    challenge_answer=answer).status_code == 429


def test_under_attack_everybody_is_asked_and_the_work_grows(guarded):
    challenge, passed = until_challenged(lambda: file(guarded, stranger()), most=120)
    assert passed >= 20
    hardest = challenge["bits"]
    for _ in range(100):
        answer = file(guarded, stranger())
        if answer.status_code == 429:
            hardest = max(hardest, answer.json()["challenge"]["bits"])
    assert hardest >= 18
    file(guarded, stranger(), expect=201, token=guarded.token("triage"))
    metrics = requests.get(guarded.url("intake") + "/metrics", timeout=10).text
    assert re.search(r'sinergi_intake_challenge_bits\{agency="PPU"\} (1[7-9]|20)', metrics)
