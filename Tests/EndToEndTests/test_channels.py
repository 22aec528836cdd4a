"""Reports by WhatsApp and SMS: whole conversations through the webhooks, their replies through the gateway, each thing once."""

import hashlib
import hmac
import json
import os
import re
import signal
import uuid
from pathlib import Path

import pytest
import requests

import pictures
from client import eventually

CODE = re.compile(r"PPU-[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{3}")


class Phone:
    """A telephone: sends through the webhook as the provider would, and reads what the gateway was given for it."""

    def __init__(self, demo, channel):
        self.demo, self.channel = demo, channel
        self.number = f"+62815{uuid.uuid4().int % 10**9:09d}"
        self.seen = 0

    def body(self, message, id):
        if self.channel == "sms":
            return {"id": id, "from": self.number, **message}
        return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "messages", "value": {
            "messaging_product": "whatsapp", "contacts": [{"wa_id": self.number[1:], "profile": {"name": "Ibu Sari"}}],
            "messages": [{"id": id, "from": self.number[1:], "timestamp": "1764000000", **message}]}}]}]}

    def post(self, body, secret=None, expect=200):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        secret = secret or self.demo.environment["SINERGI_CHANNEL_SECRET"]
        mark = "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
        header = "X-Signature" if self.channel == "sms" else "X-Hub-Signature-256"
        return self.demo.call("POST", "intake", f"/v1/channels/{self.channel}", raw=raw, headers={header: mark}, expect=expect)

    def say(self, text, id=None):
        message = {"text": text} if self.channel == "sms" else {"type": "text", "text": {"body": text}}
        return self.post(self.body(message, id or str(uuid.uuid4()))).json()

    def inbox(self):
        answer = requests.get(self.demo.environment["SINERGI_GATEWAY_URL"] + "/messages", params={"to": self.number}, timeout=10)
        messages = answer.json()
        return [m for m in messages]

    def texts(self):
        return [m["text"] for m in self.inbox() if m["event"].startswith("chat_")]

    def hears(self, *events):
        """Waits for exactly these further replies and answers their texts."""
        def arrived():
            replies = [m for m in self.inbox() if m["event"].startswith("chat_")]
            assert [m["event"] for m in replies[self.seen:]] == list(events), [m["event"] for m in replies]
            return replies

        replies = eventually(arrived, what=f"{events} for {self.number}")
        new = replies[self.seen:]
        self.seen = len(replies)
        assert all(m["channel"] == self.channel for m in new)
        if self.channel == "sms":
            assert all(len(m["text"]) <= 160 for m in new), new
        return [m["text"] for m in new]


def code_in(text):
    return CODE.search(text).group(0)


def complaints(demo, code):
    return int(demo.sql(f"select count(*) from intake.complaint where tracking_code = '{code}'")[0][0])


def test_whatsapp_conversation_becomes_a_routed_case_and_news_comes_back(demo):
    phone = Phone(demo, "whatsapp")
    phone.say("Halo")
    phone.hears("chat_welcome")
    phone.say("Lampu jalan poros Samboja Barat mati tiga minggu, gelap sekali, kemarin ada yang jatuh dari motor.")
    phone.hears("chat_photo")
    phone.say("lewat")
    assert "Samboja Barat" in phone.hears("chat_confirm")[0]
    phone.say("Ya")
    receipt = phone.hears("chat_received")[0]
    code = code_in(receipt)
    key = re.search(r"Kunci akses: ([A-Za-z0-9_-]{32,})", receipt).group(1)
    view = demo.follow({"tracking_code": code, "access_key": key})
    assert view["area_code"] == "64.02.20"
    assert complaints(demo, code) == 1
    # No category was given: the rule of the place routes it across the border.
    demo.accept({"tracking_code": code}, "KUKAR")

    def told():
        news = [m for m in phone.inbox() if m["event"] == "handoff_accepted"]
        assert news and all(m["channel"] == "whatsapp" for m in news)
        return True

    eventually(told, what="news by WhatsApp")
    assert not [m for m in phone.inbox() if m["channel"] == "sms"]
    phone.say(f"status {code.lower()}")
    assert code in phone.hears("chat_status")[0]
    # Somebody else's telephone learns nothing by the code alone.
    stranger = Phone(demo, "whatsapp")
    stranger.say(f"status {code}")
    stranger.hears("chat_status_unknown")
    # Neither number nor words stand in the database.
    for table in ("intake.conversation", "intake.channel_message", "notification.message"):
        assert demo.sql(f"select count(*) from {table} t where t::text like '%{phone.number[3:]}%'") == [["0"]]


