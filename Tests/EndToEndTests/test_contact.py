"""One-time codes: a telephone or mailbox shows that it is the reporter's own, by the real gateway and mail server."""

import re
import uuid

from client import code_of, eventually, key

CODE = re.compile(r"\b(\d{6})\b")


def number():
    return f"+62816{uuid.uuid4().int % 10**8:08d}"


def path(receipt, rest=""):
    return f"/v1/complaints/{receipt['tracking_code']}/contact-verification{rest}"


def send(demo, receipt, expect=202, headers=None, **body):
    return demo.call("POST", "intake", path(receipt), token=receipt["access_key"], body=body, expect=expect, headers=headers)


def confirm(demo, receipt, code, expect=200):
    return demo.call("POST", "intake", path(receipt, "/confirm"), token=receipt["access_key"], body={"code": code}, expect=expect)


def texted(demo, phone, how_many=1):
    def arrived():
        found = [m for m in demo.texts(phone) if m["event"] == "chat_code"]
        return len(found) >= how_many and [CODE.search(m["text"]).group(1) for m in found]

    return eventually(arrived, what=f"a code for {phone}")


def test_a_number_added_later_is_told_only_once_its_code_came_back(demo):
    receipt, phone = demo.submit(description="Lampu jalan padam sejak Senin di depan balai desa.", address="Telemow",
                                 category="roads.damage", area_code="64.09").json(), number()
    demo.call("POST", "intake", path(receipt), body={"channel": "sms", "contact": phone}, expect=401)
    for wrong in ({"channel": "sms"}, {"channel": "sms", "contact": "rumah"}, {"channel": "email", "contact": phone},
                  {"channel": "burung", "contact": phone}, {}):
        send(demo, receipt, 422, **wrong)
    again = {"Idempotency-Key": key()}
    sent = send(demo, receipt, channel="sms", contact="0" + phone[3:], headers=again).json()
    assert sent["sent_to"] == "•••" + phone[-3:] and phone not in str(sent)
    assert send(demo, receipt, channel="sms", contact="0" + phone[3:], headers=again).json() == sent
    code = texted(demo, phone)[0]
    state = demo.call("GET", "intake", path(receipt), token=receipt["access_key"], expect=200).json()
    assert state == {"has_email": False, "email_verified_at": None, "has_phone": False, "phone_verified_at": None}
    wrong = f"{(int(code) + 1) % 1000000:06d}"
    assert confirm(demo, receipt, wrong, 422).json()["errors"][0]["code"] == "wrong_code"
    confirm(demo, receipt, "12345", 422)
    state = confirm(demo, receipt, code[:3] + " " + code[3:]).json()
    assert state["has_phone"] and state["phone_verified_at"]
    assert confirm(demo, receipt, code).json() == state, "twice is no mistake"
    # Neither number nor code stands in the database.
    for table in ("intake.contact_check", "intake.reporter", "notification.message", "exchange.message"):
        assert demo.sql(f"select count(*) from {table} t where t::text like '%{phone[3:]}%'") == [["0"]]
    # From now on news goes there.
    demo.accept(receipt, "PPU/DPUPR")
    eventually(lambda: [m for m in demo.texts(phone) if m["event"] == "handoff_accepted"], what="news by SMS")


def test_five_wrong_codes_end_it_and_a_new_one_replaces_the_old(demo):
    phone = number()
    receipt = demo.submit(description="Selokan depan pasar meluap tiap hujan.", address="Petung", reporter={"phone": phone}).json()
    send(demo, receipt, channel="sms")
    first = texted(demo, phone)[0]
    for left in (4, 3, 2, 1, 0):
        answer = confirm(demo, receipt, f"{(int(first) + 1 + left) % 1000000:06d}", 422).json()
        assert answer["errors"][0]["code"] == "wrong_code"
    assert code_of(confirm(demo, receipt, first, 409)) == "wrong_state"
    send(demo, receipt, channel="sms")
    codes = texted(demo, phone, 2)
    confirm(demo, receipt, codes[-1])
    state = demo.call("GET", "intake", path(receipt), token=receipt["access_key"], expect=200).json()
    assert state["phone_verified_at"] and not state["email_verified_at"]


def test_nobodys_telephone_rings_all_night(demo):
    phone = number()
    for place in range(4):
        receipt = demo.submit(description=f"Jalan berlubang di gang nomor {place}.", address="Petung").json()
        answer = send(demo, receipt, (202, 429), channel="sms", contact=phone)
    assert answer.status_code == 429 and code_of(answer) == "rate_limited" and answer.headers["Retry-After"]
    assert code_of(confirm(demo, demo.submit(description="Lubang lain di jalan itu.", address="Petung").json(), "123456", 409)) == "wrong_state"


def test_a_mailbox_is_verified_by_mail_and_the_page_does_the_same(demo):
    address = f"sari.{uuid.uuid4().hex}@contoh.id"
    receipt = demo.submit(description="Antrean loket terlalu lama tiap pagi.", address="Petung", reporter={"email": address}).json()
    send(demo, receipt, channel="email")

    def mailed():
        return [m for m in demo.mails(to=address) if m["X-Sinergi-Event"] == "chat_code"]

    mail = eventually(mailed, what="a code by mail")[0]
    code = CODE.search(mail.get_body().get_content()).group(1)
    assert receipt["tracking_code"] not in mail.as_string()
    assert confirm(demo, receipt, code).json()["email_verified_at"]
