"""The directory: looked up by everybody, an own unit's contact edited by its administrator; and the block list at intake's door."""

import uuid

import pytest

from client import code_of, eventually
from test_officer import log_in

NARROW = (360, 740)


def unit(demo, code):
    return demo.call("GET", "routing", f"/v1/directory/units/{code}", token=demo.token("admin"), expect=200).json()


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_an_offices_telephone_is_corrected(demo, open_browser, javascript):
    browser = open_browser(NARROW, javascript)
    log_in(browser, demo, "admin@ppu")
    browser.follow("a[href$='/directory']")
    browser.picture("directory")
    before = unit(demo, "DISDAG")
    browser.press(next(link for link in browser.find("ul.list a") if link.text == before["name"]))
    browser.picture("office")
    number = f"+62811{uuid.uuid4().int % 10**7:07d}"
    browser.submit("/directory/office", duty_phone="bukan nomor", email="disdag@contoh.test")
    assert browser.find("[role=alert]")
    assert browser.form("/directory/office").find_element("name", "email").get_attribute("value") == "disdag@contoh.test", "what was typed stays"
    browser.picture("office-mistake")
    browser.submit("/directory/office", duty_phone="0" + number[3:])
    assert browser.find("[role=status]") and number in browser.text
    after = unit(demo, "DISDAG")
    assert after["duty_phone"] == number and after["email"] == "disdag@contoh.test"
    # All that the form does not show stays as it was.
    assert {**after, "duty_phone": None, "email": None} == {**before, "duty_phone": None, "email": None}


def test_who_does_what_is_found_by_words(demo, open_browser):
    browser = open_browser((1280, 900))
    log_in(browser, demo, "handler@ppu")
    browser.open(demo.url("routing") + "/directory?q=pln")
    assert any(link.get_attribute("href").endswith("code=PLN") for link in browser.find("ul.list a"))
    browser.follow("ul.list a[href$='code=PLN']")
    assert not browser.find("form[action$='/directory/office']")
    browser.picture("office-of-another-agency")
    browser.open(demo.url("routing") + "/directory?q=tidakadakantorini")
    assert not browser.find("ul.list li") and browser.find(".notice")


def test_a_sender_is_shut_out_with_a_reason_and_let_in_again(demo, open_browser):
    number = f"+62812{uuid.uuid4().int % 10**8:08d}"

    def status():
        """What a report with this number meets. The demo trusts this machine as a gateway, so the sender may be a stranger."""
        body = {"kind": "information", "description": f"Bertanya tentang jadwal loket {uuid.uuid4().hex} di kantor.", "address": "Telemow",
                "reporter": {"phone": number}}
        stranger = f"100.{uuid.uuid4().int % 250 + 1}.{uuid.uuid4().int % 250 + 1}.7"
        answer = demo.call("POST", "intake", "/v1/complaints", body=body, headers={"X-Forwarded-For": stranger}, expect=(201, 403))
        assert answer.status_code == 201 or code_of(answer) == "blocked" and "Mengirim iklan" in answer.text
        return answer.status_code

    browser = open_browser(NARROW)
    log_in(browser, demo, "admin@ppu")
    browser.follow("a[href$='/blocklist']")
    browser.submit("/blocklist", subject="contact", value="bukan nomor", reason="Mengirim iklan berulang kali.")
    assert browser.find("[role=alert]")
    assert browser.form("/blocklist").find_element("name", "reason").get_attribute("value") == "Mengirim iklan berulang kali."
    browser.picture("blocklist-mistake")
    browser.submit("/blocklist", subject="contact", value=number, reason="Mengirim iklan berulang kali.")
    assert browser.find("[role=status]") and "Mengirim iklan berulang kali." in browser.text
    assert number not in browser.text, "a number is kept as a hash"
    browser.picture("blocklist")
    eventually(lambda: status() == 403, what="the sender is shut out")
    row = next(row for row in browser.find("ul.list > li") if row.find_elements("css selector", "form"))
    browser.press(row.find_element("css selector", "form button"))
    assert browser.find("[role=status]")
    eventually(lambda: status() == 201, what="taken again")
