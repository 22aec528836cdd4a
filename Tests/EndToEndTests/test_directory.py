"""The directory: imported from CSV all or nothing, and edited by an agency's administrator, who changes nobody else's."""

import json
import subprocess
import uuid

import pytest
import requests

from client import code_of, eventually

CIRCLE = {"type": "Polygon", "coordinates": [[[116.4, -0.3], [116.5, -0.3], [116.5, -0.2], [116.4, -0.2], [116.4, -0.3]]]}


def name():
    """A code that no other test has."""
    return "U" + uuid.uuid4().hex[:8].upper()


@pytest.fixture
def folder(tmp_path):
    def write(**files):
        for kind, text in files.items():
            (tmp_path / f"{kind}.csv").write_text(text, encoding="utf-8", newline="")
        return tmp_path

    return write


def load(demo, path, *flags, status=0):
    result = subprocess.run([demo.environment["SINERGI_CLI"], "directory", "import", str(path), "--json", *flags],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            env={"PATH": "/usr/bin:/bin", **demo.environment})
    assert result.returncode == status, result.stdout + result.stderr
    return json.loads(result.stdout)


def actions(report):
    return {file["kind"]: [result["action"] for result in file["results"]] for file in report["files"]}


def count(demo, table, where):
    return int(demo.sql(f"SELECT count(*) FROM directory.{table} WHERE {where}")[0][0])


def test_a_whole_agency_is_imported_once_whatever_the_spreadsheet_did_to_it(demo, folder):
    agency, area = name(), "95." + uuid.uuid4().hex[:6].upper()
    shape = json.dumps(CIRCLE).replace('"', '""')
    path = folder(
        agencies=f"\ufeffname;code;parent;is_coordinator\r\nKabupaten Uji;{agency};KALTIM;ya\r\n",
        areas=f'code,name,level,geojson\n{area},"Uji, Selatan",3,"{shape}"\n',
        units=f"code,name,parent,duties\n{agency}/DINAS,Dinas Uji,{agency},Jalan desa\n{agency}/SEKSI,Seksi Uji,{agency}/DINAS,\n",
        jurisdictions=f"agency,office,area_code,valid_from\n{agency},,{area},2020-01-01\n{agency},{agency}/SEKSI,{area},2020-01-01\n",
        boundaries=f'agency,name,geojson\n{agency},Pelabuhan Uji,"{shape}"\n',
        responsibilities=f"office,category,area_code\n{agency}/DINAS,roads,{area}\n",
    )
    new = {"agencies": ["created"], "areas": ["created"], "units": ["created"] * 2, "jurisdictions": ["created"] * 2,
           "boundaries": ["created"], "responsibilities": ["created"]}
    dry = load(demo, path, "--dry-run")
    assert actions(dry) == new and dry["dry_run"] and not dry["applied"]
    assert count(demo, "agency", f"code = '{agency}'") == 0
    assert load(demo, path)["applied"]
    assert demo.sql(f"SELECT p.code FROM directory.office o JOIN directory.office p ON p.id = o.parent WHERE o.code LIKE '{agency}%' ORDER BY o.code") \
        == [["KALTIM"], [agency], [f"{agency}/DINAS"]]
    again = load(demo, path)
    assert {action for file in actions(again).values() for action in file} == {"unchanged"}

    # What is over is ended, not deleted: on the day of receipt it still counts.
    folder(jurisdictions=f"agency,area_code,valid_from\n{agency},{area},2020-01-01\n")
    ended = load(demo, path, "--end-missing")
    assert actions(ended)["jurisdictions"] == ["unchanged", "ended"]
    # Areas and categories are everybody's.
    assert actions(ended)["areas"] == ["unchanged"] and count(demo, "area", "code = '64.09' AND valid_to IS NULL") == 1
    assert count(demo, "jurisdiction", f"area_code = '{area}' AND office IS NOT NULL AND valid_to = current_date") == 1
    number = demo.sql(f"SELECT number FROM directory.agency WHERE code = '{agency}'")[0][0]
    assert demo.sql(f"SELECT directory.owner_of('{area}', NULL, NULL, '2020-06-01'), directory.owner_of('{area}', NULL, NULL, '2019-06-01')") \
        == [[number, ""]]
    # The smaller boundary wins over the agency of the code; nodes that run see the new agency by themselves.
    assert demo.sql("SELECT directory.owner_of('64.02', -0.25, 116.45, current_date)") == [[number]]
    demo.sql(f"UPDATE directory.boundary SET valid_to = current_date WHERE agency = {number}")

    def listed():
        agencies = demo.call("GET", "intake", "/v1/agencies", params={"limit": "200"}, expect=200).json()["data"]
        return agency in {row["code"] for row in agencies}

    eventually(listed, what="the new agency in intake's list")


