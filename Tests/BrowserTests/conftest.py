"""Debian's Chromium against a demo of its own. SINERGI_RUN_ENV=FILE takes one that runs; SINERGI_SCREENSHOTS=DIR keeps pictures."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "EndToEndTests"))

from browser import Browser  # noqa: E402
from client import Demo  # noqa: E402
from instance_under_test import Instance, read_environment  # noqa: E402

PHONE, DESKTOP = (390, 844), (1280, 900)


@pytest.fixture(scope="session")
def demo():
    if os.environ.get("SINERGI_RUN_ENV"):
        yield Demo(read_environment(os.environ["SINERGI_RUN_ENV"]))
        return
    instance = Instance()
    try:
        instance.run("--detach")
        yield Demo(read_environment(instance.run_env))
    finally:
        instance.end()


@pytest.fixture
def open_browser(request):
    """Opens browsers, each with cookies of its own, and closes them. A failing test leaves a picture of the last page."""
    opened = []

    def open_one(size=PHONE, javascript=True, language="id"):
        opened.append(Browser(size, javascript, language))
        return opened[-1]

    yield open_one
    for number, browser in enumerate(opened):
        browser.picture(f"{request.node.name}-end-{number}")
        browser.close()


@pytest.fixture(params=[PHONE, DESKTOP], ids=["phone", "desktop"])
def size(request):
    return request.param