def test_sms_asks_for_the_place_and_stops_when_told(demo):
    phone = Phone(demo, "sms")
    phone.say("PPU jalan depan rumah rusak berat sudah tiga bulan")
    phone.hears("chat_place")
    phone.say("Gang Melati, Telemow")
    phone.hears("chat_confirm")
    phone.say("ya")
    receipt, key = phone.hears("chat_received", "chat_key")
    code = code_in(receipt)
    assert code in key
    assert demo.sql(f"select area_code, address from intake.complaint where tracking_code = '{code}'") == [
        ["64.09.04.2015", "Gang Melati, Telemow"]]
    phone.say("STOP")
    phone.hears("chat_stopped")
    assert demo.sql("select count(*) from intake.conversation where stopped") != [["0"]]


def test_replays_and_long_sms_in_any_order_happen_once(demo):
    phone = Phone(demo, "sms")
    parts = ["Jembatan kayu di Babulu Darat lapuk ", "dan berbahaya untuk anak sekolah ", "yang lewat tiap pagi"]
    for place in (2, 0, 1):
        message = {"text": parts[place], "reference": "77", "part": place + 1, "parts": 3}
        for _ in range(2):
            phone.post(phone.body(message, f"{phone.number}-{place}"))
    phone.hears("chat_confirm")
    same = str(uuid.uuid4())
    assert phone.say("ya", same) == {"accepted": 1, "repeated": 0}
    receipt, _ = phone.hears("chat_received", "chat_key")
    assert phone.say("ya", same) == {"accepted": 0, "repeated": 1}
    demo.settle()
    assert len(phone.texts()) == phone.seen
    text = demo.sql(f"select description from intake.complaint where tracking_code = '{code_in(receipt)}'")[0][0]
    assert text == "".join(parts)


def test_emergencies_are_answered_at_once_and_still_taken_in(demo):
    phone = Phone(demo, "whatsapp")
    phone.say("Tolong, kebakaran rumah di Petung, api besar sekali")
    numbers, _ = phone.hears("chat_emergency", "chat_photo")
    assert "112" in numbers and "113" in numbers
    # They fall silent: the report is handed in as it is.
    identity = demo.sql("select conversation from intake.channel_message where 'emergency' = any (flags) order by received_at desc limit 1")
    demo.sql(f"update intake.conversation set due_at = now() where id = '{identity[0][0]}'")
    code = code_in(phone.hears("chat_received")[0])
    assert complaints(demo, code) == 1


def test_pranks_and_abuse_are_answered_politely_and_kept(demo):
    phone = Phone(demo, "whatsapp")
    phone.say("goblok kalian")
    phone.hears("chat_polite")
    phone.say("wkwkwk")
    phone.hears("chat_serious")
    phone.post(phone.body({"type": "sticker", "sticker": {"id": "1"}}, str(uuid.uuid4())))
    phone.hears("chat_unknown")
    assert int(demo.sql("select count(*) from intake.channel_message where flags && '{abuse,prank}'")[0][0]) >= 2


