"""Who may open which page of the workspace, and what its forms refuse: roles, other sites, and whoever a secret case accuses."""

import re

import pytest
import requests

from client import eventually

# Page → roles that may open it; everybody else is told so.
PAGES = {
    "/objections": {"triage", "liaison", "supervisor"},
    "/misroutes": {"supervisor", "head", "auditor", "admin"},
    "/rules": {"triage", "handler", "liaison", "supervisor", "head", "auditor", "admin"},
    "/blocklist": {"supervisor", "auditor", "admin"},
    "/directory": {"triage", "handler", "liaison", "supervisor", "head", "auditor", "admin", "developer"},
}
ROLES = ["triage", "handler", "liaison", "supervisor", "head", "auditor", "admin", "developer"]


class Visitor:
    """A browser without a screen: cookies, forms, and the token that they carry."""

    def __init__(self, demo, user, agency="PPU"):
        self.base = demo.url("routing", agency)
        self.session = requests.Session()
        self.get("/login")
        answer = self.post("/login", username=user, password=demo.environment["SINERGI_DEMO_PASSWORD"])
        assert answer.status_code == 200 and "/login" not in answer.url, answer.text[:500]

    def get(self, path):
        answer = self.session.get(self.base + path, timeout=30, headers={"Accept": "text/html"})
        found = re.search(r'name="csrf_token" value="([^"]+)"', answer.text)
        self.token = found.group(1) if found else None
        return answer

    def post(self, path, **fields):
        return self.session.post(self.base + path, data={"csrf_token": self.token, **fields}, timeout=30, headers={"Accept": "text/html"})


@pytest.fixture(scope="module")
def visitors(demo):
    return {role: Visitor(demo, f"{role}@ppu") for role in ROLES}


@pytest.mark.parametrize("page", PAGES)
def test_pages_are_open_to_whom_they_are_for(visitors, page):
    for role, visitor in visitors.items():
        answer = visitor.get(page)
        assert answer.status_code == (200 if role in PAGES[page] else 403), (role, page, answer.status_code)
        assert "<h1>" in answer.text


def test_the_front_page_offers_what_is_open_and_nothing_else(visitors):
    for role, visitor in visitors.items():
        front = visitor.get("/")
        assert front.status_code == 200, (role, front.status_code)
        for page, roles in PAGES.items():
            assert (f'{page}"' in front.text) == (role in roles), (role, page)


def test_without_a_session_every_page_leads_to_the_login(demo):
    for page in PAGES:
        answer = requests.get(demo.url("routing") + page, timeout=30, headers={"Accept": "text/html"}, allow_redirects=False)
        assert answer.status_code == 303 and answer.headers["Location"].endswith("/login"), page


def test_another_site_cannot_send_a_form(demo, visitors):
    receipt = demo.submit(description="Ada yang ingin saya laporkan di dekat rumah, mohon dibantu.", category="other.other", area_code="64.09.01").json()
    row = eventually(lambda: demo.row(receipt, demo.token("triage"), queue="triage"))
    desk = visitors["triage"]
    desk.get("/")
    for form, fields in (("hold", {"reason": "Menunggu dulu.", "until": "2099-01-01"}), ("archive", {"reason_code": "other", "note": "Sudah ada."}),
                         ("ask-information", {"items": "Di mana?"}), ("objection", {"upheld": "true", "note": "Pelapor benar."})):
        answer = desk.post(f"/cases/{row['case_id']}/{form}", **{**fields, "csrf_token": "palsu"})
        assert answer.status_code == 403, form
    assert demo.row(receipt, demo.token("triage"), queue="triage")["status"] == "submitted"


