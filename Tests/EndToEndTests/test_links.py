"""One-case links that Sinergi sends itself: by SMS, WhatsApp or mail, the PIN by another way, and a reminder when nobody opens."""

import re

import pytest
import requests

from client import code_of, eventually, events_of
from test_stories_b_c_g import act, publish

TEXT = "Saluran air di depan balai desa Telemow mampet sejak hujan kemarin."


@pytest.fixture(scope="module")
def joint(demo):
    """A case that PPU/DPUPR leads, with a part offered to the village, which has only a telephone. Receipt and case id."""
    receipt = demo.submit(description=TEXT, category="drainage.blocked", area_code="64.09.04.2015").json()
    row = demo.offer_to(receipt, "PPU/DPUPR")
    demo.decide(row, "PPU/DPUPR", "accept", {"note": None, "external_reference": None})
    demo.call("POST", "routing", "/v1/handoffs", token=demo.office_token("PPU/DPUPR"), expect=201,
              body={"case_id": row["case_id"], "to": "PPU/DESA-TELEMOW", "role": "contributor", "reason": "Di desa", "request": "Bersihkan."})
    return receipt, row["case_id"]


def deliver(demo, case_id, expect=201, **body):
    return act(demo, case_id, "PPU", demo.office_token("PPU/DPUPR"), "deliveries", {"office": "PPU/DESA-TELEMOW", "means": "link", **body}, expect)


def send(browser, link, page, **fields):
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text).group(1)
    return browser.post(link, data={"csrf_token": token, **fields}, timeout=10)


def test_link_by_whatsapp_and_pin_by_mail(demo, joint):
    _, case_id = joint
    deliver(demo, case_id, 422, channel="whatsapp", sent_to="+6281130001", pin_to="+6281130001")
    deliver(demo, case_id, 422, channel="mail", sent_to="bukan alamat")
    made = deliver(demo, case_id, channel="whatsapp", sent_to="+6281155500017", pin_to="kades.links@example.org")
    assert made["pin"] is None and made["channel"] == "whatsapp"
    message = eventually(lambda: next((m for m in demo.texts("+6281155500017") if "/l/" in m["text"]), None))
    link = re.search(r"http\S+/l/\S+", message["text"]).group(0)
    assert link == made["link"] and TEXT not in message["text"]
    mail = eventually(lambda: demo.mails(to="kades.links@example.org"))[0]
    pin = re.search(r"\b\d{6}\b", mail.get_body().get_content()).group(0)
    assert link not in mail.get_body().get_content() and pin not in message["text"], "never both by one way"
    # Neither number nor link stands in a table.
    assert demo.sql(f"select count(*) from notification.message where content::text like '%{link[-20:]}%'") == [["0"]]
    browser = requests.Session()
    page = send(browser, link, browser.get(link, timeout=10), pin=pin)
    page = send(browser, link, page, action="accept", person="Pak Kades")
    page = send(browser, link, page, action="finish", person="Pak Kades", text="Saluran sudah dibersihkan warga.")
    assert page.status_code == 200
    case = demo.case(case_id, demo.office_token("PPU/DPUPR"))
    part = next(p for p in case["participations"] if p["office"]["code"] == "PPU/DESA-TELEMOW")
    assert part["part_state"] == "finished" and part["result"] == "Saluran sudah dibersihkan warga."


def test_a_link_that_nobody_opens_is_recalled_and_its_monitor_told(demo):
    receipt = demo.submit(description="Jalan setapak ke sumur desa Telemow longsor sebagian.", category="drainage.blocked",
                          area_code="64.09.04.2015").json()
    row = demo.offer_to(receipt, "PPU/DPUPR")
    demo.decide(row, "PPU/DPUPR", "accept", {"note": None, "external_reference": None})
    office = demo.office_token("PPU/DPUPR")
    demo.call("POST", "routing", "/v1/handoffs", token=office, expect=201,
              body={"case_id": row["case_id"], "to": "PPU/DESA-TELEMOW", "role": "contributor", "reason": "Di desa", "request": None})
    made = deliver(demo, row["case_id"], channel="sms", sent_to="+6281155500018")
    assert re.fullmatch(r"\d{6}", made["pin"]), "told by telephone"
    eventually(lambda: [m for m in demo.texts("+6281155500018") if made["link"] in m["text"]])
    # Whoever delivers owns the clock of the offer.
    owner = demo.sql("select o.code from casework.clock k join directory.office o on o.id = k.office"
                     f" where k.case_id = '{row['case_id']}' and k.step = 'offer' and k.state = 'running'")
    assert owner == [["PPU/DPUPR"]]
    demo.sql(f"update casework.delivery set remind_at = now() where id = '{made['delivery_id']}'")
    texts = eventually(lambda: (t := demo.texts("+6281155500018")) and len(t) == 2 and t)
    assert not any("/l/" in m["text"] for m in texts if made["link"] not in m["text"]), "the link is not kept, so it cannot be sent twice"
    eventually(lambda: "link_not_opened" in [e["type"] for e in demo.case(row["case_id"], office)["entries"]])
    eventually(lambda: "link_not_opened" in events_of(demo.mails(receipt, "ppu.dpupr")))


def test_a_state_body_without_login_leads_and_its_monitor_answers(demo):
    """BBPJN, the national roads office, has no login: it accepts by letter, and who watches has the clocks."""
    receipt = demo.submit(description="Jalan nasional di simpang Sotek berlubang dalam sepanjang dua ratus meter.", category="roads.damage",
                          area_code="64.09.01").json()
    row = demo.offer_to(receipt, "PPU/DPUPR")
    demo.decide(row, "PPU/DPUPR", "accept", {"note": None, "external_reference": None})
    office = demo.office_token("PPU/DPUPR")
    demo.call("POST", "routing", "/v1/handoffs", token=office, expect=201, body={
        "case_id": row["case_id"], "to": "PANRB/BBPJN", "role": "contributor", "reason": "Ruas nasional", "request": "Tambal ruas ini."})
    made = act(demo, row["case_id"], "PPU", office, "deliveries", {"office": "PANRB/BBPJN", "means": "letter"}, 201)
    assert made["monitor"]["code"] == "PPU/DPUPR" and "Balai Besar" in made["letter"] and made["pin"] in made["letter"]
    browser = requests.Session()
    page = send(browser, made["link"], browser.get(made["link"], timeout=10), pin=made["pin"])
    assert "Tambal ruas ini." in page.text
    page = send(browser, made["link"], page, action="accept", person="Balai")
    page = send(browser, made["link"], page, action="finish", person="Balai", text="Lubang sudah ditambal dengan aspal panas.")
    assert page.status_code == 200
    late = send(browser, made["link"], page, action="finish", person="Balai", text="Lubang sudah ditambal dengan aspal panas.") \
        if "csrf_token" in page.text else None
    assert late is None or late.status_code == 409
    publish(demo, row["case_id"], "PPU/DPUPR", "Lubang sudah ditambal oleh balai jalan nasional.")
    eventually(lambda: demo.follow(receipt)["status"] == "answered")
    # What was sent by other systems is noted with its number there.
    again = demo.call("POST", "routing", f"/v1/cases/{row['case_id']}/deliveries", token=office, expect=409,
                      body={"office": "PANRB/BBPJN", "means": "elsewhere", "reference": "LAPOR 9900002"})
    assert code_of(again) == "wrong_state"