def test_silence_is_answered_and_a_draft_can_be_taken_up_again(demo):
    phone = Phone(demo, "whatsapp")
    phone.say("Sampah menumpuk di samping rumah kami sudah dua minggu")
    phone.hears("chat_place")
    identity = demo.sql("select id from intake.conversation order by updated_at desc limit 1")[0][0]
    demo.sql(f"update intake.conversation set due_at = now() where id = '{identity}'")
    phone.hears("chat_reminder")
    demo.sql(f"update intake.conversation set due_at = now() where id = '{identity}'")
    phone.hears("chat_closed")
    phone.say("lanjut")
    phone.hears("chat_place")


def test_killed_in_the_middle_it_goes_on_where_it_was(demo):
    phone = Phone(demo, "whatsapp")
    phone.say("Pipa air bocor di Nenang sejak kemarin pagi, jalan jadi licin")
    phone.hears("chat_photo")
    phone.say("lewat")
    phone.hears("chat_confirm")
    yes = str(uuid.uuid4())
    pid = Path(demo.environment["SINERGI_RUN_DIR"], "ppu-intake.pid")
    os.kill(int(pid.read_text()), signal.SIGKILL)

    def again():
        return phone.say("ya", yes)

    eventually(again, what="intake is back")
    phone.say("ya", yes)
    code = code_in(phone.hears("chat_received")[0])
    assert complaints(demo, code) == 1


def test_handshake_and_false_signatures(demo):
    query = {"hub.mode": "subscribe", "hub.verify_token": demo.environment["SINERGI_WHATSAPP_VERIFY_TOKEN"], "hub.challenge": "1158201444"}
    answer = demo.call("GET", "intake", "/v1/channels/whatsapp", params=query, expect=200)
    assert answer.text == "1158201444"
    demo.call("GET", "intake", "/v1/channels/whatsapp", params={**query, "hub.verify_token": "x"}, expect=401)
    for channel in ("whatsapp", "sms"):
        phone = Phone(demo, channel)
        phone.post(phone.body({"text": "halo"}, "1"), secret="wrong", expect=401)


@pytest.mark.parametrize("body", [
    {}, {"entry": []}, {"entry": [None, 1, {"changes": [{"value": {"messages": [None, {}, {"id": 1}]}}]}]},
    {"entry": [{"changes": [{"value": {"statuses": [{"id": "x", "status": "read"}]}}]}]},
])
def test_whatsapp_takes_what_it_does_not_know(demo, body):
    assert Phone(demo, "whatsapp").post(body).json() == {"accepted": 0, "repeated": 0}


def test_hostile_bodies_are_answered(demo):
    phone = Phone(demo, "whatsapp")
    phone.post(b"[" * 5000, expect=400)
    phone.post(b'{"entry": "\xff"}', expect=400)
    for text in ("\u0000\u0001\u202e", "x" * 100_000, "'; DROP TABLE intake.complaint; --", "{{code}} <script>"):
        assert phone.say(text)["accepted"] == 1
    Phone(demo, "sms").post({"id": "", "from": "javascript:", "text": None}, expect=422)


def test_the_simulator_sends_as_a_telephone_would(demo):
    number = f"+62816{uuid.uuid4().int % 10**9:09d}"
    answer = requests.post(demo.environment["SINERGI_GATEWAY_URL"] + "/inbound", timeout=30,
                           json={"channel": "sms", "from": number, "text": "halo"})
    assert answer.json()["status"] == 200, answer.text
    phone = Phone(demo, "sms")
    phone.number = number
    phone.hears("chat_welcome")


# ---- files, fetched from the provider

class Provider:
    """The simulator as the WhatsApp Cloud API."""

    def __init__(self, demo):
        self.base = demo.environment["SINERGI_GATEWAY_URL"] + "/whatsapp"
        self.token = demo.environment["SINERGI_WHATSAPP_ACCESS_TOKEN"]

    def put(self, data, kind):
        answer = requests.post(f"{self.base}/media", data=data, headers={"Content-Type": kind}, timeout=30)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def outage(self, answers):
        requests.post(f"{self.base}/outage", params={"answers": answers}, timeout=10).raise_for_status()


