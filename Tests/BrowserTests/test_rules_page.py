"""An administrator's pages of rules: draft, edit, try on past reports, put in force, discard; and the figures of misroutes."""

import uuid

import pytest

from client import eventually
from test_officer import log_in

NARROW = (360, 740)


@pytest.fixture
def tag():
    """A word that no other test writes, so that a rule for it decides nothing else."""
    return "katauji" + uuid.uuid4().hex[:10]


def rules(demo):
    found, cursor = [], ""
    while True:
        page = demo.call("GET", "routing", "/v1/rules", token=demo.token("admin"), params={"limit": 200, **({"cursor": cursor} if cursor else {})}, expect=200).json()
        found += page["data"]
        if not page["meta"]["has_more"]:
            return [rule for rule in found if rule["state"] == "active"]
        cursor = page["meta"]["cursor"]


def draft(browser, demo, name):
    browser.open(demo.url("routing") + "/rules")
    browser.submit("/rules/drafts", name=name)
    assert f"{name}" in browser.text
    return browser.driver.current_url.rsplit("/", 1)[1]


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_a_rule_is_drafted_tried_and_put_in_force(demo, open_browser, tag, javascript):
    past = demo.submit(description=f"Ada {tag} di taman dekat rumah kami, mohon dibersihkan.", category="other.other", area_code="64.09.01").json()
    eventually(lambda: demo.row(past, demo.token("triage"), queue="triage"), what="it waits for a person")
    browser = open_browser(NARROW, javascript)
    log_in(browser, demo, "admin@ppu")
    browser.picture("workspace-admin")
    browser.follow("a[href$='/rules']")
    browser.picture("rules")
    identity = draft(browser, demo, f"Kirim {tag} ke DLH")
    add_rule(browser, name=f"Salah {tag}", lead="PPU/TIDAK-ADA", words=tag, priority="1", category="other.other")
    # The draft may hold what is wrong: it is shown, and cannot go in force.
    assert "PPU/TIDAK-ADA" in browser.text
    browser.submit("/activate", without_simulation="Uji coba menyusul besok pagi.")
    assert browser.find("[role=alert]")
    kept = browser.form("/activate").find_element("name", "without_simulation").get_attribute("value")
    assert kept == "Uji coba menyusul besok pagi.", "what was typed stays"
    browser.picture("rule-draft-broken")
    mine = next(item for item in browser.find("ol.list > li") if tag in item.text)
    mine.find_element("css selector", "summary").click()
    browser.press(mine.find_element("css selector", "form[action$='/remove'] button"))
    assert "PPU/TIDAK-ADA" not in browser.text
    add_rule(browser, name=f"Aturan {tag}", lead="PPU/DLH", words=tag, priority="1", category="other.other")
    assert f"“{tag}”" in browser.text
    browser.submit("/activate", without_simulation="")
    assert browser.find("[role=alert]"), "without a trial or a reason nothing goes in force"
    assert not any(rule["name"] == f"Aturan {tag}" for rule in rules(demo))
    browser.submit("/simulate")
    assert browser.find("#trial")
    assert past["tracking_code"] in browser.text, "the report of before would go to an office by itself"
    browser.picture("rule-trial")
    browser.submit("/activate", without_simulation="")
    assert browser.find("[role=status]") and not browser.find("form[action$='/activate']")
    assert any(rule["name"] == f"Aturan {tag}" and rule["lead"]["code"] == "PPU/DLH" for rule in rules(demo))
    now = demo.submit(description=f"Ada {tag} di taman dekat rumah kami, mohon segera dibersihkan.", category="other.other", area_code="64.09.01").json()
    demo.offer_to(now, "PPU/DLH")
    browser.open(f"{demo.url('routing')}/rules/drafts/{identity}")
    browser.picture("rule-active")


def add_rule(browser, **fields):
    """Fills the form for a new rule, which stands below those of the draft's own."""
    form = browser.find("form[action$='/rule']")[-1]
    for around in form.find_elements("xpath", "ancestor::details[not(@open)]"):
        around.find_element("tag name", "summary").click()
    for name, value in fields.items():
        element = form.find_element("name", name)
        if element.tag_name == "select":
            element.find_element("css selector", f"option[value='{value}']").click()
        else:
            element.clear()
            element.send_keys(value)
    browser.press(form.find_element("css selector", "button"))


def test_a_draft_is_discarded_and_readers_change_nothing(demo, open_browser, tag):
    admin = open_browser(NARROW)
    log_in(admin, demo, "admin@ppu")
    identity = draft(admin, demo, f"Rancangan {tag}")
    reader = open_browser((1280, 900), language="en")
    log_in(reader, demo, "supervisor@ppu")
    reader.open(f"{demo.url('routing')}/rules/drafts/{identity}?lang=en")
    assert reader.find("ol.list > li") and not reader.find("main form")
    reader.picture("rule-draft-english")
    admin.submit("/discard")
    assert admin.find("[role=status]") and f"Rancangan {tag}" not in admin.text


def test_the_figures_of_misroutes_name_what_was_undone(demo, open_browser):
    receipt = demo.submit(description="Lampu jalan di dekat jembatan lama padam sejak kemarin.", category="lighting.street", area_code="64.09.04").json()
    demo.decline(receipt, "PPU/DPUPR", "PLN", reason="Tiang lampu itu milik PLN, bukan kami.")
    browser = open_browser(NARROW, False)
    log_in(browser, demo, "head@ppu")

    def listed():
        browser.open(demo.url("routing") + "/misroutes?limit=200")
        return [row for row in browser.find("ul.list > li") if receipt["tracking_code"] in row.text]

    row = eventually(listed, what="the decision in the list")[0]
    assert "Tiang lampu itu milik PLN" in row.text
    assert len(browser.find("table")) >= 3
    browser.picture("misroutes")
