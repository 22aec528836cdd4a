"""An officer's pages: log in, queue, case, accept, hand off, answer, approve, publish. On a phone, without JavaScript, in two languages."""

import pytest

from client import eventually

WASTE = "Sampah di samping Pasar Petung dua minggu tidak diangkut, baunya masuk rumah."


def log_in(browser, demo, user, agency="PPU"):
    browser.open(demo.url("routing", agency) + "/")
    assert browser.driver.current_url.endswith("/login"), "without a session every page leads to the login"
    browser.submit("/login", username=user, password=demo.environment["SINERGI_DEMO_PASSWORD"])
    assert not browser.find("[role=alert]"), browser.text


def open_case(browser, demo, receipt, queue, agency="PPU"):
    """Opens a complaint's case from the queue, as an officer does."""
    address = f"{demo.url('routing', agency)}/?queue={queue}&limit=200"

    def listed():
        # Other tests leave rows of their own: page by page.
        browser.open(address)
        while True:
            rows = [row for row in browser.find("ul.list li") if receipt["tracking_code"] in row.text]
            following = browser.find("a[rel=next]")
            if rows or not following:
                return rows and rows[0]
            browser.press(following[0])

    row = eventually(listed, what=f"{receipt['tracking_code']} in the queue {queue}")
    browser.press(row.find_element("css selector", "a"))
    assert receipt["tracking_code"] in browser.text


def complaint(demo, category="waste.collection", **fields):
    return demo.submit(description=WASTE, category=category, area_code="64.09.01", **fields).json()


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_from_the_queue_to_the_published_answer(demo, open_browser, size, javascript):
    receipt = complaint(demo)
    demo.offer_to(receipt, "PPU/DLH")
    browser = open_browser(size, javascript)
    log_in(browser, demo, "liaison@ppu.dlh")
    browser.picture(f"queue-{size[0]}")
    open_case(browser, demo, receipt, "offered")
    browser.picture(f"case-offered-{size[0]}")
    browser.submit("/accept", external_reference="DLH-7", note="")
    assert "DLH-7" in browser.text and not browser.find("form[action$='/accept']")
    browser.submit("/draft", body="Sampah di samping pasar sudah diangkut pagi ini.")
    browser.picture(f"case-draft-{size[0]}")
    browser.submit("/approve")
    browser.submit("/publish")
    browser.picture(f"case-published-{size[0]}")
    view = eventually(lambda: (v := demo.follow(receipt))["status"] == "answered" and v)
    assert view["answers"][0]["body"] == "Sampah di samping pasar sudah diangkut pagi ini."


def test_not_ours_needs_a_destination(demo, open_browser):
    receipt = complaint(demo)
    demo.offer_to(receipt, "PPU/DLH")
    browser = open_browser()
    log_in(browser, demo, "liaison@ppu.dlh")
    open_case(browser, demo, receipt, "offered")
    browser.submit("/decline", reason_code="not_our_duty", reason="Pasar dikelola dinas perdagangan.", suggested_office="PPU/NOWHERE")
    assert browser.find("[role=alert]"), "an office that does not exist is told so"
    assert "Pasar dikelola dinas perdagangan." in browser.form("/decline").find_element("name", "reason").get_attribute("value")
    browser.picture("decline-mistake")
    browser.submit("/decline", reason_code="not_our_duty", reason="Pasar dikelola dinas perdagangan.", suggested_office="PPU/DISDAG")
    assert browser.find("[role=status]")
    demo.offer_to(receipt, "PPU/DISDAG")


def test_triage_checks_and_routes_across_the_border(demo, open_browser):
    receipt = complaint(demo, category=None)
    browser = open_browser((1280, 900))
    log_in(browser, demo, "triage@ppu")
    open_case(browser, demo, receipt, "triage")
    browser.submit("/verify", title="Sampah pasar", description_published="Sampah di samping pasar tidak diangkut.")
    assert "Sampah pasar" in browser.text
    browser.submit("/route", to="KUKAR", reason="Letaknya di Samboja.")
    demo.offer_to(receipt, "KUKAR")
    browser.picture("case-routed")


def test_the_arbiter_decides_in_the_browser(demo, open_browser):
    receipt = complaint(demo)
    for office, other in (("PPU/DLH", "PPU/DISDAG"), ("PPU/DISDAG", "PPU/KEL-PETUNG"), ("PPU/KEL-PETUNG", "PPU/DLH")):
        demo.decline(receipt, office, other)
    eventually(lambda: demo.follow(receipt)["status"] == "in_arbitration")
    browser = open_browser()
    log_in(browser, demo, "arbiter@ppu")
    browser.open(demo.url("routing") + "/?queue=arbitrations")
    browser.picture("arbitrations")
    open_case(browser, demo, receipt, "arbitrations")
    browser.submit("/decide", lead="PPU/DLH", contributor_1="PPU/DISDAG", request_1="Sediakan bak sampah.", monitor="PPU/KEL-PETUNG",
                   reason="Pengangkutan sampah adalah tugas DLH.")
    eventually(lambda: demo.follow(receipt)["status"] == "in_progress")
    browser.picture("decided")


def test_a_hosted_agencys_officer_works_under_its_base(demo, open_browser):
    receipt = complaint(demo, category="roads.provincial")
    demo.offer_to(receipt, "KALTIM/DPUPR")
    browser = open_browser()
    log_in(browser, demo, "liaison@kaltim.dpupr", "KALTIM")
    assert "/KALTIM/" in browser.driver.current_url
    open_case(browser, demo, receipt, "offered", "KALTIM")
    browser.submit("/accept", external_reference="", note="")
    view = eventually(lambda: (v := demo.follow(receipt))["holder"]["code"] == "KALTIM/DPUPR" and v)
    assert view["status"] == "in_progress"


def test_wrong_passwords_and_logging_out(demo, open_browser):
    browser = open_browser()
    browser.open(demo.url("routing") + "/login")
    browser.picture("login")
    browser.submit("/login", username="liaison@ppu.dlh", password="salah sekali")
    assert browser.find("[role=alert]")
    browser.submit("/login", username="liaison@kukar", password=demo.environment["SINERGI_DEMO_PASSWORD"])
    assert browser.find("[role=alert]"), "another agency's officer has no login here"
    log_in(browser, demo, "liaison@ppu.dlh")
    browser.submit("/logout")
    browser.open(demo.url("routing") + "/")
    assert browser.driver.current_url.endswith("/login")


def test_english_by_a_switch(demo, open_browser):
    browser = open_browser()
    log_in(browser, demo, "liaison@ppu.dlh")
    assert browser.language == "id"
    browser.follow("a.lang")
    assert browser.language == "en"
    browser.picture("queue-english")
    assert "Masuk" not in browser.text