def sent(phone, kind, media, id=None, **more):
    return phone.post(phone.body({"type": kind, kind: {"id": media, **more}}, id or str(uuid.uuid4()))).json()


def attached(demo, code):
    return demo.sql(f"""select i.name, coalesce(i.type, ''), i.state, coalesce(i.reason, '') from media.item i
        join intake.complaint c on c.agency = i.agency and c.id = i.case_id where c.tracking_code = '{code}' order by i.name""")


def test_the_provider_gives_files_to_its_account_only(demo):
    provider = Provider(demo)
    media = provider.put(b"x" * 50, "image/jpeg")
    assert requests.get(f"{provider.base}/{media}", timeout=10).status_code == 401
    bearer = {"Authorization": f"Bearer {provider.token}"}
    found = requests.get(f"{provider.base}/{media}", headers=bearer, timeout=10).json()
    assert found["file_size"] == 50 and found["mime_type"] == "image/jpeg" and found["sha256"] == hashlib.sha256(b"x" * 50).hexdigest()
    assert requests.get(found["url"], timeout=10).status_code == 401
    assert requests.get(found["url"], headers=bearer, timeout=10).content == b"x" * 50


def test_photo_and_voice_are_fetched_once_through_an_outage(demo):
    provider, phone = Provider(demo), Phone(demo, "whatsapp")
    photo = provider.put(pictures.with_exif(pictures.jpeg(seed=uuid.uuid4().int % 1000)), "image/jpeg")
    voice = provider.put(b"OggS" + bytes(24) + b"OpusHead" + uuid.uuid4().bytes * 50, "audio/ogg")
    hostile = provider.put(b"MZ" + bytes(4000), "image/jpeg")
    message = str(uuid.uuid4())
    sent(phone, "image", photo, message, caption="Sampah menumpuk di samping Pasar Petung sudah dua minggu, bau sekali.")
    assert sent(phone, "image", photo, message) == {"accepted": 0, "repeated": 1}
    sent(phone, "audio", voice)
    sent(phone, "document", hostile, filename="surat.pdf")
    # The provider is away when the report is filed, and for some tries after it.
    provider.outage(5)
    phone.say("di Telemow")
    phone.say("Ya")
    code = code_in(eventually(lambda: next((text for text in phone.texts() if "Kunci akses" in text), None)))
    expected = [["foto", "image/jpeg", "ready", ""], ["pesan suara", "audio/ogg", "ready", ""], ["surat.pdf", "", "refused", "unsupported_type"]]
    eventually(lambda: attached(demo, code) == expected, 60, f"{code}: {expected}")
    outcomes = f"""select outcome, attempts from intake.channel_media m where tracking_code = '{code}'"""
    rows = eventually(lambda: (found := demo.sql(outcomes)) and all(row[0] for row in found) and found)
    assert sorted(row[0] for row in rows) == ["fetched", "fetched", "unsupported_media_type"] and sum(int(row[1]) for row in rows) > 3
    assert demo.sql(f"select count(*) from intake.channel_media where tracking_code = '{code}' and due_at is not null") == [["0"]]
    assert b"media-" not in demo.sql("select string_agg(encode(sealed, 'escape'), '') from intake.channel_media")[0][0].encode()


def test_a_file_that_the_provider_lost_is_given_up(demo):
    phone = Phone(demo, "whatsapp")
    sent(phone, "image", "media-tidak-ada", caption="Lampu jalan di Telemow mati sejak kemarin malam, mohon diperbaiki.")
    phone.say("Ya")
    code = code_in(eventually(lambda: next((text for text in phone.texts() if "Kunci akses" in text), None)))
    eventually(lambda: demo.sql(f"select outcome from intake.channel_media where tracking_code = '{code}' and due_at is null") == [["gone"]])
    assert attached(demo, code) == []
