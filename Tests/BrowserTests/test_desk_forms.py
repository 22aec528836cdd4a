"""What an officer at the desk does besides routing: ask the reporter, hold, archive, answer an objection. On a phone, also without JavaScript."""

from datetime import date, timedelta

import pytest

from client import eventually
from test_officer import log_in, open_case

NOBODYS = "Ada yang ingin saya laporkan di dekat rumah saya, mohon dibantu secepatnya."
OBJECTION = "Tiang ini milik PLN, bukan urusan dinas itu."
NARROW = (360, 740)


def unrouted(demo):
    """A complaint that waits for a person."""
    return demo.submit(description=NOBODYS, category="other.other", area_code="64.09.01").json()


def at_the_desk(demo, open_browser, javascript=True):
    receipt = unrouted(demo)
    browser = open_browser(NARROW, javascript)
    log_in(browser, demo, "triage@ppu")
    open_case(browser, demo, receipt, "triage")
    return receipt, browser


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_the_reporter_is_asked_for_everything_at_once(demo, open_browser, javascript):
    receipt, browser = at_the_desk(demo, open_browser, javascript)
    browser.submit("/ask-information", items="Di jalan apa?\n\nSejak kapan?\n" + "x" * 301)
    assert browser.find("[role=alert]")
    assert "Sejak kapan?" in browser.form("/ask-information").find_element("name", "items").get_attribute("value"), "what was typed stays"
    browser.picture("ask-information-mistake")
    browser.submit("/ask-information", items="Di jalan apa?\n\nSejak kapan?")
    assert browser.find("[role=status]") and "1. Di jalan apa?" in browser.text and "2. Sejak kapan?" in browser.text
    browser.picture("asked")
    assert eventually(lambda: (v := demo.follow(receipt))["status"] == "needs_information" and v)


def test_a_case_is_held_until_a_day_and_goes_on(demo, open_browser):
    receipt, browser = at_the_desk(demo, open_browser)
    form = browser.form("/hold")
    day = date.today() + timedelta(days=5)
    # A date field is typed as the browser's language has it; the value is the same everywhere.
    browser.fill("/hold", reason="Menunggu alat berat dari provinsi.")
    browser.driver.execute_script("arguments[0].value = arguments[1]", form.find_element("name", "until"), day.isoformat())
    browser.submit("/hold")
    assert browser.find("[role=status]") and "Menunggu alat berat dari provinsi." in browser.text
    browser.picture("held")
    eventually(lambda: demo.follow(receipt)["status"] == "on_hold")
    browser.submit("/resume", note="Alatnya sudah datang.")
    assert not browser.find("form[action$='/resume']")
    eventually(lambda: demo.follow(receipt)["status"] != "on_hold")


def test_archiving_takes_a_reason_of_the_list(demo, open_browser):
    receipt, browser = at_the_desk(demo, open_browser)
    codes = [option.get_attribute("value") for option in browser.form("/archive").find_elements("css selector", "option")]
    reasons = demo.call("GET", "routing", "/v1/archive-reasons", token=demo.token("triage"), expect=200).json()["data"]
    assert sorted(filter(None, codes)) == sorted(reason["code"] for reason in reasons)
    explained = next(reason["code"] for reason in reasons if reason["needs_note"])
    browser.submit("/archive", reason_code=explained, note="")
    assert browser.find("[role=alert]"), "this reason alone tells the reporter too little"
    browser.picture("archive-mistake")
    browser.submit("/archive", reason_code=explained, note="Laporan ini ternyata bukan pengaduan.")
    assert browser.find("[role=status]") and not browser.find("form[action$='/archive']")
    eventually(lambda: demo.follow(receipt)["status"] == "archived")


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_an_objection_is_answered_from_its_list(demo, open_browser, javascript):
    receipt = demo.submit(description="Lampu jalan di depan balai desa mati sejak dua minggu.", category="lighting.street", area_code="64.09.04").json()
    demo.offer_to(receipt, "PPU/DPUPR")
    eventually(lambda: "object" in demo.follow(receipt)["actions"], what="the reporter may object")
    demo.call("POST", "intake", f"/v1/complaints/{receipt['tracking_code']}/objection", token=receipt["access_key"], body={"reason": OBJECTION}, expect=202)
    browser = open_browser(NARROW, javascript)
    log_in(browser, demo, "triage@ppu")

    def listed():
        browser.open(demo.url("routing") + "/objections?limit=200")
        return [row for row in browser.find("ul.list > li") if receipt["tracking_code"] in row.text]

    row = eventually(listed, what="the objection in the list")[0]
    assert OBJECTION in row.text
    browser.picture("objections")
    case = row.find_element("css selector", "a").get_attribute("href").rsplit("/", 1)[1]
    form = f"/cases/{case}/objection"
    # Told as data: a form without its field would not be sent by a browser that checks.
    browser.submit(form, upheld="false", note="          ")
    assert browser.find("[role=alert]"), "blanks explain nothing to anybody"
    browser.submit(form, upheld="false", note="Tiang di desa itu dirawat DPUPR menurut perda.")
    assert browser.find("[role=status]") and not browser.find(f"form[action$='{form}']")
    assert not listed()
    steps = eventually(lambda: (s := {step["event"]: step["note"] for step in demo.follow(receipt)["steps"]}).get("objection_kept") and s)
    assert steps["objection_kept"] == "Tiang di desa itu dirawat DPUPR menurut perda."
