"""A challenge in a real browser: the work is done by the page's own script, or a sum is answered where scripts are off."""

import re
import time
import uuid

import pytest

from client import eventually
from test_abuse import NUMBERS, file, sentence, stranger, until_challenged
from test_reporter import WASTE


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_a_challenged_report_goes_through_and_nothing_typed_is_lost(demo, open_browser, javascript):
    address, name = stranger(), "Sari " + uuid.uuid4().hex[:8]
    until_challenged(lambda: file(demo, address))
    browser = open_browser(javascript=javascript)
    browser.driver.execute_cdp_cmd("Network.enable", {})
    browser.driver.execute_cdp_cmd("Network.setExtraHTTPHeaders", {"headers": {"X-Forwarded-For": address}})
    browser.open(demo.url("intake") + "/")
    browser.submit("/", description=f"{WASTE} {sentence()}", area_code="64.09.01", **{"reporter.name": name})
    if not javascript:
        assert browser.find("#challenge-form"), browser.text
        browser.picture("challenge")
        assert name not in browser.text and WASTE in browser.text
        left, right = re.search(r"Berapa (\w+) ditambah (\w+)\?", browser.text).groups()
        time.sleep(int(re.search(r"setelah (\d+) detik", browser.text).group(1)) + 1)
        browser.submit("/", challenge_answer=str(NUMBERS[left] + NUMBERS[right]))
    eventually(lambda: browser.find("dl.codes"), what="the receipt")
    browser.check()
