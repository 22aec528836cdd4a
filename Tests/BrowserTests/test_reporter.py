"""A citizen's pages: report, write down code and key, follow, confirm. On a phone, without JavaScript, in two languages."""

import re
import uuid

import pytest

from client import eventually

WASTE = "Sampah di samping Pasar Petung dua minggu tidak diangkut, baunya masuk rumah."


def report(browser, demo, **fields):
    """Sends the report form and reads code and key off the receipt."""
    browser.open(demo.url("intake") + "/")
    browser.submit("/", **{"description": WASTE, "area_code": "64.09.01", "category": "waste.collection", **fields})
    # Others may have published the like by now: this is another matter.
    if send := browser.find("button[name=step][value=send]"):
        browser.press(send[0])
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
    words = "Papan dermaga kayu lapuk dan berlubang, perahu susah merapat."
    browser.submit("/", description=words, lat="116.690", long="-1.071", **{"reporter.name": "Sari"})
    assert browser.find("[role=alert]") and "Sari" == browser.find("[name='reporter.name']")[0].get_attribute("value")
    assert words in browser.find("[name=description]")[0].get_attribute("value")
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


def test_a_draft_is_kept_only_where_it_was_chosen_and_goes_with_one_tap(demo, open_browser):
    browser = open_browser()
    home = demo.url("intake") + "/"

    def text():
        return browser.find("[name=description]")[0].get_attribute("value")

    browser.open(home)
    browser.find("[name=description]")[0].send_keys("Tulisan tanpa izin simpan")
    browser.open(home)
    assert text() == "", "nothing is kept by itself"
    browser.find("#draft-keep")[0].click()
    browser.find("[name=description]")[0].send_keys(WASTE)
    browser.find("[name='reporter.name']")[0].send_keys("Sari")
    browser.open(home)
    assert text() == WASTE and browser.find("[name='reporter.name']")[0].get_attribute("value") == "Sari"
    browser.open(demo.url("intake") + "/erase")
    browser.picture("erase")
    browser.submit("/erase")
    assert "dihapus" in browser.text
    assert browser.driver.execute_script("return window.localStorage.length") == 0 and browser.driver.get_cookies() == []
    browser.open(home)
    assert text() == "" and not browser.find("#draft-keep")[0].is_selected()


def test_traces_of_a_followed_report_are_erased_without_a_script(demo, open_browser):
    browser = open_browser(javascript=False)
    receipt = report(browser, demo)
    browser.submit("/follow")
    address = browser.driver.current_url
    browser.open(demo.url("intake") + "/erase?code=" + receipt["tracking_code"])
    browser.submit("/erase")
    browser.open(address)
    assert receipt["tracking_code"] not in browser.driver.current_url.partition("?")[0]


@pytest.mark.parametrize("language", ["id", "en"])
def test_search_similar_and_follow_on_a_phone(demo, open_browser, size, language):
    word = "kata" + "".join(chr(97 + int(digit, 16)) for digit in uuid.uuid4().hex[:10])
    receipt = demo.submit(description=f"Saluran {word} tersumbat sampah di depan pasar.", category="other.other", lat=-1.29, long=116.51).json()
    case_id = eventually(lambda: demo.row(receipt, demo.token("supervisor")))["case_id"]
    eventually(lambda: demo.call("POST", "routing", f"/v1/cases/{case_id}/publication", token=demo.token("triage"),
                                 body={"action": "publish"}, expect=(200, 404)).status_code == 200)
    browser = open_browser(size, javascript=False, language=language)
    home = demo.url("intake")
    eventually(lambda: browser.open(f"{home}/search?q={word}&lang={language}") or word in browser.text)
    assert browser.find("figure.map svg")
    browser.picture(f"search-{language}-{size[0]}")
    browser.open(f"{home}/status/{receipt['tracking_code']}")
    browser.picture(f"status-{language}-{size[0]}")
    browser.submit("/follow", email=f"ikut-{word}@contoh.id")
    browser.picture(f"follower-{language}-{size[0]}")
    mail = eventually(lambda: demo.mails(to=f"ikut-{word}@contoh.id"))[0]
    browser.open(re.search(r"https?://\S+/f/\S+", mail.get_content()).group(0))
    browser.submit("/f/[^/]+")
    browser.picture(f"follows-{language}-{size[0]}")
    browser.open(home + "/")
    browser.submit("/", description=f"Saluran {word} tersumbat sampah di depan pasar.", lat="-1.2901", long="116.5101")
    assert browser.find("article.card") and word in browser.text
    browser.picture(f"similar-{language}-{size[0]}")
