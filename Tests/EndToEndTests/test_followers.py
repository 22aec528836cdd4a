"""Looking before filing, following what somebody else has filed, and searching what is public: as people do it on the pages."""

import html
import re
import uuid

import pytest
import requests

from client import events_of, eventually, key

PLACE = {"lat": -1.31, "long": 116.53}


def a_word():
    return "kata" + "".join(chr(97 + int(digit, 16)) for digit in uuid.uuid4().hex[:10])


def publish(demo, description, **fields):
    """A complaint that an officer has opened to the public."""
    receipt = demo.submit(description=description, category="other.other", **{**PLACE, **fields}).json()
    case_id = eventually(lambda: demo.row(receipt, demo.token("supervisor")))["case_id"]
    # The masked text is made a moment after the case is opened.
    eventually(lambda: demo.call("POST", "routing", f"/v1/cases/{case_id}/publication", token=demo.token("triage"),
                                 body={"action": "publish"}, expect=(200, 404)).status_code == 200)
    eventually(lambda: demo.call("GET", "intake", f"/v1/complaints/{receipt['tracking_code']}", expect=(200, 404)).status_code == 200)
    return receipt, case_id


@pytest.fixture(scope="module")
def published(demo):
    word = a_word()
    receipt, case_id = publish(demo, f"Lampu jalan {word} padam sejak kemarin di depan sekolah dasar.")
    return receipt, case_id, word


class Browser:
    """A phone without JavaScript."""

    def __init__(self, url):
        self.url, self.session = url, requests.Session()

    def get(self, path, status=200):
        return self.shown(self.session.get(self.url + path if path.startswith("/") else path, timeout=30), status)

    def shown(self, answer, status=200):
        assert answer.status_code == status, answer.text[:2000]
        self.page = answer.text
        return answer.text

    def send(self, path, status=200, **fields):
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.page).group(1)
        target = self.url + path if path.startswith("/") else path
        return self.shown(self.session.post(target, data={"csrf_token": token, **fields}, timeout=60), status)

    def hidden(self, action):
        """The hidden fields of the form that goes to this address."""
        form = next(form for form in re.findall(r"<form.*?</form>", self.page, re.S) if f'action="{action}"' in form)
        return {name: html.unescape(value) for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)}


def link_of(text):
    return re.search(r"https?://\S+/f/[A-Za-z0-9_-]{38}", text).group(0)


def mails(demo, address, event):
    return [mail for mail in demo.mails(to=address) if mail["X-Sinergi-Event"] == event]


def answer(demo, case_id, receipt):
    """An officer of the lead takes the case; its followers are told that somebody holds it."""
    demo.call("POST", "routing", f"/v1/cases/{case_id}/route", token=demo.token("supervisor"),
              body={"to": "PPU/DPUPR", "role": "lead", "reason": "Lampu jalan."}, expect=201)
    demo.accept(receipt, "PPU/DPUPR")


def test_news_goes_to_whoever_confirmed_and_ends_with_one_tap(demo):
    receipt, case_id = publish(demo, f"Lampu jalan {a_word()} padam sejak tadi malam di depan pasar.")
    path = f"/v1/complaints/{receipt['tracking_code']}/followers"
    address, other = f"ikut-{key()[:8]}@contoh.id", f"tidak-{key()[:8]}@contoh.id"
    for to in (address, other, address):
        demo.call("POST", "intake", path, body={"email": to}, expect=202)
    mail = eventually(lambda: mails(demo, address, "follow_confirm"))
    eventually(lambda: mails(demo, other, "follow_confirm"))
    page = link_of(mail[0].get_content())
    browser = Browser(demo.url("intake"))
    browser.get(page)
    browser.get(page)
    assert "Anda ingin menerima kabar" in browser.page, "a GET confirms nothing, because link previews make one"
    assert "Anda mengikuti" in browser.send(page, step="confirm")
    phone = f"+62811{uuid.uuid4().int % 10**7:07}"
    demo.call("POST", "intake", path, body={"phone": phone, "language": "en"}, expect=202)
    text = eventually(lambda: demo.texts(phone))[0]
    assert "Agree" in text["text"] and len(text["text"]) <= 160
    browser.send(link_of(text["text"]), step="confirm")

    answer(demo, case_id, receipt)
    news = eventually(lambda: mails(demo, address, "follow_news"))[0]
    assert receipt["tracking_code"] in news["Subject"] and "Lampu jalan" in news.get_content() and page in news.get_content()
    told = eventually(lambda: [text for text in demo.texts(phone) if "Accepted" in text["text"]])
    assert link_of(told[0]["text"])
    demo.settle()
    assert mails(demo, other, "follow_news") == [] and len(mails(demo, address, "follow_confirm")) == 1

    # Nobody but its owner sees an address, and it goes for good.
    assert address.encode() not in demo.sql("select string_agg(encode(sealed, 'escape'), '') from intake.follower")[0][0].encode()
    assert "dihapus" in browser.send(page, step="stop")
    browser.get(page, status=404)
    assert demo.sql(f"""select count(*) from intake.follower f join intake.complaint c on c.agency = f.agency and c.id = f.complaint
        where c.tracking_code = '{receipt['tracking_code']}' and confirmed_at is not null""") == [["1"]]


