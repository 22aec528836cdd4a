"""A citizen's pages: report, write down code and key, follow, confirm. On a phone, without JavaScript, in two languages."""

import re

import pytest

from client import eventually

WASTE = "Sampah di samping Pasar Petung dua minggu tidak diangkut, baunya masuk rumah."


def report(browser, demo, **fields):
    """Sends the report form and reads code and key off the receipt."""
    browser.open(demo.url("intake") + "/")
    browser.submit("/", **{"description": WASTE, "area_code": "64.09.01", "category": "waste.collection", **fields})
    code, access_key = (element.get_attribute("value") for element in browser.find("dl.codes input, dl.codes textarea"))
    assert re.match(r"^PPU-[0-9A-Z-]+$", code) and len(access_key) >= 32
    return {"tracking_code": code, "access_key": access_key}


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_report_and_follow(demo, open_browser, size, javascript):
    browser = open_browser(size, javascript)
    browser.open(demo.url("intake") + "/")
    assert browser.language == "id"
    browser.picture(f"report-{size[0]}")
    receipt = report(browser, demo)
    browser.picture(f"receipt-{size[0]}")
    assert "simpan" in browser.text.lower() or "catat" in browser.text.lower()
    browser.submit("/follow")
    assert receipt["tracking_code"] in browser.text
    assert receipt["access_key"] not in browser.driver.current_url and receipt["access_key"] not in browser.driver.page_source
    demo.offer_to(receipt, "PPU/DLH")
    eventually(lambda: browser.open(browser.driver.current_url) or len(browser.find("ol.timeline li")) >= 2)
    browser.picture(f"follow-{size[0]}")


def test_code_and_key_from_another_phone(demo, open_browser):
    receipt = report(open_browser(), demo)
    other = open_browser()
    other.open(demo.url("intake") + "/follow")
    other.submit("/follow", code=receipt["tracking_code"].lower().replace("-", ""), access_key="A" * 43)
    assert other.find("[role=alert]"), "a wrong key is told so"
    other.picture("wrong-key")
    other.submit("/follow", code=receipt["tracking_code"].lower(), access_key=receipt["access_key"])
    assert other.driver.current_url.endswith("/follow/" + receipt["tracking_code"])
    # Phones are shared: leaving forgets the complaint here, and its address alone opens nothing.
    address = other.driver.current_url
    other.submit("/leave")
    other.open(address)
    assert receipt["tracking_code"] not in other.driver.current_url.partition("?")[0]


def test_mistakes_are_shown_and_nothing_typed_is_lost(demo, open_browser):
    browser = open_browser()
    browser.open(demo.url("intake") + "/")
    browser.submit("/", description=WASTE, lat="116.690", long="-1.071", **{"reporter.name": "Sari"})
    assert browser.find("[role=alert]") and "Sari" == browser.find("[name='reporter.name']")[0].get_attribute("value")
    assert WASTE in browser.find("[name=description]")[0].get_attribute("value")
    browser.picture("mistake")


def test_english_by_a_switch(demo, open_browser):
    browser = open_browser()
    browser.open(demo.url("intake") + "/")
    before = browser.text
    browser.follow("a.lang")
    assert browser.language == "en" and browser.text != before
    assert "report" in browser.text.lower() and "Kirim" not in browser.text
    browser.picture("report-english")
    browser.follow("nav a[href$='/follow']")
    assert browser.language == "en", "the choice stays"
    browser.follow("a.lang")
    assert browser.language == "id"


def test_the_answer_is_read_and_confirmed(demo, open_browser):
    browser = open_browser()
    receipt = report(browser, demo)
    browser.submit("/follow")
    address = browser.driver.current_url
    handoff = demo.accept(receipt, "PPU/DLH")
    token = demo.office_token("PPU/DLH")
    draft = demo.call("POST", "routing", f"/v1/cases/{handoff['case_id']}/answers", token=token, expect=201,
                      body={"body": "Sampah di samping pasar sudah diangkut pagi ini.", "interim": False}).json()
    for verb in ("approve", "publish"):
        demo.call("POST", "routing", f"/v1/cases/{handoff['case_id']}/answers/{draft['answer_id']}/{verb}", token=token,
                  body={"note": None}, expect=200)
    eventually(lambda: browser.open(address) or browser.find("form[action$='/confirm']"), what="the answer can be confirmed")
    assert "sudah diangkut pagi ini" in browser.text
    browser.picture("answered")
    browser.submit("/confirm", rating="5")
    eventually(lambda: browser.open(address) or not browser.find("form[action$='/confirm']"), what="closed")
    assert demo.follow(receipt)["outcome"] == "confirmed_solved"
    browser.picture("closed")