def test_one_bad_row_and_nothing_is_kept(demo, folder):
    unit, other = name(), name()
    path = folder(
        units=f"code,name,parent\nKUKAR/{unit},Baik,KUKAR\nKUKAR/{other},Salah,PPU\nKUKAR/{unit},Dua kali,KUKAR\nKUKAR/X{unit},Kosong\n",
        responsibilities="office,category,area_code\nKUKAR/DPU,tidak.ada,\nKUKAR/DPU,roads,00.00\n",
    )
    report = load(demo, path, status=1)
    assert not report["applied"]
    units, duties = report["files"]
    assert [(result["row"], result["action"]) for result in units["results"]] \
        == [(2, "created"), (3, "refused"), (4, "refused"), (5, "refused")]
    assert [fault["code"] for result in duties["results"] for fault in result["faults"]] == ["unknown_category", "unknown_area"]
    assert count(demo, "office", f"code LIKE 'KUKAR/%{unit}'") == 0
    # The same for people at a terminal: the row, the column, what to do.
    shown = subprocess.run([demo.environment["SINERGI_CLI"], "directory", "import", str(path / "units.csv")], text=True,
                           stdout=subprocess.PIPE, env={"PATH": "/usr/bin:/bin", **demo.environment})
    assert shown.returncode == 1 and "row 3, column parent" in shown.stdout and "Nothing was changed" in shown.stdout


def test_a_split_regency_keeps_old_cases_right(demo, folder):
    old, west, east = (f"9{digit}.{uuid.uuid4().hex[:6].upper()}" for digit in "678")
    heir = name()
    path = folder(agencies=f"code,name,parent\n{heir},Kabupaten Barat,KALTIM\n",
                  areas="code,name,level,valid_from,valid_to,successors\n"
                        f"{old},Kabupaten Lama,2,2000-01-01,2020-01-01,{west}|{east}\n"
                        f"{west},Kabupaten Barat,2,2020-01-01,,\n{east},Kabupaten Timur,2,2020-01-01,,\n",
                  jurisdictions="agency,area_code,valid_from,valid_to\n"
                                f"KUKAR,{old},2000-01-01,2020-01-01\n{heir},{west},2020-01-01,\nKUKAR,{east},2020-01-01,\n")
    assert load(demo, path)["applied"]
    agencies = dict(demo.sql("SELECT code, number FROM directory.agency"))
    owners = demo.sql(f"SELECT directory.owner_of('{old}', NULL, NULL, '2019-12-31'), directory.owner_of('{old}', NULL, NULL, '2020-01-01'), "
                      f"directory.owner_of('{west}', NULL, NULL, '2020-01-01')")
    assert owners == [[agencies["KUKAR"], "", agencies[heir]]]
    assert demo.sql(f"SELECT directory.area_codes_on('{old}', '2019-12-31'), directory.area_codes_on('{old}', '2020-01-01')") \
        == [[f"{{{old}}}", f"{{{west},{east}}}"]]
    problem = demo.submit("KUKAR", description="Jalan di kabupaten lama rusak berat.", area_code=old, expect=422)
    assert problem.json()["errors"][0]["code"] == "unknown_area"


def administer(demo, method, path, body=None, expect=200, agency="KUKAR", role="admin", **more):
    return demo.call(method, "routing", "/v1/directory/" + path, agency, token=demo.token(role, agency), body=body, expect=expect, **more)


def unit_body(**more):
    return {"name": "Seksi Uji", "calendar": "ID-64", **more}


