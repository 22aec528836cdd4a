"""A headless Chromium with the few verbs that the tests need."""

import base64
import os
import re
from pathlib import Path

from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, WebDriverException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait


class Browser:
    def __init__(self, size, javascript, language):
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars",
                         f"--window-size={size[0]},{size[1]}", f"--lang={language}"):
            options.add_argument(argument)
        preferences = {"intl.accept_languages": language}
        if not javascript:
            preferences["profile.default_content_setting_values.javascript"] = 2
        options.add_experimental_option("prefs", preferences)
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        # A window is never narrower than 500 pixels; a phone's width needs the device's own metrics.
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                    {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size[0] < 500})
        self.size = size
        self.driver.set_page_load_timeout(30)

    def close(self):
        self.driver.quit()

    def open(self, url):
        self.driver.get(url)
        self.check()

    @property
    def text(self):
        return self.driver.find_element(By.TAG_NAME, "body").text

    @property
    def language(self):
        return self.driver.find_element(By.TAG_NAME, "html").get_attribute("lang")

    def check(self):
        """What every page must be: no sideways scrolling, one heading, labels, and nothing refused by its content policy."""
        body = self.driver.find_element(By.TAG_NAME, "body")
        root = self.driver.find_element(By.TAG_NAME, "html")
        width = max(int(body.get_property("scrollWidth")), int(root.get_property("scrollWidth")))
        assert width <= self.size[0] + 1, f"{self.driver.current_url} is {width} wide on a screen of {self.size[0]}"
        assert len(self.driver.find_elements(By.TAG_NAME, "h1")) == 1, f"{self.driver.current_url}: one h1"
        for field in self.driver.find_elements(By.CSS_SELECTOR, "input:not([type=hidden]):not([type=submit]), select, textarea"):
            name = field.get_attribute("id")
            labelled = field.get_attribute("aria-label") or self.driver.find_elements(By.CSS_SELECTOR, f'label[for="{name}"]') \
                or field.find_elements(By.XPATH, "ancestor::label")
            assert labelled, f"{self.driver.current_url}: {field.get_attribute('name')} has no label"
        refused = [entry["message"] for entry in self.driver.get_log("browser") if "Content Security Policy" in entry["message"]]
        assert not refused, refused

    def form(self, action):
        """The form whose address ends so. A closed `details` around it is opened, as a person does before typing."""
        forms = self.find("form")
        found = [form for form in forms if re.search(action + "$", form.get_attribute("action") or "")]
        assert found, f"{self.driver.current_url} has no form {action}: {[form.get_attribute('action') for form in forms]}"
        for around in found[0].find_elements(By.XPATH, "ancestor::details[not(@open)]"):
            around.find_element(By.TAG_NAME, "summary").click()
        return found[0]

    def fill(self, action, **fields):
        """Sets fields of that form by name. A list that has no such value takes the option that contains the text."""
        form = self.form(action)
        for name, value in fields.items():
            elements = form.find_elements(By.NAME, name)
            assert elements, f"{self.driver.current_url}: the form {action} has no field {name}"
            element = elements[0]
            for around in element.find_elements(By.XPATH, "ancestor::details[not(@open)]"):
                around.find_element(By.TAG_NAME, "summary").click()
            if element.tag_name == "select":
                self.choose(Select(element), str(value))
            elif element.get_attribute("type") == "radio":
                next(radio for radio in elements if radio.get_attribute("value") == value).click()
            elif element.get_attribute("type") == "checkbox":
                if element.is_selected() != bool(value):
                    element.click()
            else:
                element.clear()
                element.send_keys(str(value))

    def choose(self, select, value):
        try:
            select.select_by_value(value)
        except NoSuchElementException:
            option = next(option for option in select.options if value.lower() in option.text.lower())
            select.select_by_visible_text(option.text)

    def submit(self, action, **fields):
        """Fills that form, sends it by its button, and waits for the page after it."""
        self.fill(action, **fields)
        self.press(self.form(action).find_element(By.CSS_SELECTOR, "button[type=submit], button:not([type])"))

    def press(self, element):
        old = self.driver.find_element(By.TAG_NAME, "html")
        element.click()
        WebDriverWait(self.driver, 30).until(lambda _: stale(old))
        self.check()

    def follow(self, selector):
        self.press(self.driver.find_element(By.CSS_SELECTOR, selector))

    def find(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def picture(self, name):
        folder = os.environ.get("SINERGI_SCREENSHOTS")
        if not folder:
            return
        Path(folder).mkdir(parents=True, exist_ok=True)
        metrics = self.driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
        picture = self.driver.execute_cdp_cmd("Page.captureScreenshot", {
            "captureBeyondViewport": True, "clip": {"x": 0, "y": 0, "width": self.size[0], "height": min(metrics["height"], 4000), "scale": 1}})
        Path(folder, re.sub(r"[^A-Za-z0-9_.-]+", "-", name) + ".png").write_bytes(base64.b64decode(picture["data"]))


def stale(element):
    """True once the page of this element is gone. Chromium has more than one way to say so."""
    try:
        element.is_enabled()
        return False
    except WebDriverException:
        return True
