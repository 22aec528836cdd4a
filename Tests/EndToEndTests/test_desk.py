"""The desk: a question to the reporter, waiting, archiving, a suggestion taken with one key; two officers at once."""

from concurrent.futures import ThreadPoolExecutor

from client import code_of, eventually, key


def at_the_desk(demo, text="Ada masalah di dekat rumah saya, mohon dibantu segera."):
    receipt = demo.submit(description=text, area_code="64.09.01").json()
    row = eventually(lambda: demo.row(receipt, demo.token("triage"), queue="triage"))
    return receipt, f"/v1/cases/{row['case_id']}"


def act(demo, path, body, expect=200, **more):
    return demo.call("POST", "routing", path, token=demo.token("triage"), body=body, expect=expect, **more)


def test_a_question_reaches_the_reporter_and_stops_the_clocks(demo):
    receipt, path = at_the_desk(demo)
    again = {"Idempotency-Key": key()}
    first = act(demo, f"{path}/ask-information", {"items": ["Kapan kejadiannya?", "Di RT berapa?"]}, headers=again).json()
    assert act(demo, f"{path}/ask-information", {"items": ["Kapan kejadiannya?", "Di RT berapa?"]}, headers=again).json() == first
    assert {c["state"] for c in first["clocks"] if c["step"] in ("verify", "resolve")} == {"paused"}
    view = eventually(lambda: (v := demo.follow(receipt))["status"] == "needs_information" and v)
    assert view["next_step"] == "reply" and view["expected_at"]
    assert "2. Di RT berapa?" in next(s["note"] for s in view["steps"] if s["event"] == "information_requested")


def test_waiting_and_archiving_need_a_reason_of_the_list(demo):
    receipt, path = at_the_desk(demo)
    act(demo, f"{path}/hold", {"reason": "Menunggu", "until": "2020-01-01"}, expect=422)
    reasons = demo.call("GET", "routing", "/v1/archive-reasons", token=demo.token("triage"), expect=200).json()["data"]
    assert {"test", "other"} <= {r["code"] for r in reasons}
    act(demo, f"{path}/archive", {"reason_code": "nonsense"}, expect=422)
    act(demo, f"{path}/archive", {"reason_code": "test"})
    view = eventually(lambda: (v := demo.follow(receipt))["status"] == "archived" and v)
    assert view["outcome"] == "archived" and "uji coba" in view["steps"][-1]["note"]


def test_of_two_officers_at_once_one_acts_and_the_other_is_told(demo):
    _, path = at_the_desk(demo)
    case = demo.call("GET", "routing", path, token=demo.token("triage"), expect=200)
    seen = {"If-Match": case.headers["ETag"]}
    bodies = [("ask-information", {"items": ["Kapan?"]}), ("archive", {"reason_code": "test"})]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda b: act(demo, f"{path}/{b[0]}", b[1], expect=(200, 409, 412), headers=seen), bodies))
    assert sorted(a.status_code for a in answers) in ([200, 409], [200, 412])
    assert code_of(next(a for a in answers if a.status_code != 200)) in ("changed_meanwhile", "wrong_state")