def test_an_administrator_edits_units_people_and_duties(demo):
    unit = name()
    made = administer(demo, "POST", "units", unit_body(unit=unit, duties="Mengurus perahu penyeberangan"), expect=201)
    assert made.json()["code"] == f"KUKAR/{unit}" and made.json()["parent"] == "KUKAR"
    tag = made.headers["ETag"]
    changed = administer(demo, "PUT", f"units/{unit}", unit_body(name="Seksi Baru"), headers={"If-Match": tag})
    assert changed.json()["name"] == "Seksi Baru" and changed.json()["duties"] is None
    stale = administer(demo, "PUT", f"units/{unit}", unit_body(), headers={"If-Match": tag}, expect=412)
    assert code_of(stale) == "changed_meanwhile" and stale.json()["current"]["name"] == "Seksi Baru"
    assert code_of(administer(demo, "PUT", f"units/{unit}", unit_body(), expect=428)) == "if_match_required"

    # A person, a position with a password, a login.
    username, password = f"petugas@{unit.lower()}", "kata-sandi-yang-panjang"
    officer = administer(demo, "POST", "officers", {"username": username, "name": "Petugas Uji", "password": password}, expect=201).json()
    assert officer["has_password"] and password not in json.dumps(officer)
    position = administer(demo, "POST", "positions", {"officer": officer["officer_id"], "office": f"KUKAR/{unit}", "roles": ["handler"]}, expect=201)
    login = demo.session.get(demo.url("routing", "KUKAR") + "/login", timeout=30)
    token = login.text.split('name="csrf_token" value="')[1].split('"')[0]
    for typed, status in (("salah-salah-salah", {401}), (password, {302, 303})):
        page = requests.post(demo.url("routing", "KUKAR") + "/login", data={"username": username, "password": typed, "csrf_token": token},
                             cookies=login.cookies, allow_redirects=False, timeout=30)
        assert page.status_code in status, (typed, page.status_code)
    duty = {"office": f"KUKAR/{unit}", "category": "roads.bridge", "area_code": "64.02.06"}
    created = administer(demo, "POST", "responsibilities", duty, expect=201, headers={"Idempotency-Key": unit})
    again = administer(demo, "POST", "responsibilities", duty, expect=201, headers={"Idempotency-Key": unit})
    assert again.json() == created.json()
    assert code_of(administer(demo, "POST", "responsibilities", duty, expect=409)) == "wrong_state"
    place = administer(demo, "POST", "jurisdictions", {"office": f"KUKAR/{unit}", "area_code": "64.02.06"}, expect=201)
    # Over by today: it counts no more, and stays to be read.
    today = demo.sql("SELECT current_date")[0][0]
    for kind, row, body in (("responsibilities", created, duty), ("jurisdictions", place, {"office": f"KUKAR/{unit}", "area_code": "64.02.06"})):
        key = next(value for field, value in row.json().items() if field.endswith("_id"))
        ended = administer(demo, "PUT", f"{kind}/{key}", {**body, "valid_from": today, "valid_to": today}, headers={"If-Match": row.headers["ETag"]})
        assert ended.json()["valid_to"] == today
    assert administer(demo, "GET", f"positions/{position.json()['position_id']}").json()["roles"] == ["handler"]
    rows, cursor = [], None
    while True:
        page = administer(demo, "GET", "units", params={"limit": "2", **({"cursor": cursor} if cursor else {})}).json()
        rows += [row["code"] for row in page["data"]]
        cursor = page["meta"]["cursor"]
        if not page["meta"]["has_more"]:
            break
    assert f"KUKAR/{unit}" in rows and len(rows) == len(set(rows))


def test_what_an_administrator_cannot_do(demo):
    for role in ("liaison", "supervisor", "head", "auditor", "developer"):
        assert code_of(administer(demo, "GET", "units", expect=403, role=role)) == "insufficient_role"
        assert code_of(administer(demo, "POST", "units", unit_body(unit="X"), expect=403, role=role)) == "insufficient_role"
    foreign = administer(demo, "POST", "positions", {"officer": str(uuid.uuid4()), "office": "PPU/DLH", "roles": ["admin"]}, expect=422)
    assert foreign.json()["errors"][0] | {"detail": None} == {"pointer": "#/office", "code": "unknown_office", "detail": None}
    under = administer(demo, "POST", "units", unit_body(unit=name(), parent="PPU/SEKDA"), expect=422)
    assert under.json()["errors"][0]["pointer"] == "#/parent"
    outside = administer(demo, "POST", "jurisdictions", {"office": "KUKAR/DPU", "area_code": "64.09.04"}, expect=422)
    assert outside.json()["errors"][0]["code"] == "area_mismatch"
    own = administer(demo, "GET", "jurisdictions", params={"limit": "200"}).json()["data"]
    theirs = demo.sql("SELECT id FROM directory.jurisdiction WHERE area_code IN ('64.02', '64.09')")
    assert theirs and not {row["jurisdiction_id"] for row in own} & {row[0] for row in theirs}
    for row in theirs:
        administer(demo, "PUT", f"jurisdictions/{row[0]}", {"office": "KUKAR/DPU", "area_code": "64.02"}, headers={"If-Match": "*"}, expect=404)
    administer(demo, "GET", "units/DLH", expect=404)


def test_edits_are_seen_by_the_other_services_and_nodes(demo):
    unit = name()
    administer(demo, "POST", "units", unit_body(unit=unit), expect=201)

    def offices(agency):
        rows = demo.call("GET", "intake", "/v1/agencies", agency, params={"limit": "200"}, expect=200).json()["data"]
        return {office["code"] for row in rows for office in row["offices"]}

    eventually(lambda: f"KUKAR/{unit}" in offices("KUKAR"), what="seen by the node's intake")
    eventually(lambda: f"KUKAR/{unit}" in offices("PPU"), what="seen by another node")