def test_who_may_look_but_not_change_is_refused(demo, visitors):
    draft = demo.call("POST", "routing", "/v1/rules/drafts", token=demo.token("admin"), body={"name": "Rancangan untuk dilihat"}, expect=201).json()["draft_id"]
    forms = {
        "/rules/drafts": {"name": "Rancangan lain"}, "/rules/versions/1/restore": {}, f"/rules/drafts/{draft}/simulate": {},
        f"/rules/drafts/{draft}/activate": {"without_simulation": "Tanpa coba."}, f"/rules/drafts/{draft}/discard": {},
        f"/rules/drafts/{draft}/rule": {"name": "Satu aturan", "lead": "PPU/DLH"},
        "/blocklist": {"subject": "address", "value": "192.0.2.77", "reason": "Banjir laporan.", "effect": "block"},
        f"/blocklist/{draft}/end": {}, "/directory/office": {"code": "PPU/DLH", "name": "Dinas Lain"},
    }
    for role in ("triage", "supervisor", "head", "auditor", "developer"):
        visitor = visitors[role]
        visitor.get("/directory")
        for path, fields in forms.items():
            assert visitor.post(path, **fields).status_code == 403, (role, path)
    admin = visitors["admin"]
    admin.get("/rules")
    for path, fields in forms.items():
        assert admin.post(path, **{**fields, "csrf_token": "palsu"}).status_code == 403, path
    kept = demo.call("GET", "routing", f"/v1/rules/drafts/{draft}", token=demo.token("admin"), expect=200).json()
    assert kept["state"] == "draft" and kept["revision"] == 1
    demo.call("DELETE", "routing", f"/v1/rules/drafts/{draft}", token=demo.token("admin"), expect=204)


def test_no_administrator_edits_another_agencys_office(demo, visitors):
    admin = visitors["admin"]
    page = admin.get("/directory/office?code=KUKAR/DPU")
    assert page.status_code == 200 and 'name="duty_phone"' not in page.text
    assert admin.get("/directory/office?code=PPU/DLH").status_code == 200
    assert admin.post("/directory/office", code="KUKAR/DPU", version="1", name="Dinas Kita", valid_from="2020-01-01").status_code == 404
    assert admin.post("/directory/office", code="PPU", version="1", name="Bukan unit", valid_from="2020-01-01").status_code == 404


@pytest.fixture(scope="module")
def secret(demo):
    """A secret case against the agency's own front desk, with an offer and a task of its own."""
    receipt = demo.submit(description="Kepala bagian meminta uang kepada kami setiap kali mengurus izin.", kind="whistleblowing", confidential=True,
                          area_code="64.09.01", accused={"office": "PPU"}).json()
    row = demo.offer_to(receipt, "PPU/INSPEKTORAT")
    return receipt, row


def test_whoever_is_accused_finds_no_page_of_the_case(demo, visitors, secret):
    receipt, row = secret
    for role in ("liaison", "supervisor", "head", "auditor"):
        visitor = visitors[role]
        for page in ("/", "/?queue=triage", f"/?q={receipt['tracking_code']}", *PAGES):
            # The search field repeats what was looked for.
            text = re.sub(r"<input[^>]*>|<a [^>]*hreflang[^>]*>", "", visitor.get(page).text)
            assert row["case_id"] not in text and receipt["tracking_code"] not in text, (role, page)
        assert visitor.get(f"/cases/{row['case_id']}").status_code == 404


def test_a_form_opens_no_secret_case_by_the_id_of_something_in_it(demo, visitors, secret):
    """The address names a case that the officer works on, a field a handoff of the secret one."""
    receipt, row = secret
    own = demo.submit(description="Sampah di samping pasar dua minggu tidak diangkut.", category="waste.collection", area_code="64.09.01").json()
    mine = demo.offer_to(own, "PPU/DLH")
    before = demo.sql(f"select version, history_count from casework.\"case\" where id = '{row['case_id']}'")
    visitor = visitors["supervisor"]
    visitor.get(f"/cases/{mine['case_id']}")
    for form, fields in (("accept", {}), ("recall", {"reason": "Ditarik saja."}),
                         ("decline", {"reason_code": "other", "reason": "Bukan kami.", "suggested_office": "unknown"}),
                         ("task-change", {"state": "done"})):
        answer = visitor.post(f"/cases/{mine['case_id']}/{form}", id=row["handoff_id"], **fields)
        assert answer.status_code == 404, (form, answer.status_code)
    assert demo.sql(f"select version, history_count from casework.\"case\" where id = '{row['case_id']}'") == before
