"""What reporters do beside deciding: write to the officers, rate, and keep their code on paper."""

import html
import re

from client import code_of, eventually, key

LAMP = "Lampu di gang kami padam sejak tiga malam, anak-anak takut lewat."


def post(demo, receipt, verb, body, expect, **headers):
    return demo.call("POST", "intake", f"/v1/complaints/{receipt['tracking_code']}/{verb}", token=receipt["access_key"], body=body,
                     expect=expect, headers=headers)


def test_messages_reach_the_officers_once(demo):
    receipt = demo.submit(description=LAMP, area_code="64.09.01").json()
    token = demo.token("triage")
    row = eventually(lambda: demo.row(receipt, token, queue="agency"), what="the case is open")
    assert "reply" in demo.follow(receipt)["actions"]
    name = key()
    for _ in range(2):
        post(demo, receipt, "messages", {"body": "Tiangnya nomor 17, dekat musala."}, 201, **{"Idempotency-Key": name})
    listed = demo.call("GET", "intake", f"/v1/complaints/{receipt['tracking_code']}/messages", token=receipt["access_key"],
                       expect=200).json()["data"]
    assert [(message["from"], message["body"]) for message in listed] == [("reporter", "Tiangnya nomor 17, dekat musala.")]
    demo.settle()
    bodies = [entry["body"] for entry in demo.case(row["case_id"], token)["entries"]]
    assert bodies.count("Tiangnya nomor 17, dekat musala.") == 1
    wrong = demo.call("GET", "intake", f"/v1/complaints/{receipt['tracking_code']}/messages", token="A" * 43, expect=401)
    assert code_of(wrong) == "invalid_access_key"


def test_a_rating_comes_once_and_after_the_end(demo):
    receipt = demo.submit(description=LAMP, area_code="64.09.01").json()
    eventually(lambda: demo.row(receipt, demo.token("triage"), queue="agency"), what="the case is open")
    assert code_of(post(demo, receipt, "rating", {"rating": 4}, 409)) == "wrong_state"
    post(demo, receipt, "withdrawal", {"reason": "Sudah menyala."}, 202)
    eventually(lambda: "rate" in demo.follow(receipt)["actions"], what="it may be rated")
    demo.settle()
    post(demo, receipt, "rating", {"rating": 4, "comment": "Cepat."}, 202)
    assert code_of(post(demo, receipt, "rating", {"rating": 1}, 409)) == "wrong_state"
    post(demo, receipt, "rating", {"rating": 9}, 422)
    eventually(lambda: demo.sql(f"""select rating from casework."case" where tracking_code = '{receipt['tracking_code']}'""") == [["4"]])


def test_code_and_key_on_paper(demo):
    """The page without JavaScript: the receipt shows words and a QR code, and the words open the complaint."""
    url, session = demo.url("intake"), demo.session
    page = session.get(url + "/", timeout=30).text
    fields = dict(re.findall(r'name="(csrf_token|form_id)" value="([^"]*)"', page))
    receipt = session.post(url + "/", data={**fields, "description": LAMP, "address": "Gang kedua", "language": "id"}, timeout=30)
    assert receipt.status_code == 201, receipt.text[:500]
    text = html.unescape(receipt.text)
    assert "<svg" in text and "follow?code=PPU-" in text
    code = re.search(r"<dd>(PPU(?: [a-z]{4}){6})</dd>", text).group(1)
    words = re.search(r"<dd>((?:[a-z]{4} ){23}[a-z]{4})</dd>", text).group(1)
    door = session.get(url + "/follow", timeout=30).text
    token = re.search(r'name="csrf_token" value="([^"]*)"', door).group(1)
    opened = session.post(url + "/follow", data={"csrf_token": token, "code": code.lower(), "access_key": words.upper()}, timeout=30)
    assert opened.status_code == 200 and LAMP in html.unescape(opened.text)
    wrong = session.post(url + "/follow", data={"csrf_token": token, "code": code, "access_key": words[:-4] + "badu"}, timeout=30)
    assert wrong.status_code == 401
