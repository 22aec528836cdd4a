"""What an office does with its part, on a phone, without JavaScript: tasks, more time, outcome, advice, a letter, a silent office."""

import re

import pytest

from client import eventually
from test_officer import complaint, log_in

PHONE = (360, 740)


def accepted(demo, office="PPU/DLH", **fields):
    """A complaint that an office has taken. Receipt and case id."""
    receipt = complaint(demo, **fields)
    row = demo.offer_to(receipt, office)
    demo.decide(row, office, "accept", {"note": None, "external_reference": None})
    return receipt, row["case_id"]


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_tasks_more_time_and_an_own_number(demo, open_browser, javascript):
    receipt, case_id = accepted(demo)
    browser = open_browser(PHONE, javascript)
    log_in(browser, demo, "liaison@ppu.dlh")
    browser.open(f"{demo.url('routing')}/cases/{case_id}")
    browser.picture("parts-before")
    browser.submit("/task", title="Kirim truk sampah", points="Hubungi sopir\nSiapkan bak")
    assert "Kirim truk sampah" in browser.text and "Siapkan bak" in browser.text
    browser.submit("/task-change", done_0=True)
    assert browser.form("/task-change").find_element("name", "done_0").is_selected()
    browser.picture("parts-task")
    browser.press(browser.form("/task-change").find_element("css selector", "button[value=done]"))
    assert browser.find("button[value=open]"), "it can be opened again"
    browser.submit("/reference", external_reference="DLH-99")
    assert "DLH-99" in browser.text
    browser.submit("/extend", days="30", reason="Menunggu truk dari bengkel.")
    assert browser.find("[role=alert]") and "Menunggu truk" in browser.form("/extend").find_element("name", "reason").get_attribute("value")
    browser.picture("parts-extend-refused")
    browser.submit("/extend", days="3", reason="Menunggu truk dari bengkel.")
    assert browser.find("[role=status]")
    eventually(lambda: any("truk dari bengkel" in answer["body"] for answer in demo.follow(receipt)["answers"]))


def test_a_promise_is_planned_with_its_day_and_its_money(demo, open_browser):
    receipt, case_id = accepted(demo, kind="aspiration")
    browser = open_browser(PHONE)
    log_in(browser, demo, "liaison@ppu.dlh")
    browser.open(f"{demo.url('routing')}/cases/{case_id}?lang=en")
    browser.submit("/outcome", outcome="committed")
    assert browser.find("[role=alert]"), "a promise has a day and a source of money"
    form = browser.form("/outcome")
    browser.driver.execute_script("arguments[0].value = '2027-03-31'", form.find_element("name", "date"))
    browser.submit("/outcome", outcome="committed", budget_source="Musrenbang 2027")
    assert "Musrenbang 2027" in browser.text and "2027-03-31" in browser.text
    browser.picture("parts-promise-english")
    case = demo.case(case_id, demo.office_token("PPU/DLH"))
    assert case["planned_outcome"] == "committed"


def test_a_letter_for_the_village_and_its_result(demo, open_browser):
    receipt, case_id = accepted(demo)
    demo.call("POST", "routing", "/v1/handoffs", token=demo.office_token("PPU/DLH"), expect=201,
              body={"case_id": case_id, "to": "PPU/DESA-TELEMOW", "role": "contributor", "reason": "Di desa", "request": "Bersihkan."})
    browser = open_browser(PHONE)
    log_in(browser, demo, "liaison@ppu.dlh")
    browser.open(f"{demo.url('routing')}/cases/{case_id}")
    browser.submit("/deliver", means="letter")
    assert browser.find("svg") and receipt["tracking_code"] not in browser.text, "paper tells nothing of the case"
    link = browser.find("#link")[0].get_attribute("value")
    pin = browser.find("#pin")[0].get_attribute("value")
    browser.picture("letter")
    village = open_browser(PHONE)
    village.open(link)
    village.picture("link-before-pin")
    village.submit(re.escape(link.rsplit("/", 1)[1]), pin=pin)
    village.picture("link-open")
    assert "Bersihkan." in village.text


def test_a_contributor_finishes_and_leaves(demo, open_browser):
    receipt, case_id = accepted(demo)
    for office, form, fields in (("PPU/DISDAG", "/finish", {"result": "Bak sampah sudah disediakan."}),
                                 ("PPU/KEL-PETUNG", "/withdraw", {"reason": "Bukan wilayah kami."})):
        made = demo.call("POST", "routing", "/v1/handoffs", token=demo.office_token("PPU/DLH"), expect=201,
                         body={"case_id": case_id, "to": office, "role": "contributor", "reason": "Ikut", "request": None}).json()
        demo.call("POST", "routing", f"/v1/handoffs/{made['handoff_id']}/accept", token=demo.office_token(office), expect=200,
                  body={"note": None, "external_reference": None})
        browser = open_browser(PHONE)
        log_in(browser, demo, "liaison@" + office.lower().replace("/", "."))
        browser.open(f"{demo.url('routing')}/cases/{case_id}")
        browser.submit(form, **fields)
        assert browser.find("[role=status]"), browser.text
    case = demo.case(case_id, demo.office_token("PPU/DLH"))
    states = {p["office"]["code"]: p["part_state"] for p in case["participations"] if p["role"] == "contributor"}
    assert states == {"PPU/DISDAG": "finished", "PPU/KEL-PETUNG": "ended"}


def test_advice_a_joint_decision_and_a_silent_office(demo, open_browser):
    receipt = complaint(demo)
    demo.decline(receipt, "PPU/DLH", "PPU/DISDAG")
    demo.decline(receipt, "PPU/DISDAG", "PPU/KEL-PETUNG")
    demo.decline(receipt, "PPU/KEL-PETUNG", "PPU/DLH")
    case_id = eventually(lambda: (r := demo.row(receipt, demo.token("liaison"), queue="agency")) and r["status"] == "in_arbitration" and r["case_id"])
    party = open_browser(PHONE)
    log_in(party, demo, "liaison@ppu.disdag")
    party.open(f"{demo.url('routing')}/cases/{case_id}")
    party.submit("/advise", body="Pasar punya bak sendiri, truknya milik DLH.")
    assert party.find("[role=status]")
    arbiter = open_browser(PHONE)
    log_in(arbiter, demo, "arbiter@ppu")
    arbiter.open(f"{demo.url('routing')}/cases/{case_id}")
    assert "truknya milik DLH" in arbiter.text
    arbiter.picture("decide-with-advice")
    arbiter.submit("/decide", lead="PPU/DLH", contributor_1="PPU/DISDAG", request_1="Sediakan bak.", multi_agency=True, reason="Bersama.")
    case = eventually(lambda: (c := demo.case(case_id, demo.office_token("PPU/DLH")))["status"] == "in_progress" and c)
    assert case["multi_agency"] is True
    # DISDAG stays silent; its coordinator steps in.
    url = demo.environment["SINERGI_PPU_DATABASE_URL"]
    where = (f"case_id = '{case_id}' and step = 'open' and state = 'running'"
             " and office = (select id from directory.office where code = 'PPU/DISDAG')")
    for _ in range(3):
        demo.sql(f"update casework.clock set rung_at = now() - interval '1 second' where {where}")
        demo.sql(f"select casework.climb(id) from casework.clock where {where}", url)
    arbiter.open(f"{demo.url('routing')}/cases/{case_id}")
    arbiter.submit("/act-for", reason="Tiga hari kerja belum dibuka.")
    assert arbiter.find("[role=status]"), arbiter.text
    arbiter.picture("acted-for")