def test_only_what_is_public_can_be_followed(demo, published):
    receipt, _, _ = published
    hidden = demo.submit(description="Lampu gang kecil padam dan tidak dibuka untuk umum.", category="other.other", **PLACE).json()
    demo.call("POST", "intake", f"/v1/complaints/{hidden['tracking_code']}/followers", body={"email": "a@contoh.id"}, expect=404)
    path = f"/v1/complaints/{receipt['tracking_code']}/followers"
    for body, code in (({}, "required"), ({"email": "tanpa at"}, "bad_format"), ({"phone": "12"}, "bad_format"),
                       ({"email": "a@contoh.id", "name": "x"}, "unknown_field")):
        wrong = demo.call("POST", "intake", path, body=body, expect=422).json()
        assert wrong["errors"][0]["code"] == code, wrong
    forged = demo.session.get(f"{demo.url('intake')}/f/{'A' * 38}", timeout=10)
    assert forged.status_code == 404


def test_one_address_is_not_flooded(demo, published):
    receipts = [published[0]] + [publish(demo, f"Saluran {a_word()} tersumbat sampah di depan rumah warga.")[0] for _ in range(1)]
    victim = f"korban-{key()[:8]}@contoh.id"
    for _ in range(4):
        for receipt in receipts:
            demo.call("POST", "intake", f"/v1/complaints/{receipt['tracking_code']}/followers", body={"email": victim}, expect=202)
    eventually(lambda: len(mails(demo, victim, "follow_confirm")) == len(receipts))
    demo.settle()
    assert events_of(demo.mails(to=victim)) == ["follow_confirm"] * len(receipts)


def test_the_form_shows_what_is_alike_and_sends_on_request(demo, published):
    receipt, _, word = published
    browser = Browser(demo.url("intake"))
    browser.get("/")
    address = f"mirip-{key()[:8]}@contoh.id"
    fields = {**browser.hidden("/"), "description": f"Lampu jalan {word} padam sejak kemarin di depan sekolah.", "lat": "-1.311", "long": "116.531",
              "kind": "complaint", "language": "id", "reporter.email": address}
    fields.pop("csrf_token")
    browser.send("/", **fields)
    assert receipt["tracking_code"] in browser.page and "belum dikirim" in browser.page and "Sari" not in browser.page
    alike = browser.page
    # Followed instead, with the contact that was typed already.
    follow = browser.hidden(f"/status/{receipt['tracking_code']}/follow")
    assert follow["email"] == address
    assert "mengirim tautan" in browser.send(f"/status/{receipt['tracking_code']}/follow", email=follow["email"], phone="")
    eventually(lambda: mails(demo, address, "follow_confirm"))
    # Or sent after all, with everything that was typed.
    browser.page = alike
    rest = browser.hidden("/")
    rest.pop("csrf_token")
    assert rest["description"] == fields["description"] and rest["form_id"] == fields["form_id"]
    browser.send("/", status=201, step="send", **rest)
    # A secret one is compared with nothing.
    browser.get("/")
    secret = {**fields, "form_id": str(uuid.uuid4()), "confidential": "true"}
    browser.send("/", status=201, **secret)


def test_everybody_searches_what_is_public(demo, published):
    receipt, _, word = published
    browser = Browser(demo.url("intake"))
    code = receipt["tracking_code"]
    assert code in browser.get(f"/search?q={word}") and "<svg" in browser.page
    assert code in browser.get(f"/search?q={word}&category=other&area_code=64.09&status=&bbox=116.5,-1.4,116.6,-1.3&lang=en")
    assert "Reporters&#39; names are never shown" in browser.page or "Reporters' names are never shown" in browser.page
    closer = re.search(r'href="(\?[^"]*bbox=[^"]*)"', browser.page).group(1)
    browser.get("/search" + html.unescape(closer))
    for miss in ("bbox=100,-1,101,0", "category=roads", "status=closed", "area_code=64.02"):
        assert code not in browser.get(f"/search?q={word}&{miss}&lang=id") and "Tidak ada laporan" in browser.page
    browser.get("/search?bbox=1,2,3", status=422)
    assert code in browser.get(f"/status/{code}") and "Ikuti laporan ini" in browser.page
    assert "Isi surel atau nomor HP" in browser.send(f"/status/{code}/follow", status=422, email="", phone="")
