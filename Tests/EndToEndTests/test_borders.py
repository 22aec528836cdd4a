"""The border between agencies, from outside: tokens at the services, and psql with an agency's own login."""

import pytest

from client import AGENCIES, code_of, eventually

ROAD = "Jalan provinsi di depan kantor kelurahan amblas setengah badan jalan."
# What a case consists of. participation, handoff and entry keep an agency's own rows after its part has ended.
OF_A_CASE = {"\"case\"": "id", "clock": "case_id", "arbitration": "case_id", "decision": "case_id", "history": "case_id"}


def sees(demo, agency, case_id):
    """Rows of a case that an agency's routing login can read, by table."""
    url = demo.environment[f"SINERGI_{agency}_DATABASE_URL"]
    return {
        table: int(demo.sql(f"select count(*) from casework.{table} where {column} = '{case_id}'", url)[0][0])
        for table, column in OF_A_CASE.items()
    }


@pytest.fixture(scope="module")
def declined(demo):
    """A case offered to KALTIM/DPUPR, which declined: back at PPU's own road office. Its receipt and id."""
    receipt = demo.submit(description=ROAD, category="roads.provincial", area_code="64.09.01", confidential=False).json()
    row = demo.offer_to(receipt, "KALTIM/DPUPR")
    url = demo.environment["SINERGI_KALTIM_DATABASE_URL"]
    assert sees(demo, "KALTIM", row["case_id"])["\"case\""] == 1, "an offered case is seen"
    assert demo.sql(f"select count(*) from casework.entry where case_id = '{row['case_id']}'", url) != [["0"]]
    demo.decline(receipt, "KALTIM/DPUPR", "PPU/DPUPR", code="not_our_area", reason="Ruas ini jalan kabupaten.")
    demo.offer_to(receipt, "PPU/DPUPR")
    return receipt, row["case_id"]


def test_declining_ends_the_view(demo, declined):
    receipt, case_id = declined
    token = demo.token("liaison", "KALTIM")
    eventually(lambda: demo.call("GET", "routing", f"/v1/cases/{case_id}", "KALTIM", token=token).status_code == 404)
    assert code_of(demo.call("GET", "routing", f"/v1/cases/{case_id}", "KALTIM", token=token, expect=404)) == "not_found"
    assert demo.row(receipt, token, "KALTIM") is None
    for verb, body in (("verify", {}), ("assign", {"officer": demo.subject(token), "note": None}),
                       ("answers", {"body": "Jawaban yang tidak boleh ada di sini.", "interim": False})):
        demo.call("POST", "routing", f"/v1/cases/{case_id}/{verb}", "KALTIM", token=token, body=body, expect=404)


def test_in_psql_a_declined_case_is_gone(demo, declined):
    _, case_id = declined
    assert sees(demo, "KALTIM", case_id) == {table: 0 for table in OF_A_CASE}
    others = demo.sql(f"select count(*) from casework.entry where case_id = '{case_id}' and agency <> directory.me()",
                      demo.environment["SINERGI_KALTIM_DATABASE_URL"])
    assert others == [["0"]], "what others wrote is gone"


@pytest.mark.parametrize("agency", ["KUKAR", "PANRB", "PLN"])
def test_who_never_had_a_part_sees_nothing(demo, declined, agency):
    receipt, case_id = declined
    assert sees(demo, agency, case_id) == {table: 0 for table in OF_A_CASE}
    url = demo.environment[f"SINERGI_{agency}_DATABASE_URL"]
    for table in ("participation", "handoff", "entry", "answer"):
        assert demo.sql(f"select count(*) from casework.{table} where case_id = '{case_id}'", url) == [["0"]], table
    token = demo.token("supervisor", agency)
    demo.call("GET", "routing", f"/v1/cases/{case_id}", agency, token=token, expect=404)
    assert demo.row(receipt, token, agency) is None


@pytest.mark.parametrize("agency", AGENCIES)
def test_an_agencys_login_reads_its_own_rows_only(demo, declined, agency):
    url = demo.environment[f"SINERGI_{agency}_DATABASE_URL"]
    number = demo.sql("select directory.me()", url)[0][0]
    assert [[number]] == demo.sql(f"select number from directory.agency where code = '{agency}'")
    assert demo.sql("select count(*) from casework.participation where agency <> directory.me()", url) == [["0"]]
    assert demo.sql("select count(*) from casework.rule where agency <> directory.me()", url) == [["0"]]


@pytest.mark.parametrize("statement", [
    "update casework.\"case\" set status = 'closed'",
    "delete from casework.participation",
    "insert into casework.participation (id, agency, case_id, office, office_code, role, state, since)"
    " select gen_random_uuid(), 1, id, lead_office, 'PPU', 'lead', 'active', now() from casework.\"case\"",
    "select * from casework.\"case\" for update",
    "begin; lock table casework.\"case\" in access exclusive mode",
    "begin; lock table casework.\"case\" in row share mode",
    "select * from intake.complaint",
    "select * from notification.message",
    "create table casework.mine (id int)",
    "create temporary table mine (id int)",
    "set role sinergi_gate",
    "set role s_1_routing",
    "set session authorization sinergi_migrator",
    "select pg_advisory_lock(1)",
    "do $$ begin null; end $$",
    "alter role current_user superuser",
    "select lo_create(0)",
])
def test_an_agencys_login_cannot(demo, declined, statement):
    url = demo.environment["SINERGI_KUKAR_DATABASE_URL"]
    result = demo.sql(statement, url, check=False)
    assert result.returncode != 0, result.stdout
    assert "permission denied" in result.stderr or "must be" in result.stderr, result.stderr


def test_a_setting_forges_nothing(demo, declined):
    _, case_id = declined
    url = demo.environment["SINERGI_KUKAR_DATABASE_URL"]
    rows = demo.sql("set sinergi.agency = '1'; set application_name = 's_1_routing'; set search_path = casework; "
                    f"select count(*) from casework.\"case\" where id = '{case_id}'", url)
    assert rows[-1] == ["0"]


def test_tokens_open_only_their_own_agency(demo, declined):
    _, case_id = declined
    for agency in AGENCIES:
        for other in AGENCIES:
            answer = demo.call("GET", "routing", "/v1/cases", other, token=demo.token("auditor", agency), params={"limit": 1})
            if agency == other:
                assert answer.status_code == 200
            else:
                assert answer.status_code == 403 and code_of(answer) == "wrong_agency"
    answer = demo.call("GET", "analytics", "/v1/metrics/summary", "KALTIM", token=demo.token("auditor"), expect=403)
    assert code_of(answer) == "wrong_agency"


def test_the_inbox_is_for_services_only(demo):
    batch = b"[]"
    headers = {"Content-Type": "application/cloudevents-batch+json"}
    for service in ("intake", "routing", "notification", "analytics"):
        demo.call("POST", service, "/v1/inbox", raw=batch, headers=headers, expect=401, documented=False)
        answer = demo.call("POST", service, "/v1/inbox", raw=batch, headers=headers, token=demo.token("supervisor"), expect=403, documented=False)
        assert code_of(answer) == "insufficient_role"


def test_confidential_reports_stay_closed(demo):
    receipt = demo.submit(description="Saya diminta uang percepatan di loket, padahal gratis.", area_code="64.09.01", confidential=True).json()
    demo.call("GET", "intake", f"/v1/complaints/{receipt['tracking_code']}", expect=404)
    view = demo.follow(receipt)
    assert view["confidential"] is True
