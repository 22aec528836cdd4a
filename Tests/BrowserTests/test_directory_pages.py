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
    number = "+62811" + str(uuid.uuid4().int)[:7]
    browser.submit("/directory/office", duty_phone="bukan nomor sama sekali", email="disdag@contoh.test")
    assert browser.find("[role=alert]")
    assert browser.form("/directory/office").find_element("name", "email").get_attribute("value") == "disdag@contoh.test", "what was typed stays"
    browser.picture("office-mistake")
    browser.submit("/directory/office", duty_phone=number)
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
    number = "+62812" + str(uuid.uuid4().int)[:8]
    complaint = {"description": "Sampah di depan rumah saya belum diangkut sejak seminggu.", "category": "waste.collection",
                 "area_code": "64.09.01", "reporter": {"phone": number}}
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
    refused = eventually(lambda: (answer := demo.call("POST", "intake", "/v1/complaints", body={"kind": "complaint", "anonymous": False,
                         "confidential": False, "language": "id", **complaint})).status_code == 403 and answer, what="the sender is shut out")
    assert "Mengirim iklan" in refused.text, code_of(refused)
    row = next(row for row in browser.find("ul.list > li") if row.find_elements("css selector", "form"))
    browser.press(row.find_element("css selector", "form button"))
    assert browser.find("[role=status]")
    eventually(lambda: demo.call("POST", "intake", "/v1/complaints", body={"kind": "complaint", "anonymous": False, "confidential": False,
               "language": "id", **complaint}).status_code == 201, what="taken again")
